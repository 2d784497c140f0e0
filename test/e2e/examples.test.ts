import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { activate, deactivate } from '../n8n/activation';
import { getExecution, listExecutions, waitForExecutions, waitForItems } from '../n8n/executions';
import type { Execution } from '../n8n/executions';
import { connectToOkta } from '../n8n/okta-credential';
import { dataTables } from '../n8n/data-tables';
import { OFTEN } from '../n8n/poll-times';
import type { Json, WorkflowInput } from '../n8n/rest';
import { waitFor } from '../n8n/wait-for';
import type { LogEvent, SignInKind } from '../okta-org';
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
	function signIn(kind: SignInKind, person: string, minutesAgo = 0): LogEvent {
		const user = {
			id: `00u${person}`,
			type: 'User',
			alternateId: `${person}@example.com`,
			displayName: person,
			detailEntry: null,
		};
		const published = new Date(Date.now() - minutesAgo * 60_000).toISOString();
		return world.org.buildEvent(kind, { published, actor: user, target: [user] });
	}

	/** Delivers events one by one, or all at once, and returns what a node has put out for them. */
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

	it.each(['denied-pushes.json', 'new-factor.json', 'log-to-table.json'])(
		'%s: makes its table, also when the first sign-ins come at the same moment',
		async (name) => {
			await begin(name);
			const kind = name === 'denied-pushes.json' ? 'pushDenied' : 'sms';
			const events = await signInAtOnce(kind);
			const trigger = 'Okta User MFA Trigger';
			const executions = await waitForItems(world.rest, id, [trigger], events.length);
			expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
			expect(uuidsOf(executions, trigger)).toEqual(sortedUuids(events));
		},
	);

	it('denied-pushes.json: alerts when one person has denied three pushes in ten minutes', async () => {
		await begin('denied-pushes.json');
		const denied = (person: string, minutesAgo = 0) => signIn('pushDenied', person, minutesAgo);
		expect(await itemsAfter('Alert', denied('ada', 25))).toEqual([]);
		expect(await itemsAfter('Alert', denied('ada', 1))).toEqual([]);
		expect(await itemsAfter('Alert', denied('bo'), denied('ada'))).toEqual([]);
		// Okta delivers in any order.
		expect(await itemsAfter('Alert', denied('ada', 9))).toEqual([
			expect.objectContaining({
				login: 'ada@example.com',
				text: expect.stringMatching(/^ada@example\.com denied 3 pushes in ten minutes/) as string,
			}),
		]);
	});

	it('new-factor.json: notifies when somebody uses a factor for the first time', async () => {
		await begin('new-factor.json');
		const texts = async (...together: LogEvent[]) =>
			(await itemsAfter('Notify', ...together)).map(({ text }) => text);
		expect(await texts(signIn('sms', 'ada'))).toEqual([
			'ada@example.com signed in with SMS_FACTOR for the first time.',
		]);
		expect(await texts(signIn('sms', 'ada'))).toEqual([]);
		expect(await texts(signIn('securityKey', 'ada'), signIn('sms', 'bo'))).toEqual([
			'ada@example.com signed in with FIDO_WEBAUTHN for the first time.',
			'bo@example.com signed in with SMS_FACTOR for the first time.',
		]);
	});

	it('log-to-table.json: writes a row for each sign-in', async () => {
		await begin('log-to-table.json');
		const events = [signIn('pushDenied', 'ada'), signIn('password', 'bo')];
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
			table: 'okta handled sign-ins',
			column: 'time',
			days: 90,
		},
		{ name: 'denied-pushes.json', table: 'okta denied pushes', column: 'deniedAt', days: 1 },
		{ name: 'log-to-table.json', table: 'okta mfa sign-ins', column: 'time', days: 365 },
	])('$name, every night,', ({ name, table, column, days }) => {
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
			await begin(name);
			const tables = await dataTables(world.rest);
			const [old, young, recent] = [days * 24 + 1, days * 24 - 1, 0].map((hours) =>
				signIn('pushDenied', 'cy', hours * 60),
			);
			await itemsAfter('Okta User MFA Trigger', old, young, recent);
			// n8n takes a part of the name for the name.
			const similar = await tables.create(`${table} of last year`, column);
			await tables.insert(similar, { [column]: old.published });
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
