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
import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import type { Json, WorkflowInput } from '../../lab/n8n/rest';
import { waitFor } from '../../lab/n8n/wait-for';
import type { EventKind, EventOverrides, LogEvent, SignInKind } from '../../lab/okta-org';
import { IS_V1, startWorld } from './world';
import type { World } from './world';

let world: World;
beforeAll(async () => {
	// Makes executions overlap more, as on a faster machine.
	world = await startWorld({}, { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' });
});
afterAll(async () => await world?.stop());

/** Imports an example and selects the credential, as a user does. */
async function importExample(name: string): Promise<string> {
	const text = readFileSync(join(__dirname, '../../examples', name), 'utf8');
	const workflow = JSON.parse(text) as WorkflowInput;
	const scopes = 'okta.eventHooks.manage okta.logs.read offline_access';
	const { id, name: credentialName } = await connectToOkta(world.rest, world.org, scopes);
	for (const node of workflow.nodes) {
		if (!node.type.startsWith('n8n-nodes-okta-mfa.')) continue;
		node.credentials = { oktaOAuth2Api: { id, name: credentialName } };
		const { pollTimes, catchUp } = node.parameters;
		if (pollTimes !== undefined || catchUp === true) node.parameters.pollTimes = EVERY_FIVE_SECONDS;
	}
	return (await world.rest.createWorkflow(workflow)).id;
}

let id: string;
let deliveries = 0;

async function publishExample(name: string): Promise<void> {
	deliveries = 0;
	id = await importExample(name);
	await activate(world.rest, id);
}
afterEach(async () => await deactivate(world.rest, id));

/** Signs in several users at the same time, right after the workflow was published. */
async function signInSimultaneously(kind: SignInKind): Promise<LogEvent[]> {
	const signIns = await Promise.all(
		Array.from({ length: 16 }, async () => await world.org.signIn(kind)),
	);
	expect(signIns.flatMap((each) => each.deliveries.map(({ status }) => status))).toEqual(
		signIns.map(() => 204),
	);
	return signIns.map(({ event }) => event);
}

/** Waits until n8n has read Okta's log two more times. */
async function waitForTwoPolls(): Promise<void> {
	const asked = () =>
		world.org.requests().filter(({ path }) => path.startsWith('/api/v1/logs')).length;
	const before = asked();
	await waitFor('2 more polls', 60_000, () => (asked() >= before + 2 ? true : undefined));
}

/** Signs a user in, with an event that Okta logs but doesn't deliver. */
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

it("instant-and-complete.json: starts once for each sign-in, even if Okta couldn't deliver it", async () => {
	await publishExample('instant-and-complete.json');
	const delivered = await signInSimultaneously('sms');
	const all = [...delivered, await signInUndelivered()];
	await waitForItems(world.rest, id, ['Continue Here'], all.length, 90_000);
	await waitForTwoPolls();
	await deactivate(world.rest, id);

	const executions = await waitForItems(world.rest, id, ['Continue Here'], all.length);
	expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
	expect(uuidsOf(executions, 'Continue Here')).toEqual(sortedUuids(all));
});

/** The examples with a data table. n8n 1 has no node that creates one. */
const onN8n2 = IS_V1 ? describe.skip : describe;

onN8n2('An example with a data table', () => {
	/** An event about a user, who is also the actor unless it's a reset of factors. */
	function eventOf(
		kind: EventKind,
		name: string,
		minutesAgo = 0,
		overrides: EventOverrides = {},
	): LogEvent {
		const user = {
			id: `00u${name}`,
			type: 'User',
			alternateId: `${name}@example.com`,
			displayName: name,
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

	/** Delivers events in one request, and returns the items that a node emitted for them. */
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

	/** The users in the alerts, by first name. */
	function usersIn(alerts: Json[]): string[] {
		return alerts.map(({ login }) => String(login).replace('@example.com', ''));
	}

	/** Delivers events in one request, and returns the users in the alerts about them. */
	async function alertsAfter(...together: LogEvent[]): Promise<string[]> {
		return usersIn(await itemsAfter('Alert', ...together));
	}

	/** Delivers events at the same time, each in its own request. */
	async function deliverSimultaneously(events: LogEvent[]): Promise<void> {
		const attempts = await Promise.all(
			events.map(async (event) => await world.org.publish([event])),
		);
		expect(attempts.flat().map(({ status }) => status)).toEqual(events.map(() => 204));
	}

	/** Waits until that many events have started the workflow, and returns the users in all alerts, sorted. */
	async function alertsAfterEvents(count: number): Promise<string[]> {
		const executions = await waitForItems(world.rest, id, ['Okta User MFA Trigger'], count, 60_000);
		expect(executions.map(({ status, error }) => [status, error])).toEqual(
			executions.map(() => ['success', undefined]),
		);
		return usersIn(executions.flatMap(({ itemsOf }) => itemsOf('Alert'))).toSorted();
	}

	it("instant-and-complete-queue-mode.json: passes on each sign-in once, even if several arrive at the same time or Okta couldn't deliver one", async () => {
		const { rest } = world;
		await publishExample('instant-and-complete-queue-mode.json');
		const delivered = await signInSimultaneously('sms');
		const all = [...delivered, await signInUndelivered()];
		await waitForTwoPolls();
		await deactivate(rest, id);

		const triggers = ['Okta User MFA Trigger', 'Okta User MFA Polling Trigger'];
		const count = delivered.length + all.length;
		const executions = await waitForItems(rest, id, triggers, count, 90_000);
		expect(uuidsOf(executions, 'Okta User MFA Trigger')).toEqual(sortedUuids(delivered));
		expect(uuidsOf(executions, 'Okta User MFA Polling Trigger')).toEqual(sortedUuids(all));
		expect(uuidsOf(executions, 'Continue Here')).toEqual(sortedUuids(all));
	});

	it.each(['denied-pushes.json', 'factor-takeover.json', 'new-factor.json', 'log-to-table.json'])(
		'%s: creates its table, even if the first sign-ins arrive at the same time',
		async (name) => {
			await publishExample(name);
			const kind = name === 'denied-pushes.json' ? 'pushDenied' : 'sms';
			const events = await signInSimultaneously(kind);
			const trigger = 'Okta User MFA Trigger';
			const executions = await waitForItems(world.rest, id, [trigger], events.length);
			expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
			expect(uuidsOf(executions, trigger)).toEqual(sortedUuids(events));
			const alerts = executions.flatMap(({ itemsOf }) => itemsOf('Alert'));
			expect(alerts).toHaveLength(name === 'denied-pushes.json' ? 1 : 0);
		},
	);

	describe('denied-pushes.json', () => {
		const denied = (name: string, minutesAgo = 0) => eventOf('pushDenied', name, minutesAgo);

		it('alerts once if a user denies three pushes in ten minutes', async () => {
			await publishExample('denied-pushes.json');
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

		it('alerts once for each user if the pushes of several users arrive in one delivery', async () => {
			await publishExample('denied-pushes.json');
			expect(await alertsAfter(denied('cleo', 4), denied('dan', 9), denied('cleo', 3))).toEqual([]);
			const together = [
				...[denied('dan', 1), denied('cleo', 1), denied('eve', 2), denied('dan', 5)],
				...[denied('eve', 1), denied('cleo'), denied('dan')],
			];
			expect((await alertsAfter(...together)).toSorted()).toEqual(['cleo', 'dan']);
			expect(await alertsAfter(denied('eve'), denied('dan'), denied('cleo'))).toEqual(['eve']);
		});

		it('alerts once for each user if the pushes arrive at the same time', async () => {
			await publishExample('denied-pushes.json');
			const names = ['jo', 'kim', 'lea'];
			const twice = names.flatMap((name) => [denied(name, 9), denied(name, 5)]);
			expect(await alertsAfter(...twice)).toEqual([]);
			const more = names.flatMap((name) => [denied(name), denied(name), denied(name)]);
			await deliverSimultaneously(more);
			expect(await alertsAfterEvents(twice.length + more.length)).toEqual(names);
		});

		it('alerts again after ten minutes if the user keeps denying pushes', async () => {
			await publishExample('denied-pushes.json');
			const at = async (...minutesAgo: number[]) =>
				await alertsAfter(...minutesAgo.map((each) => denied('ida', each)));
			expect(await at(30, 29, 28)).toEqual(['ida']);
			expect(await at(26, 24)).toEqual([]);
			expect(await at(22, 20)).toEqual([]);
			expect(await at(17, 16)).toEqual(['ida']);
		});

		it('counts pushes by the time they were denied, however late the events arrive', async () => {
			await publishExample('denied-pushes.json');
			expect(await alertsAfter(denied('finn', 2))).toEqual([]);
			expect(await alertsAfter(denied('finn', 11))).toEqual([]);
			expect(await alertsAfter(denied('finn', 40))).toEqual([]);
			expect(await alertsAfter(denied('finn', 42))).toEqual([]);
			expect(await alertsAfter(denied('finn', 33))).toEqual(['finn']);
			// Another window of ten minutes.
			expect(await alertsAfter(denied('finn', 13), denied('finn', 7))).toEqual(['finn']);
		});

		it("doesn't count a wrong number or an error", async () => {
			await publishExample('denied-pushes.json');
			const failed = (name: string) => [
				...[5, 4, 3].map((minutesAgo) => eventOf('wrongNumber', name, minutesAgo)),
				...[3, 2, 1].map((minutesAgo) => eventOf('pushError', name, minutesAgo)),
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
			await publishExample('denied-pushes.json');
			const deniedOnClassic = (minutesAgo = 0) =>
				eventOf('pushDeniedOnClassic', 'hana', minutesAgo);
			expect(await org.publish([deniedOnClassic(8), deniedOnClassic(5)])).toEqual([]);
			expect(await alertsAfterEvents(2)).toEqual([]);
			expect(await org.publish([deniedOnClassic(1)])).toEqual([]);
			expect(await alertsAfterEvents(3)).toEqual(['hana']);
			expect(await org.publish([deniedOnClassic()])).toEqual([]);
			expect(await alertsAfterEvents(4)).toEqual(['hana']);
		});
	});

	describe('factor-takeover.json', () => {
		const reset = (factor: string, name: string, minutesAgo: number) =>
			eventOf('factorReset', name, minutesAgo, {
				outcome: { reason: `User reset ${factor} factor` },
			});
		const enrolled = (factor: string, name: string, minutesAgo: number) =>
			eventOf('factorEnrolled', name, minutesAgo, {
				outcome: { reason: `User set up ${factor} factor` },
			});
		const signedIn = (factor: string, name: string, minutesAgo = 0) =>
			eventOf('securityKey', name, minutesAgo, { debugContext: { debugData: { factor } } });

		const KEY = 'FIDO_WEBAUTHN';
		const PUSH = 'OKTA_VERIFY_PUSH';
		const FASTPASS = 'SIGNED_NONCE';
		const CODE = 'OKTA_SOFT_TOKEN';

		/** A reset, an enrollment, and a sign-in. */
		const takeover = (name: string) => [
			eventOf('allFactorsReset', name, 9),
			enrolled(KEY, name, 5),
			signedIn(KEY, name, 1),
		];

		it('alerts once if factors are reset, and a new one is enrolled and used', async () => {
			await publishExample('factor-takeover.json');
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

		it('counts Okta Verify as one factor, although Okta resets and enrolls it in parts', async () => {
			await publishExample('factor-takeover.json');
			const parts = [FASTPASS, PUSH, CODE];
			expect(await alertsAfter(...parts.map((factor) => reset(factor, 'bo', 20)))).toEqual([]);
			expect(await alertsAfter(enrolled(PUSH, 'bo', 10))).toEqual([]);
			expect(await alertsAfter(signedIn(FASTPASS, 'bo', 8))).toEqual(['bo']);
			const others = [enrolled(FASTPASS, 'bo', 9), enrolled(CODE, 'bo', 9)];
			expect(await alertsAfter(...others, signedIn(PUSH, 'bo', 7))).toEqual([]);
			expect(await alertsAfter(eventOf('allFactorsReset', 'bo', 20))).toEqual([]);
		});

		it('alerts once, whatever order the events arrive in', async () => {
			await publishExample('factor-takeover.json');
			for (const order of ['012', '021', '102', '120', '201', '210']) {
				const name = `cleo${order}`;
				const events = takeover(name);
				const [first, second, third] = [...order].map((index) => events[Number(index)]);
				expect(await alertsAfter(first)).toEqual([]);
				expect(await alertsAfter(second)).toEqual([]);
				expect(await alertsAfter(third)).toEqual([name]);
				expect(await alertsAfter(signedIn(KEY, name))).toEqual([]);
			}
		});

		it('alerts once for each user if the events of several users arrive in one delivery', async () => {
			await publishExample('factor-takeover.json');
			const [dan, eve] = [takeover('dan'), takeover('eve')];
			const mixed = [dan[2], eve[1], dan[0], eve[0], signedIn(KEY, 'dan'), dan[1], eve[2]];
			expect((await alertsAfter(...mixed)).toSorted()).toEqual(['dan', 'eve']);
		});

		it('alerts once for each user if the events arrive at the same time', async () => {
			await publishExample('factor-takeover.json');
			const enrolledBefore = ['finn', 'gus', 'hana'];
			const before = enrolledBefore.flatMap((name) => takeover(name).slice(0, 2));
			expect(await alertsAfter(...before)).toEqual([]);
			const others = ['ida', 'kim', 'lea'];
			const atOnce = [
				...enrolledBefore.flatMap((name) => [3, 2, 1].map((each) => signedIn(KEY, name, each))),
				...others.flatMap(takeover),
			];
			await deliverSimultaneously(atOnce);
			expect(await alertsAfterEvents(before.length + atOnce.length)).toEqual([
				...enrolledBefore,
				...others,
			]);
		});

		it('alerts again about another takeover, even within the same hour', async () => {
			await publishExample('factor-takeover.json');
			const [first, second] = [40, 20].map((minutesAgo) => [
				reset(KEY, 'jo', minutesAgo),
				enrolled(KEY, 'jo', minutesAgo - 1),
				signedIn(KEY, 'jo', minutesAgo - 2),
			]);
			expect(await alertsAfter(...first)).toEqual(['jo']);
			expect(await alertsAfter(signedIn(KEY, 'jo', 10))).toEqual([]);
			expect(await alertsAfter(...second)).toEqual(['jo']);
		});

		it("doesn't alert about events that only look like a takeover", async () => {
			await publishExample('factor-takeover.json');
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

	it('new-factor.json: notifies when a user signs in with a factor for the first time', async () => {
		await publishExample('new-factor.json');
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
		await publishExample('log-to-table.json');
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

		it('deletes only old rows', async () => {
			const tables = await dataTables(world.rest);
			// It can have more rows than n8n returns in one call.
			for (const found of await tables.named(table)) await tables.delete(found);
			await publishExample(name);
			const [old, young, recent] = [days * 24 + 1, days * 24 - 1, 0].map((hours) =>
				eventOf(kind, 'cy', hours * 60),
			);
			await itemsAfter('Okta User MFA Trigger', old, young, recent);
			// n8n finds tables by a part of their name, too.
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

		it("does nothing if there's no table", async () => {
			await publishExample(name);
			const tables = await dataTables(world.rest);
			for (const found of await tables.named(table)) await tables.delete(found);
			const { nodesRun } = await runCleanup();

			expect(nodesRun).toEqual(['Every Night', 'Find Table']);
			expect(await tables.named(table)).toEqual([]);
		});
	});
});
