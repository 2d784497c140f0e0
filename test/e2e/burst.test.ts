import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import axios from 'axios';

import { getExecution, listExecutions, stopStuckExecutions } from '../../lab/n8n/executions';
import { waitFor } from '../../lab/n8n/wait-for';
import type { SignInResult } from '../../lab/okta-org';
import { IS_V1, startWorld } from './world';
import type { Flow, World } from './world';

const COUNT = 60;
const AT_A_TIME = 20;

let world: World;
beforeAll(async () => {
	// Okta waits 3 s, but these tests aren't about n8n's speed on a busy machine.
	world = await startWorld({ deliveryTimeout: 30_000 });
});
afterEach(async () => {
	if (!world.n8n.isRunning()) await world.n8n.start();
	await world.endScenario();
});
afterAll(async () => await world?.stop());

/** Signs in that many users, 20 at a time. */
async function signInConcurrently(
	count: number,
	onSignIn: (result: SignInResult) => void = () => {},
): Promise<SignInResult[]> {
	const results: SignInResult[] = [];
	let left = count;
	const signIns = Array.from({ length: AT_A_TIME }, async () => {
		while (left-- > 0) {
			const result = await world.org.signIn('sms');
			results.push(result);
			onSignIn(result);
		}
	});
	await Promise.all(signIns);
	return results;
}

/** Which executions have these events, as pairs of execution ID and event ID. */
async function storedEvents(flow: Flow, uuids: string[]): Promise<Array<[string, string]>> {
	const found: Array<[string, string]> = [];
	for (const { id } of await listExecutions(world.rest, flow.id)) {
		const { stored } = await getExecution(world.rest, id);
		found.push(
			...uuids.filter((uuid) => stored.includes(uuid)).map((uuid): [string, string] => [id, uuid]),
		);
	}
	return found;
}

describe('A burst of sign-ins', () => {
	it('is acknowledged, and each event runs once, in fewer executions than deliveries', async () => {
		const flow = await world.createFlow();
		await flow.activate();
		const results = await signInConcurrently(COUNT);
		const deliveries = results.flatMap((result) => result.deliveries);
		expect(deliveries.map(({ status }) => status)).toEqual(Array(COUNT).fill(204));

		const items = await flow.items(COUNT);
		const byUuid = (a: { uuid: string }, b: { uuid: string }) => a.uuid.localeCompare(b.uuid);
		const received = items.map(({ uuid, eventId, eventTime, source }) => ({
			uuid: String(uuid),
			eventId,
			eventTime,
			source,
		}));
		const sent = deliveries.map(({ uuids: [uuid], eventId, body }) => ({
			uuid,
			eventId,
			eventTime: body.eventTime,
			source: body.source,
		}));
		expect(received.sort(byUuid)).toEqual(sent.sort(byUuid));
		const requestIds = items.map(
			({ headers }) => (headers as Record<string, string>)['x-okta-request-id'],
		);
		expect(new Set(requestIds).size).toBe(COUNT);
		// n8n 1 responds before it stores an execution, so deliveries hardly ever wait.
		const { length } = await flow.executions(1);
		if (IS_V1) expect(length).toBeLessThanOrEqual(COUNT);
		else expect(length).toBeLessThan(COUNT);
	});

	it('runs each event once for each of two triggers in a workflow', async () => {
		const flow = await world.createFlow({ triggers: 2 });
		await flow.activate();
		const results = await signInConcurrently(COUNT / 2);
		const deliveries = results.flatMap((result) => result.deliveries);
		expect(deliveries.map(({ status }) => status)).toEqual(Array(COUNT).fill(204));

		const items = await flow.items(COUNT);
		expect(items.map(({ source, uuid }) => `${String(source)} ${String(uuid)}`).sort()).toEqual(
			deliveries.map(({ body, uuids: [uuid] }) => `${body.source} ${uuid}`).sort(),
		);
	});

	it("starts one execution per delivery with 'One Execution per Delivery' on", async () => {
		const parameters = { options: { oneExecutionPerDelivery: true } };
		const flow = await world.createFlow({ parameters });
		await flow.activate();
		const results = await signInConcurrently(COUNT / 2);
		const deliveries = results.flatMap((result) => result.deliveries);
		expect(deliveries.map(({ status }) => status)).toEqual(Array(COUNT / 2).fill(204));

		const items = await flow.items(COUNT / 2);
		expect(items.map(({ uuid }) => uuid).sort()).toEqual(
			results.map(({ event }) => event.uuid).sort(),
		);
		expect(await flow.executions(COUNT / 2)).toHaveLength(COUNT / 2);
	});

	// n8n 1 responds before it stores an execution, so it loses what it can't store.
	(IS_V1 ? it.skip : it)("runs every event except the one that n8n can't store", async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const path = join(world.n8n.userFolder, '.n8n/database.sqlite');
		const database = new DatabaseSync(path, { timeout: 10_000 });
		try {
			database.exec(
				"CREATE TRIGGER picky BEFORE INSERT ON execution_data WHEN NEW.data LIKE '%unstorable%' BEGIN SELECT RAISE(ABORT, 'picky'); END",
			);
			const signIns = Array.from(
				{ length: AT_A_TIME },
				async (_, index) =>
					await org.signIn('sms', { displayMessage: index === 7 ? 'unstorable' : 'ok' }),
			);
			const results = await Promise.all(signIns);
			const [unstorable] = results.splice(7, 1);

			const statuses = unstorable.deliveries.map(({ status = 0 }) => status);
			expect(statuses).toHaveLength(2);
			expect(Math.min(...statuses)).toBeGreaterThanOrEqual(500);
			expect(results.map(({ deliveries }) => deliveries.at(-1)?.status)).toEqual(
				results.map(() => 204),
			);
			const items = await flow.items(results.length);
			expect(items.map(({ uuid }) => uuid).sort()).toEqual(
				results.map(({ event }) => event.uuid).sort(),
			);
		} finally {
			database.exec('DROP TRIGGER IF EXISTS picky');
			database.close();
		}
	});
});

