import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { activate, deactivate } from '../../lab/n8n/activation';
import {
	getExecution,
	listExecutions,
	waitForExecutions,
	waitForItems,
} from '../../lab/n8n/executions';
import type { Execution } from '../../lab/n8n/executions';
import { connectToOkta } from '../../lab/n8n/okta-credential';
import { dataTables } from '../../lab/n8n/data-tables';
import { OFTEN } from '../../lab/n8n/poll-times';
import type { Json, WorkflowInput } from '../../lab/n8n/rest';
import { waitFor } from '../../lab/n8n/wait-for';
import type { EventKind, EventOverrides, LogEvent, SignInKind } from '../../lab/okta-org';
import { IS_V1, startWorld } from './world';
import type { World } from './world';

let world: World;
beforeAll(async () => {
	// So that executions overlap more, as on a faster machine.
	world = await startWorld({}, { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' });
});
afterAll(async () => await world?.stop());

/** Imports an example and does what a person does then: chooses the credential. */
async function importExample(name: string): Promise<string> {
	const text = readFileSync(join(__dirname, '../../examples', name), 'utf8');
	const workflow = JSON.parse(text) as WorkflowInput;
	const scopes = 'okta.eventHooks.manage okta.logs.read offline_access';
	const { id, name: credentialName } = await connectToOkta(world.rest, world.org, scopes);
	for (const node of workflow.nodes) {
		if (!node.type.startsWith('n8n-nodes-okta-mfa.')) continue;
		node.credentials = { oktaOAuth2Api: { id, name: credentialName } };
		const { pollTimes, catchUp } = node.parameters;
		if (pollTimes !== undefined || catchUp === true) node.parameters.pollTimes = OFTEN;
	}
	return (await world.rest.createWorkflow(workflow)).id;
}

let id: string;
let deliveries = 0;

async function begin(name: string): Promise<void> {
	deliveries = 0;
	id = await importExample(name);
	await activate(world.rest, id);
}
afterEach(async () => await deactivate(world.rest, id));

/** Some people sign in at the same moment, right after the workflow was published. */
async function signInAtOnce(kind: SignInKind): Promise<LogEvent[]> {
	const signIns = await Promise.all(
		Array.from({ length: 16 }, async () => await world.org.signIn(kind)),
	);
	expect(signIns.flatMap((each) => each.deliveries.map(({ status }) => status))).toEqual(
		signIns.map(() => 204),
	);
	return signIns.map(({ event }) => event);
}

/** Waits until n8n has read Okta's log twice more. */
async function twoPolls(): Promise<void> {
	const asked = () =>
		world.org.requests().filter(({ path }) => path.startsWith('/api/v1/logs')).length;
	const before = asked();
	await waitFor('two more polls', 60_000, () => (asked() >= before + 2 ? true : undefined));
}

/** A sign-in that Okta logs, and delivers to no hook. */
async function signInUndelivered(): Promise<LogEvent> {
	const { org } = world;
	const [{ id: hookId }] = org.hooks();
	org.console.deactivateHook(hookId);
	const { event, deliveries: attempts } = await org.signIn('pushDenied');
	expect(attempts).toEqual([]);
	return event;
}

/** The sorted `uuid` of all items of a node. */
function uuidsOf(executions: Execution[], node: string): unknown[] {
	return executions
		.flatMap(({ itemsOf }) => itemsOf(node))
		.map(({ uuid }) => uuid)
		.toSorted();
}

function sortedUuids(events: LogEvent[]): unknown[] {
	return events.map(({ uuid }) => uuid).toSorted();
}

it('instant-and-complete.json: starts once for each sign-in, also for one that Okta could not deliver', async () => {
	await begin('instant-and-complete.json');
	const delivered = await signInAtOnce('sms');
	const all = [...delivered, await signInUndelivered()];
	await waitForItems(world.rest, id, ['Continue Here'], all.length, 90_000);
	await twoPolls();
	await deactivate(world.rest, id);

	const executions = await waitForItems(world.rest, id, ['Continue Here'], all.length);
	expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
	expect(uuidsOf(executions, 'Continue Here')).toEqual(sortedUuids(all));
});

/** The examples with a table: n8n 1 has no node that makes one. */
const onN8n2 = IS_V1 ? describe.skip : describe;

onN8n2('An example that keeps a table', () => {
	/** An event that users bring about themselves, except for a reset of their factors. */
	function eventOf(
		kind: EventKind,
		person: string,
		minutesAgo = 0,
		overrides: EventOverrides = {},
	): LogEvent {
		const user = {
			id: `00u${person}`,
			type: 'User',
			alternateId: `${person}@example.com`,
			displayName: person,
			detailEntry: null,
		};
		const isByAdmin = kind === 'factorReset' || kind === 'allFactorsReset';
		return world.org.buildEvent(kind, {
			published: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
			target: [user],
			...(!isByAdmin && { actor: user }),
			...overrides,
		});
	}

	/** Delivers events together, and returns what a node has put out for them. */
	async function itemsAfter(node: string, ...together: LogEvent[]): Promise<Json[]> {
		const attempts = await world.org.publish(together);
		expect(attempts.map(({ status }) => status)).toEqual([204]);
		deliveries += 1;
		const executions = await waitForExecutions(world.rest, id, deliveries);
		expect(executions.map(({ status, error }) => [status, error])).toEqual(
			executions.map(() => ['success', undefined]),
		);
		return executions.at(-1)?.itemsOf(node) ?? [];
	}

	/** The users in alerts, by their first names. */
	function usersIn(alerts: Json[]): string[] {
		return alerts.map(({ login }) => String(login).replace('@example.com', ''));
	}

	/** Delivers events together, and returns whom the workflow has alerted to. */
	async function alertsAfter(...together: LogEvent[]): Promise<string[]> {
		return usersIn(await itemsAfter('Alert', ...together));
	}

	/** Delivers events at the same moment, each by itself. */
	async function deliverAtOnce(events: LogEvent[]): Promise<void> {
		const attempts = await Promise.all(
			events.map(async (event) => await world.org.publish([event])),
		);
		expect(attempts.flat().map(({ status }) => status)).toEqual(events.map(() => 204));
	}

	/** Whom the workflow has alerted to so far, in alphabetical order, once so many events have started it. */
	async function alertsOnce(count: number): Promise<string[]> {
		const executions = await waitForItems(world.rest, id, ['Okta User MFA Trigger'], count, 60_000);
		expect(executions.map(({ status, error }) => [status, error])).toEqual(
			executions.map(() => ['success', undefined]),
		);
		return usersIn(executions.flatMap(({ itemsOf }) => itemsOf('Alert'))).toSorted();
	}

	it('instant-and-complete-queue-mode.json: hands each sign-in on once, also those that come at once or that Okta could not deliver', async () => {
		const { rest } = world;
		await begin('instant-and-complete-queue-mode.json');
		const delivered = await signInAtOnce('sms');
		const all = [...delivered, await signInUndelivered()];
		await twoPolls();
		await deactivate(rest, id);

		const triggers = ['Okta User MFA Trigger', 'Okta User MFA Polling Trigger'];
		const count = delivered.length + all.length;
		const executions = await waitForItems(rest, id, triggers, count, 90_000);
		expect(uuidsOf(executions, 'Okta User MFA Trigger')).toEqual(sortedUuids(delivered));
		expect(uuidsOf(executions, 'Okta User MFA Polling Trigger')).toEqual(sortedUuids(all));
		expect(uuidsOf(executions, 'Continue Here')).toEqual(sortedUuids(all));
	});

	it.each(['denied-pushes.json', 'factor-takeover.json', 'new-factor.json', 'log-to-table.json'])(
		'%s: makes its table, also when the first sign-ins come at the same moment',
		async (name) => {
			await begin(name);
			const kind = name === 'denied-pushes.json' ? 'pushDenied' : 'sms';
			const events = await signInAtOnce(kind);
			const trigger = 'Okta User MFA Trigger';
			const executions = await waitForItems(world.rest, id, [trigger], events.length);
			expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
			expect(uuidsOf(executions, trigger)).toEqual(sortedUuids(events));
			const alerts = executions.flatMap(({ itemsOf }) => itemsOf('Alert'));
			expect(alerts).toHaveLength(name === 'denied-pushes.json' ? 1 : 0);
		},
	);

	describe('denied-pushes.json', () => {
		const denied = (person: string, minutesAgo = 0) => eventOf('pushDenied', person, minutesAgo);

		it('alerts once when a user denies three pushes in ten minutes', async () => {
			await begin('denied-pushes.json');
			expect(await alertsAfter(denied('ada', 25))).toEqual([]);
			expect(await alertsAfter(denied('ada', 1))).toEqual([]);
			expect(await alertsAfter(denied('bo'), denied('ada'))).toEqual([]);
			// Okta delivers in any order.
			expect(await itemsAfter('Alert', denied('ada', 9))).toEqual([
				{
					login: 'ada@example.com',
					text: expect.stringMatching(
						/^ada@example\.com denied 3 pushes in ten minutes\. \w.*\.$/,
					) as string,
				},
			]);
			expect(await alertsAfter(denied('ada'))).toEqual([]);
			expect(await alertsAfter(denied('ada', 5), denied('ada', 12))).toEqual([]);
		});

		it('alerts once for each user when the pushes of several users come together', async () => {
			await begin('denied-pushes.json');
			expect(await alertsAfter(denied('cleo', 4), denied('dan', 9), denied('cleo', 3))).toEqual([]);
			const together = [
				...[denied('dan', 1), denied('cleo', 1), denied('eve', 2), denied('dan', 5)],
				...[denied('eve', 1), denied('cleo'), denied('dan')],
			];
			expect((await alertsAfter(...together)).toSorted()).toEqual(['cleo', 'dan']);
			expect(await alertsAfter(denied('eve'), denied('dan'), denied('cleo'))).toEqual(['eve']);
		});

		it('alerts once for each user when the pushes come at the same moment', async () => {
			await begin('denied-pushes.json');
			const people = ['jo', 'kim', 'lea'];
			const twice = people.flatMap((person) => [denied(person, 9), denied(person, 5)]);
			expect(await alertsAfter(...twice)).toEqual([]);
			const more = people.flatMap((person) => [denied(person), denied(person), denied(person)]);
			await deliverAtOnce(more);
			expect(await alertsOnce(twice.length + more.length)).toEqual(people);
		});

		it('alerts again after ten minutes if it goes on', async () => {
			await begin('denied-pushes.json');
			const at = async (...minutesAgo: number[]) =>
				await alertsAfter(...minutesAgo.map((each) => denied('ida', each)));
			expect(await at(30, 29, 28)).toEqual(['ida']);
			expect(await at(26, 24)).toEqual([]);
			expect(await at(22, 20)).toEqual([]);
			expect(await at(17, 16)).toEqual(['ida']);
		});

		it('goes by when the pushes were denied, however late they come', async () => {
			await begin('denied-pushes.json');
			expect(await alertsAfter(denied('finn', 2))).toEqual([]);
			expect(await alertsAfter(denied('finn', 11))).toEqual([]);
			expect(await alertsAfter(denied('finn', 40))).toEqual([]);
			expect(await alertsAfter(denied('finn', 42))).toEqual([]);
			expect(await alertsAfter(denied('finn', 33))).toEqual(['finn']);
			// Another ten minutes.
			expect(await alertsAfter(denied('finn', 13), denied('finn', 7))).toEqual(['finn']);
		});

		it('does not count a wrong number or an error', async () => {
			await begin('denied-pushes.json');
			const failed = (person: string) => [
				...[5, 4, 3].map((minutesAgo) => eventOf('wrongNumber', person, minutesAgo)),
				...[3, 2, 1].map((minutesAgo) => eventOf('pushError', person, minutesAgo)),
			];
			expect(await alertsAfter(...failed('gus'))).toEqual([]);
			expect(await alertsAfter(denied('gus', 4), ...failed('gus'), denied('gus', 2))).toEqual([]);
			const deniedChallenge = eventOf('pushDenied', 'gus', 0, {
				debugContext: {
					debugData: {
						pushWithNumberChallengeResponseType: 'OV_WITH_CHALLENGE_RESPONSE_NOT_APPLICABLE',
					},
				},
			});
			expect(await alertsAfter(deniedChallenge)).toEqual(['gus']);
		});

		it('counts the denied pushes of Classic Engine, which come from the System Log', async () => {
			const { org } = world;
			await begin('denied-pushes.json');
			const deniedOnClassic = (minutesAgo = 0) =>
				eventOf('pushDeniedOnClassic', 'hana', minutesAgo);
			expect(await org.publish([deniedOnClassic(8), deniedOnClassic(5)])).toEqual([]);
			expect(await alertsOnce(2)).toEqual([]);
			expect(await org.publish([deniedOnClassic(1)])).toEqual([]);
			expect(await alertsOnce(3)).toEqual(['hana']);
			expect(await org.publish([deniedOnClassic()])).toEqual([]);
			expect(await alertsOnce(4)).toEqual(['hana']);
		});
	});

	describe('factor-takeover.json', () => {
		const reset = (factor: string, person: string, minutesAgo: number) =>
			eventOf('factorReset', person, minutesAgo, {
				outcome: { reason: `User reset ${factor} factor` },
			});
		const enrolled = (factor: string, person: string, minutesAgo: number) =>
			eventOf('factorEnrolled', person, minutesAgo, {
				outcome: { reason: `User set up ${factor} factor` },
			});
		const signedIn = (factor: string, person: string, minutesAgo = 0) =>
			eventOf('securityKey', person, minutesAgo, { debugContext: { debugData: { factor } } });

		const KEY = 'FIDO_WEBAUTHN';
		const PUSH = 'OKTA_VERIFY_PUSH';
		const FASTPASS = 'SIGNED_NONCE';
		const CODE = 'OKTA_SOFT_TOKEN';

		/** A reset, an enrollment, and a sign-in. */
		const takeover = (person: string) => [
			eventOf('allFactorsReset', person, 9),
			enrolled(KEY, person, 5),
			signedIn(KEY, person, 1),
		];

		it('alerts once when factors are reset, and a new one is enrolled and used', async () => {
			await begin('factor-takeover.json');
			const [wasReset, wasEnrolled, wasUsed] = takeover('ada');
			expect(await alertsAfter(wasReset)).toEqual([]);
			expect(await alertsAfter(wasEnrolled)).toEqual([]);
			expect(await itemsAfter('Alert', wasUsed)).toEqual([
				{
					login: 'ada@example.com',
					text: expect.stringMatching(
						/^otto\.brandt@example\.com reset factors of ada@example\.com\. .*\(FIDO_WEBAUTHN\)\. Ask ada@example\.com/,
					) as string,
				},
			]);
			expect(await alertsAfter(signedIn(KEY, 'ada'))).toEqual([]);
			expect(await alertsAfter(enrolled(PUSH, 'ada', 2), signedIn(PUSH, 'ada'))).toEqual([]);
		});

		it('takes Okta Verify, which Okta resets and enrolls in parts, for one factor', async () => {
			await begin('factor-takeover.json');
			const parts = [FASTPASS, PUSH, CODE];
			expect(await alertsAfter(...parts.map((factor) => reset(factor, 'bo', 20)))).toEqual([]);
			expect(await alertsAfter(enrolled(PUSH, 'bo', 10))).toEqual([]);
			expect(await alertsAfter(signedIn(FASTPASS, 'bo', 8))).toEqual(['bo']);
			const others = [enrolled(FASTPASS, 'bo', 9), enrolled(CODE, 'bo', 9)];
			expect(await alertsAfter(...others, signedIn(PUSH, 'bo', 7))).toEqual([]);
			expect(await alertsAfter(eventOf('allFactorsReset', 'bo', 20))).toEqual([]);
		});

		it('alerts once, in whichever order the events come', async () => {
			await begin('factor-takeover.json');
			for (const order of ['012', '021', '102', '120', '201', '210']) {
				const person = `cleo${order}`;
				const events = takeover(person);
				const [first, second, third] = [...order].map((index) => events[Number(index)]);
				expect(await alertsAfter(first)).toEqual([]);
				expect(await alertsAfter(second)).toEqual([]);
				expect(await alertsAfter(third)).toEqual([person]);
				expect(await alertsAfter(signedIn(KEY, person))).toEqual([]);
			}
		});

		it('alerts once for each user when the events of several users come together', async () => {
			await begin('factor-takeover.json');
			const [dan, eve] = [takeover('dan'), takeover('eve')];
			const mixed = [dan[2], eve[1], dan[0], eve[0], signedIn(KEY, 'dan'), dan[1], eve[2]];
			expect((await alertsAfter(...mixed)).toSorted()).toEqual(['dan', 'eve']);
		});

		it('alerts once for each user when the events come at the same moment', async () => {
			await begin('factor-takeover.json');
			const enrolledBefore = ['finn', 'gus', 'hana'];
			const before = enrolledBefore.flatMap((person) => takeover(person).slice(0, 2));
			expect(await alertsAfter(...before)).toEqual([]);
			const others = ['ida', 'kim', 'lea'];
			const atOnce = [
				...enrolledBefore.flatMap((person) => [3, 2, 1].map((each) => signedIn(KEY, person, each))),
				...others.flatMap(takeover),
			];
			await deliverAtOnce(atOnce);
			expect(await alertsOnce(before.length + atOnce.length)).toEqual([
				...enrolledBefore,
				...others,
			]);
		});

		it('alerts again to another takeover, even within the hour', async () => {
			await begin('factor-takeover.json');
			const [first, second] = [40, 20].map((minutesAgo) => [
				reset(KEY, 'jo', minutesAgo),
				enrolled(KEY, 'jo', minutesAgo - 1),
				signedIn(KEY, 'jo', minutesAgo - 2),
			]);
			expect(await alertsAfter(...first)).toEqual(['jo']);
			expect(await alertsAfter(signedIn(KEY, 'jo', 10))).toEqual([]);
			expect(await alertsAfter(...second)).toEqual(['jo']);
		});

		it('stays silent about what only looks like a takeover', async () => {
			await begin('factor-takeover.json');
			const byUser = (event: LogEvent): LogEvent => ({ ...event, actor: event.target![0] });
			const failed = (event: LogEvent): LogEvent => ({
				...event,
				outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
			});
			const nearMisses = {
				ownReset: (who: string) => {
					const [wasReset, ...others] = takeover(who);
					return [byUser(wasReset), byUser(reset(KEY, who, 8)), ...others];
				},
				onboarding: (who: string) => takeover(who).slice(1),
				resetOfAnother: (who: string) => [
					eventOf('allFactorsReset', `${who}2`, 9),
					...takeover(who).slice(1),
				],
				resetTooLongAgo: (who: string) => [
					eventOf('allFactorsReset', who, 62),
					...takeover(who).slice(1),
				],
				resetAfterwards: (who: string) => [
					...takeover(who).slice(1),
					eventOf('allFactorsReset', who, 0),
				],
				resetInBetween: (who: string) => [
					...takeover(who).slice(1),
					eventOf('allFactorsReset', who, 3),
				],
				nothingEnrolled: (who: string) => [reset(PUSH, who, 9), signedIn(KEY, who)],
				oldFactor: (who: string) => [
					reset(PUSH, who, 9),
					enrolled(PUSH, who, 5),
					signedIn(KEY, who),
				],
				signInBefore: (who: string) => [
					reset(KEY, who, 9),
					signedIn(KEY, who, 7),
					enrolled(KEY, who, 5),
				],
				failedSignIn: (who: string) => [
					...takeover(who).slice(0, 2),
					failed(signedIn(KEY, who)),
					failed(signedIn(KEY, who)),
				],
				failedEnrollment: (who: string) => [
					reset(KEY, who, 9),
					failed(enrolled(KEY, who, 5)),
					signedIn(KEY, who),
				],
				newPassword: (who: string) => [
					eventOf('allFactorsReset', who, 9),
					enrolled('PASSWORD_AS_FACTOR', who, 5),
					signedIn('PASSWORD_AS_FACTOR', who),
				],
				passwordResetByAdmin: (who: string) => [
					reset('PASSWORD_AS_FACTOR', who, 9),
					enrolled(KEY, who, 5),
					signedIn(KEY, who),
				],
				verifiedEmail: (who: string) => [
					eventOf('allFactorsReset', who, 9),
					enrolled('EMAIL_FACTOR', who, 5),
					signedIn('EMAIL_FACTOR', who),
				],
			};
			const alerts: Record<string, unknown[]> = {};
			for (const [name, build] of Object.entries(nearMisses)) {
				alerts[name] = await alertsAfter(...build(name));
			}
			expect(alerts).toEqual(Object.fromEntries(Object.keys(nearMisses).map((name) => [name, []])));
		});
	});

	it('new-factor.json: notifies when somebody uses a factor for the first time', async () => {
		await begin('new-factor.json');
		const texts = async (...together: LogEvent[]) =>
			(await itemsAfter('Notify', ...together)).map(({ text }) => text);
		expect(await texts(eventOf('sms', 'ada'))).toEqual([
			'ada@example.com signed in with SMS_FACTOR for the first time.',
		]);
		expect(await texts(eventOf('sms', 'ada'))).toEqual([]);
		expect(await texts(eventOf('securityKey', 'ada'), eventOf('sms', 'bo'))).toEqual([
			'ada@example.com signed in with FIDO_WEBAUTHN for the first time.',
			'bo@example.com signed in with SMS_FACTOR for the first time.',
		]);
	});

	it('log-to-table.json: writes a row for each sign-in', async () => {
		await begin('log-to-table.json');
		const events = [eventOf('pushDenied', 'ada'), eventOf('password', 'bo')];
		expect(await itemsAfter('Save Row', ...events)).toEqual(
			events.map((event) =>
				expect.objectContaining({
					uuid: event.uuid,
					time: event.published,
					userId: event.actor.id,
					login: event.actor.alternateId,
					outcome: event.outcome.result,
					reason: event.outcome.reason,
					factor: event.debugContext.debugData.factor,
					ip: event.client.ipAddress,
					country: event.client.geographicalContext?.country,
				}),
			),
		);
	});

	describe.each([
		{
			name: 'instant-and-complete-queue-mode.json',
			kind: 'pushDenied',
			table: 'okta handled sign-ins',
			days: 90,
		},
		{
			name: 'denied-pushes.json',
			kind: 'pushDenied',
			table: 'okta denied pushes and alerts',
			days: 1,
		},
		{
			name: 'factor-takeover.json',
			kind: 'sms',
			table: 'okta factor changes and sign-ins',
			days: 1,
		},
		{ name: 'log-to-table.json', kind: 'pushDenied', table: 'okta mfa sign-ins', days: 365 },
	] as const)('$name, every night,', ({ name, kind, table, days }) => {
		/** Runs the workflow as at night, while it is published. */
		async function runCleanup(): Promise<Execution> {
			const { rest } = world;
			const { executionId } = await rest.call<{ executionId: string }>(
				'POST',
				`/rest/workflows/${id}/run`,
				{ workflowData: await rest.workflow(id), triggerToStartFrom: { name: 'Every Night' } },
			);
			await waitFor('the cleanup', 30_000, async () => {
				const found = (await listExecutions(rest, id)).find((each) => each.id === executionId);
				return found && !['new', 'running'].includes(found.status) ? found : undefined;
			});
			const execution = await getExecution(rest, executionId);
			expect([execution.status, execution.error]).toEqual(['success', undefined]);
			return execution;
		}

		it('deletes old rows, and no others', async () => {
			const tables = await dataTables(world.rest);
			// It may have more rows than n8n returns at once.
			for (const found of await tables.named(table)) await tables.delete(found);
			await begin(name);
			const [old, young, recent] = [days * 24 + 1, days * 24 - 1, 0].map((hours) =>
				eventOf(kind, 'cy', hours * 60),
			);
			await itemsAfter('Okta User MFA Trigger', old, young, recent);
			// n8n takes a part of the name for the name.
			const similar = await tables.create(`${table} of last year`, 'time');
			await tables.insert(similar, { time: old.published });
			try {
				const execution = await runCleanup();

				const [cleaned] = await tables.named(table);
				const rows = await tables.rows(cleaned);
				const uuids = rows.map(({ uuid }) => uuid);
				expect(uuids).not.toContain(old.uuid);
				expect(uuids).toEqual(expect.arrayContaining([young.uuid, recent.uuid]));
				expect(await tables.rows(similar)).toHaveLength(1);
				expect(uuidsOf([execution], 'Delete Old Rows')).toEqual([old.uuid]);
				expect(execution.nodesRun).toEqual([
					'Every Night',
					'Find Table',
					'Exact Name Only',
					'Delete Old Rows',
				]);
			} finally {
				await tables.delete(similar);
			}
		});

		it('does nothing as long as there is no table', async () => {
			await begin(name);
			const tables = await dataTables(world.rest);
			for (const found of await tables.named(table)) await tables.delete(found);
			const { nodesRun } = await runCleanup();

			expect(nodesRun).toEqual(['Every Night', 'Find Table']);
			expect(await tables.named(table)).toEqual([]);
		});
	});
});
