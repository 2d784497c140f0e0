import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { activate, deactivate } from '../../lab/n8n/activation';
import { dataTables } from '../../lab/n8n/data-tables';
import {
	getExecution,
	listExecutions,
	waitForExecutions,
	waitForItems,
} from '../../lab/n8n/executions';
import type { Execution } from '../../lab/n8n/executions';
import type { Json, WorkflowInput } from '../../lab/n8n/rest';
import { waitFor } from '../../lab/n8n/wait-for';
import type { EventKind, EventOverrides, LogEvent } from '../../lab/okta-org';
import { IS_V1, startWorld } from './world';
import type { World } from './world';

const TRIGGER = 'Okta User MFA Trigger';
const TABLE = 'okta sign-ins and alerts';
const MINUTES_A_DAY = 24 * 60;

/** n8n 1 has no node that creates a data table. */
const onN8n2 = IS_V1 ? describe.skip : describe;

onN8n2('unusual-sign-in.json', () => {
	let world: World;
	let workflow: WorkflowInput;
	let id: string;
	let deliveries: number;
	beforeAll(async () => {
		// Makes executions overlap more, as on a faster machine.
		world = await startWorld({}, { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' });
		const text = readFileSync(join(__dirname, '../../examples/unusual-sign-in.json'), 'utf8');
		workflow = JSON.parse(text) as WorkflowInput;
		const { id: credential, name } = world.credential;
		for (const node of workflow.nodes) {
			if (node.name === TRIGGER) node.credentials = { oktaOAuth2Api: { id: credential, name } };
		}
	});
	beforeEach(async () => {
		const tables = await dataTables(world.rest);
		for (const found of await tables.named(TABLE)) await tables.delete(found);
		await publish();
	});
	afterEach(async () => await deactivate(world.rest, id));
	afterAll(async () => await world?.stop());

	async function publish(): Promise<void> {
		deliveries = 0;
		({ id } = await world.rest.createWorkflow(workflow));
		await activate(world.rest, id);
	}

	interface Facts {
		kind?: EventKind;
		minutesAgo?: number;
		/** In Okta's notation. */
		risk?: string;
		behaviors?: string;
		city?: string;
		country?: string;
		authnRequestId?: string;
		sessionId?: string;
		overrides?: EventOverrides;
	}

	/** A sign-in, by default from Lisbon. The event lacks facts that aren't given. */
	function signIn(name: string, facts: Facts = {}): LogEvent {
		const { kind = 'securityKey', minutesAgo = 0, risk, behaviors, overrides } = facts;
		const { city = 'Lisbon', country = 'Portugal', authnRequestId, sessionId } = facts;
		const user = {
			id: `00u${name}`,
			type: 'User',
			alternateId: `${name}@example.com`,
			displayName: name,
			detailEntry: null,
		};
		const client = {
			ipAddress: '203.0.113.24',
			device: 'Computer',
			userAgent: { rawUserAgent: 'Mozilla/5.0', os: 'Linux', browser: 'FIREFOX' },
			geographicalContext: {
				...{ city, country, state: city, postalCode: null },
				geolocation: { lat: 38.7139, lon: -9.1394 },
			},
		};
		const event = world.org.buildEvent(kind, {
			published: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
			actor: user,
			...(kind !== 'sessionStarted' && { target: [user] }),
			client,
			authenticationContext: { externalSessionId: sessionId },
			debugContext: { debugData: { risk, behaviors, authnRequestId } },
		});
		// Not merged by the org, which can't remove anything.
		return merged(event, overrides);
	}

	/** Overrides replace whole objects two levels deep. */
	function merged(event: LogEvent, overrides: EventOverrides = {}): LogEvent {
		const { client, ...others } = overrides;
		return { ...event, ...others, client: { ...event.client, ...client } } as LogEvent;
	}

	const HIGH = '{reasons=Anomalous Location, Anomalous Device, level=HIGH}';
	const NEW_DEVICE_AND_COUNTRY =
		'{New Device=POSITIVE, New IP=UNKNOWN, New Country=POSITIVE, Velocity=NEGATIVE}';

	const highRisk = (name: string, facts: Facts = {}) => signIn(name, { risk: HIGH, ...facts });

	/** Waits for that many executions, and expects that all of them succeeded. */
	async function successfulExecutions(count: number): Promise<Execution[]> {
		const executions = await waitForExecutions(world.rest, id, count);
		expect(executions.map(({ status, error }) => [status, error])).toEqual(
			executions.map(() => ['success', undefined]),
		);
		return executions;
	}

	/** Delivers events in one request, and returns the alerts about them. */
	async function alertsAfter(...together: LogEvent[]): Promise<Json[]> {
		const attempts = await world.org.publish(together);
		expect(attempts.map(({ status }) => status)).toEqual([204]);
		deliveries += 1;
		const executions = await successfulExecutions(deliveries);
		expect(executions.at(-1)?.itemsOf(TRIGGER)).toHaveLength(together.length);
		return executions.at(-1)?.itemsOf('Alert') ?? [];
	}

	/** The users in the alerts, by first name. */
	function usersIn(alerts: Json[]): string[] {
		return alerts.map(({ login }) => String(login).replace('@example.com', ''));
	}

	async function usersAfter(...together: LogEvent[]): Promise<string[]> {
		return usersIn(await alertsAfter(...together));
	}

	/** Delivers events at the same time, each in its own request, and returns the users in the alerts. */
	async function usersAfterSimultaneous(events: LogEvent[]): Promise<string[]> {
		const attempts = await Promise.all(
			events.map(async (event) => await world.org.publish([event])),
		);
		expect(attempts.flat().map(({ status }) => status)).toEqual(events.map(() => 204));
		await waitForItems(world.rest, id, [TRIGGER], events.length, 60_000);
		const executions = await successfulExecutions(1);
		const items = executions.flatMap(({ itemsOf }) => itemsOf(TRIGGER));
		expect(items).toHaveLength(events.length);
		return usersIn(executions.flatMap(({ itemsOf }) => itemsOf('Alert'))).toSorted();
	}

	/** The rows in the workflow's table. */
	async function savedRows(): Promise<Json[]> {
		const tables = await dataTables(world.rest);
		return await tables.rows((await tables.named(TABLE))[0]);
	}

	/** The time of an event, as alerts show it. */
	function timeOf({ published }: LogEvent): string {
		return `${published.slice(0, 16).replace('T', ' ')} UTC`;
	}

	/** The lines of an alert's text about earlier sign-ins. */
	function earlierIn(alert: Json): string[] {
		return String(alert.text)
			.split('\n')
			.filter((line) => line.startsWith('- '));
	}

	it('alerts about a high risk, with a map and the three latest sign-ins before it', async () => {
		const [oldest, failed, abroad, latest] = [
			signIn('ada', { minutesAgo: 9 * MINUTES_A_DAY, city: 'Faro' }),
			signIn('ada', { minutesAgo: 5000, kind: 'pushDenied', city: 'Porto' }),
			signIn('ada', { minutesAgo: 3000, city: 'Madrid', country: 'Spain' }),
			signIn('ada', { minutesAgo: 300, kind: 'sessionStarted' }),
		];
		expect(await alertsAfter(latest, signIn('bo', { minutesAgo: 30 }), failed)).toEqual([]);
		// Events arrive in any order.
		expect(await alertsAfter(abroad, oldest)).toEqual([]);

		const event = highRisk('ada', { city: 'Lagos', country: 'Nigeria' });
		expect(await alertsAfter(event)).toEqual([
			{
				login: 'ada@example.com',
				text: [
					'Unusual sign-in: ada@example.com',
					'Event: Authentication of user via MFA, SUCCESS',
					`Time: ${timeOf(event)}`,
					'Place: Lagos, Nigeria (IP address 203.0.113.24)',
					'Map: https://www.openstreetmap.org/?mlat=38.7139&mlon=-9.1394#map=10/38.7139/-9.1394',
					'Device: Computer, Linux, FIREFOX',
					'Risk: HIGH (Anomalous Location, Anomalous Device)',
					'Unusual behaviors: none reported',
					'',
					'Latest sign-ins before this one:',
					`- ${timeOf(latest)}: SUCCESS | Lisbon, Portugal | Computer, Linux, FIREFOX`,
					`- ${timeOf(abroad)}: SUCCESS | Madrid, Spain | Computer, Linux, FIREFOX`,
					`- ${timeOf(failed)}: FAILURE | Porto, Portugal | Computer, Linux, FIREFOX`,
				].join('\n'),
			},
		]);
	});

	it('alerts about a new device in a new country, even without a risk', async () => {
		const facts: Facts = { behaviors: NEW_DEVICE_AND_COUNTRY, kind: 'sessionStarted' };
		const [alert] = await alertsAfter(signIn('ada', facts));
		expect(alert.login).toBe('ada@example.com');
		expect(String(alert.text).split('\n')).toEqual(
			expect.arrayContaining([
				'Event: User login to Okta, SUCCESS',
				'Risk: not reported',
				'Unusual behaviors: New Device, New Country',
				'No earlier sign-ins on record.',
			]),
		);
	});

	it("doesn't alert about less unusual sign-ins", async () => {
		const nearMisses: Record<string, Facts> = {
			nothing: {},
			lowRisk: { risk: '{level=LOW}' },
			mediumRisk: { risk: '{reasons=Anomalous Location, level=MEDIUM}' },
			newDevice: { behaviors: '{New Device=POSITIVE, New Country=NEGATIVE}' },
			newCountry: { behaviors: '{New Device=NEGATIVE, New Country=POSITIVE}' },
			newCountryAndNothingElse: { behaviors: '{New Country=POSITIVE}' },
			unclearCountry: { behaviors: '{New Device=POSITIVE, New Country=UNKNOWN}' },
			unclearDevice: { behaviors: '{New Device=BAD_REQUEST, New Country=POSITIVE}' },
			newCity: { behaviors: '{New Device=POSITIVE, New City=POSITIVE, Velocity=POSITIVE}' },
		};
		const alerts: Record<string, unknown> = {};
		for (const [name, facts] of Object.entries(nearMisses)) {
			const start = signIn(name, { ...facts, kind: 'sessionStarted', minutesAgo: 200 });
			alerts[name] = await usersAfter(start, signIn(name, facts));
		}
		expect(alerts).toEqual(Object.fromEntries(Object.keys(nearMisses).map((name) => [name, []])));
	});

	it("leaves out what the event doesn't contain", async () => {
		const place = { city: null, state: null, country: 'Iceland', postalCode: null };
		const noCoordinates: EventOverrides = {
			client: { geographicalContext: { ...place, geolocation: null } },
		};
		const noFacts: EventOverrides = {
			outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
			client: { geographicalContext: null, ipAddress: null, device: 'Unknown', userAgent: null },
		};
		const [withPlace] = await alertsAfter(highRisk('ada', { overrides: noCoordinates }));
		expect(withPlace.text).toContain('\nPlace: Iceland (IP address 203.0.113.24)\nDevice: ');
		const [withNothing] = await alertsAfter(highRisk('bo', { overrides: noFacts }));
		expect(withNothing.text).toContain(
			'MFA, FAILURE, INVALID_CREDENTIALS\nTime: ' +
				String(withNothing.text).split('\nTime: ')[1].split('\n')[0] +
				'\nPlace: unknown (IP address unknown)\nDevice: unknown\nRisk: HIGH',
		);
		expect(`${withPlace.text} ${withNothing.text}`).not.toContain('openstreetmap');
		// Zero is a valid coordinate.
		const { geographicalContext } = highRisk('cleo').client;
		const atZero = { ...geographicalContext!, geolocation: { lat: 0, lon: 0 } };
		const [withZero] = await alertsAfter(
			highRisk('cleo', { overrides: { client: { geographicalContext: atZero } } }),
		);
		expect(withZero.text).toContain('?mlat=0&mlon=0#map=10/0/0\n');
	});

	it('alerts once about a sign-in with several events', async () => {
		const signInOf = (name: string, authnRequestId: string) => [
			highRisk(name, { kind: 'sessionStarted', minutesAgo: 2, authnRequestId }),
			highRisk(name, { kind: 'password', minutesAgo: 2, authnRequestId }),
			highRisk(name, { kind: 'pushApproved', minutesAgo: 1, authnRequestId }),
		];
		expect(await usersAfter(...signInOf('ada', 'r1'))).toEqual(['ada']);
		expect(await usersAfter(highRisk('ada', { authnRequestId: 'r1' }))).toEqual([]);
		expect(await usersAfter(...signInOf('ada', 'r2'))).toEqual(['ada']);

		// One by one, in any order, and with a usual event in between.
		const [start, password, push] = signInOf('bo', 'r3');
		expect(await usersAfter(push)).toEqual(['bo']);
		expect(await usersAfter(signIn('bo', { authnRequestId: 'r3' }))).toEqual([]);
		expect(await usersAfter(start)).toEqual([]);
		expect(await usersAfter(password)).toEqual([]);

		// The Sign-In event can lack the ID of the authentication request.
		const sessionId = 'idx1';
		const both = [
			highRisk('cleo', { kind: 'sessionStarted', sessionId }),
			highRisk('cleo', { sessionId, authnRequestId: 'r4' }),
		];
		expect(await usersAfter(both[0])).toEqual(['cleo']);
		expect(await usersAfter(both[1])).toEqual([]);
		expect(await usersAfter(highRisk('cleo', { authnRequestId: 'r4' }))).toEqual([]);
	});

	it("alerts once about an event that arrives again and that the trigger doesn't recognize", async () => {
		const event = highRisk('ada');
		expect(await usersAfter(event)).toEqual(['ada']);
		// As in another process, whose trigger hasn't seen the event.
		await deactivate(world.rest, id);
		await publish();
		expect(await usersAfter(event)).toEqual([]);
		const signIns = (await savedRows()).filter(({ what }) => what === 'sign-in');
		expect(signIns.map(({ uuid }) => uuid)).toEqual([event.uuid]);
	});

	it('alerts about each of several sign-ins, even in the same session', async () => {
		const sessionId = 'idx2';
		expect(await usersAfter(highRisk('ada', { sessionId, minutesAgo: 90 }))).toEqual(['ada']);
		expect(await usersAfter(highRisk('ada', { sessionId, minutesAgo: 10 }))).toEqual(['ada']);
		expect(await usersAfter(highRisk('ada'), highRisk('ada'))).toEqual(['ada', 'ada']);
		// Failed sign-ins may lack a session ID of their own.
		const failed = (name: string) => highRisk(name, { sessionId: 'unknown' });
		expect(await usersAfter(failed('bo'), failed('bo'), failed('cleo'))).toEqual([
			'bo',
			'bo',
			'cleo',
		]);
	});

	it('alerts about several users in one delivery, each with their own earlier sign-ins', async () => {
		await alertsAfter(
			signIn('ada', { minutesAgo: 100, city: 'Porto' }),
			signIn('bo', { minutesAgo: 100, city: 'Faro' }),
			signIn('cleo', { minutesAgo: 100, city: 'Braga' }),
		);
		const alerts = await alertsAfter(
			highRisk('bo', { authnRequestId: 'r5' }),
			signIn('dan'),
			highRisk('ada', { authnRequestId: 'r6' }),
			highRisk('bo', { authnRequestId: 'r5', kind: 'sessionStarted' }),
			signIn('cleo', { behaviors: NEW_DEVICE_AND_COUNTRY }),
		);
		expect(usersIn(alerts)).toEqual(['bo', 'ada', 'cleo']);
		expect(alerts.map(earlierIn)).toEqual(
			['Faro', 'Porto', 'Braga'].map((city) => [expect.stringContaining(`| ${city}, Portugal |`)]),
		);
	});

	it('creates its table and alerts once for each sign-in, even if the first ones arrive at the same time', async () => {
		const names = ['ada', 'bo', 'cleo', 'dan'];
		const events = names.flatMap((name) => {
			const authnRequestId = `r-${name}`;
			return [
				...[signIn(name), highRisk(name, { authnRequestId })],
				highRisk(name, { authnRequestId, kind: 'sessionStarted' }),
				highRisk(name, { authnRequestId, kind: 'pushApproved' }),
			];
		});
		expect(await usersAfterSimultaneous(events)).toEqual(names);
	});

	it('lists each earlier sign-in once, and neither the sign-in itself nor a later one', async () => {
		const attempt = (authnRequestId: string, minutesAgo: number, city: string) => [
			signIn('ada', { authnRequestId, minutesAgo, city, kind: 'sessionStarted' }),
			signIn('ada', { authnRequestId, minutesAgo: minutesAgo - 1, city, kind: 'pushDenied' }),
		];
		await alertsAfter(...attempt('r1', 40, 'Porto'), ...attempt('r2', 30, 'Faro'));
		await alertsAfter(...attempt('r3', 20, 'Braga'), ...attempt('r4', 10, 'Evora'));
		const itself = attempt('r5', 5, 'Lagos');
		const [alert] = await alertsAfter(
			...attempt('r6', 2, 'Lagos'),
			...itself,
			highRisk('ada', { authnRequestId: 'r5', minutesAgo: 3 }),
		);
		expect(earlierIn(alert)).toEqual(
			['Evora', 'Braga', 'Faro'].map((city) =>
				expect.stringContaining(`FAILURE | ${city}, Portugal |`),
			),
		);
	});

	it('finds the latest sign-ins among many', async () => {
		await alertsAfter(signIn('ada', { minutesAgo: 100, city: 'Faro' }));
		const tables = await dataTables(world.rest);
		const [table] = await tables.named(TABLE);
		const older = Array.from({ length: 250 }, (_, index) => ({
			...{ what: 'sign-in', userId: '00uada', city: 'Porto', country: 'Portugal' },
			...{ uuid: `old-${index}`, authnRequestId: `old-${index}`, sessionId: `old-${index}` },
			time: new Date(Date.now() - (2 + index) * 7_200_000).toISOString(),
		}));
		await tables.insert(table, ...older);
		const [alert] = await alertsAfter(highRisk('ada'));
		expect(earlierIn(alert)).toEqual(
			['Faro', 'Porto', 'Porto'].map((city) => expect.stringContaining(`| ${city}, Portugal |`)),
		);
	});

	it("doesn't save what someone typed who isn't a known user", async () => {
		const stranger = { id: 'unknown', type: 'User', displayName: 'unknown', detailEntry: null };
		const mistyped = (): LogEvent =>
			highRisk('ada', {
				kind: 'sessionStarted',
				overrides: {
					actor: { ...stranger, alternateId: 'correct horse battery staple' },
					outcome: { result: 'FAILURE', reason: 'VERIFICATION_ERROR' },
				},
			});
		const nobody = highRisk('ada', { overrides: { actor: undefined, target: null } });
		for (const event of [mistyped(), mistyped(), nobody]) {
			const [{ login, text }] = await alertsAfter(event);
			expect(login).toBe('unknown user');
			expect(text).toContain('No earlier sign-ins on record.');
		}
		const rows = await savedRows();
		expect(rows).toHaveLength(6);
		expect(JSON.stringify(rows)).not.toContain('horse');
	});

	describe('every night', () => {
		/** Runs the nightly cleanup while the workflow is published. */
		async function runCleanup(): Promise<Execution> {
			const { rest } = world;
			const { executionId } = await rest.call<{ executionId: string }>(
				'POST',
				`/rest/workflows/${id}/run`,
				{ workflowData: await rest.workflow(id), triggerToStartFrom: { name: 'Every Night' } },
			);
			await waitFor('the cleanup to end', 30_000, async () => {
				const found = (await listExecutions(rest, id)).find((each) => each.id === executionId);
				return found && !['new', 'running'].includes(found.status) ? found : undefined;
			});
			const execution = await getExecution(rest, executionId);
			expect([execution.status, execution.error]).toEqual(['success', undefined]);
			return execution;
		}

		it('deletes only sign-ins and alerts that are more than 30 days old', async () => {
			const [old, young, recent] = [1, -1, -30 * MINUTES_A_DAY].map((minutes) =>
				highRisk('ada', { minutesAgo: 30 * MINUTES_A_DAY + minutes * 60 }),
			);
			recent.published = new Date().toISOString();
			await alertsAfter(old, young, recent);
			const tables = await dataTables(world.rest);
			// n8n finds tables by a part of their name, too.
			const similar = await tables.create(`${TABLE} of last year`, 'time');
			await tables.insert(similar, { time: old.published });
			try {
				const { nodesRun } = await runCleanup();
				expect(nodesRun.at(-1)).toBe('Delete Old Rows');
				const left = (await savedRows()).map(({ what, uuid }) => `${String(what)} ${String(uuid)}`);
				expect(left.toSorted()).toEqual(
					[young, recent].flatMap(({ uuid }) => [`alert ${uuid}`, `sign-in ${uuid}`]).toSorted(),
				);
				expect(await tables.rows(similar)).toHaveLength(1);
			} finally {
				await tables.delete(similar);
			}
		});

		it("does nothing if there's no table", async () => {
			const { nodesRun } = await runCleanup();
			expect(nodesRun).toEqual(['Every Night', 'Find Table']);
			expect(await (await dataTables(world.rest)).named(TABLE)).toEqual([]);
		});
	});
});