// n8n 1 acknowledges a delivery a moment before it stores the execution.
(IS_V1 ? describe.skip : describe)('n8n that is killed in the middle of a burst', () => {
	it('has stored every acknowledged event, and none twice', async () => {
		const { n8n } = world;
		const flow = await world.createFlow();
		await flow.activate();
		let kill: Promise<void> | undefined;
		let acknowledged = 0;
		const results = await signInConcurrently(COUNT, ({ deliveries }) => {
			if (deliveries.some(({ delivered }) => delivered)) acknowledged += 1;
			if (acknowledged === COUNT / 3) kill ??= n8n.kill();
		});
		await kill;
		await n8n.start();
		await stopStuckExecutions(world.rest, flow.id);

		const isAcknowledged = ({ deliveries }: SignInResult) =>
			deliveries.some(({ delivered }) => delivered);
		const uuids = results.map(({ event }) => event.uuid);
		const stored = (await storedEvents(flow, uuids)).map(([, uuid]) => uuid);
		expect(new Set(stored).size).toBe(stored.length);
		expect(acknowledged).toBeLessThan(COUNT);
		const lost = results.filter(isAcknowledged).filter(({ event }) => !stored.includes(event.uuid));
		expect(lost).toEqual([]);
		await world.expectSignInStarts(flow);

		// n8n never reruns what it was running, but runs what it had stored without responding.
		const executed = (await flow.items(0)).map(({ uuid }) => uuid);
		for (const result of results) {
			const { uuid } = result.event;
			if (isAcknowledged(result) && !executed.includes(uuid)) world.expectIgnored(uuid);
			if (!isAcknowledged(result) && executed.includes(uuid)) world.expectExecuted(uuid);
		}
	});
});

// n8n 1 acknowledges a delivery before it queues the execution.
(IS_V1 ? describe.skip : describe)('n8n that runs one execution at a time', () => {
	/** A server that keeps executions running until it's opened. */
	async function startGate() {
		const waiting: ServerResponse[] = [];
		let isOpen = false;
		const server = createServer((_request, response) => {
			if (isOpen) response.end();
			else waiting.push(response);
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		const node = {
			name: 'Gate',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
		};
		return {
			node,
			waiting: () => waiting.length,
			open() {
				isOpen = true;
				for (const response of waiting.splice(0)) response.end();
			},
			async stop() {
				const closed = once(server, 'close');
				server.close();
				server.closeAllConnections();
				await closed;
			},
		};
	}

	/** Sends an event as Okta does, until the signal closes the connection. */
	async function deliver(uuid: string, signal: AbortSignal): Promise<number | undefined> {
		const { org } = world;
		const [{ id, channel }] = org.hooks();
		const body = { data: { events: [{ ...org.buildEvent('sms'), uuid }] } };
		const response = await axios
			.post(channel.config.uri, body, {
				headers: { Authorization: org.secretOf(id) },
				proxy: false,
				signal,
				validateStatus: () => true,
			})
			.catch(() => undefined);
		return response?.status;
	}

	it('queues waiting events, runs each once in turn, and continues after a queued execution was stopped', async () => {
		const { n8n, rest, org } = world;
		await n8n.stop();
		await n8n.start({ N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' });
		const gate = await startGate();
		try {
			const flow = await world.createFlow({ next: gate.node });
			await flow.activate();
			const first = await org.signIn('sms');
			expect(first.deliveries.map(({ status }) => status)).toEqual([204]);
			await waitFor('the first execution to run', 30_000, () => gate.waiting() || undefined);

			const uuids = Array.from({ length: AT_A_TIME }, (_, index) => `queued-${index}-`);
			const okta = new AbortController();
			const tries = uuids.map(async (uuid) => await deliver(uuid, okta.signal));
			const queued = await waitFor('all events to be queued', 30_000, async () => {
				const found = await storedEvents(flow, uuids);
				return found.length >= uuids.length ? found : undefined;
			});
			expect(queued.map(([, uuid]) => uuid).sort()).toEqual([...uuids].sort());
			const ids = [...new Set(queued.map(([id]) => id))];
			expect(ids.length).toBeLessThan(uuids.length);

			// Okta retries, gets no response, and disconnects all of them.
			tries.push(...uuids.map(async (uuid) => await deliver(uuid, okta.signal)));
			const sizeOf = (id: string) => queued.filter(([each]) => each === id).length;
			const [stopped] = ids.sort((a, b) => sizeOf(b) - sizeOf(a));
			expect(sizeOf(stopped)).toBeGreaterThan(1);
			await rest.call('POST', `/rest/executions/${stopped}/stop`);
			okta.abort();
			expect(await Promise.all(tries)).toEqual(tries.map(() => undefined));
			gate.open();

			const expected = queued.filter(([id]) => id !== stopped).map(([, uuid]) => uuid);
			const items = await flow.items(expected.length + 1);
			expect(items.map(({ uuid }) => uuid).sort()).toEqual([first.event.uuid, ...expected].sort());
			for (const uuid of expected) world.expectExecuted(uuid);
			await world.expectSignInStarts(flow);
			const more = await signInConcurrently(AT_A_TIME);
			expect(more.flatMap(({ deliveries }) => deliveries.map(({ status }) => status))).toEqual(
				Array(AT_A_TIME).fill(204),
			);
		} finally {
			await gate.stop();
		}
	});
});
