import { createHash } from 'node:crypto';

import axios from 'axios';

import { TRIGGER } from '../../lab/n8n/mfa-workflow';
import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import type { N8n } from '../../lab/n8n/process';
import { rssTrigger, startRssFeed } from '../../lab/n8n/rss-feed';
import { waitFor } from '../../lab/n8n/wait-for';
import { logFilesOf } from './log-files';
import { unfinishedEvents, signInConcurrently } from './sign-ins';
import { unfinishedBy, startedBy } from './worker-log';
import { startWorld, type World } from './world';

let world: World;
beforeAll(async () => {
	world = await startWorld();
}, 600_000);
beforeEach(async () => await world.startScenario());
afterEach(async () => await world?.endScenario());
afterAll(async () => await world?.stop());

const client = axios.create({ proxy: false, validateStatus: () => true });

function hashOf(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}

function pathOfHook(): string {
	return new URL(world.org.hooks()[0].channel.config.uri).pathname;
}

/** Sends a delivery to one of the processes. */
async function deliverTo(n8n: N8n, path: string, secret: string): Promise<number> {
	const body = { data: { events: [world.org.buildEvent('sms')] } };
	const { status } = await client.post(n8n.url + path, body, {
		headers: { Authorization: secret },
	});
	return status;
}

describe('Okta User MFA Trigger in queue mode', () => {
	it('responds to the verification in the webhook processor, not in main', async () => {
		const { org, queue } = world;
		const flow = await world.createFlow();
		await flow.activate();

		expect(org.hooks()).toHaveLength(1);
		expect(org.hooks()[0]).toMatchObject({ status: 'ACTIVE', verificationStatus: 'VERIFIED' });
		expect(new URL(org.hooks()[0].channel.config.uri).origin).toBe(queue.webhook.url);
		const headers = { 'X-Okta-Verification-Challenge': 'proof' };
		const [byWebhook, byMain] = [
			await client.get(queue.webhook.url + pathOfHook(), { headers }),
			await client.get(queue.main.url + pathOfHook(), { headers }),
		];
		expect(byWebhook.data).toEqual({ verification: 'proof' });
		// The editor's page, which n8n serves for unknown paths.
		expect(byMain.headers['content-type']).toContain('text/html');
		expect(String(byMain.data)).not.toContain('proof');
		const secret = org.secretOf(org.hooks()[0].id) ?? '';
		expect(await deliverTo(queue.main, pathOfHook(), secret)).toBe(404);
	});

	it('rejects a delivery with a wrong secret in the webhook processor', async () => {
		const flow = await world.createFlow();
		await flow.activate();

		expect(await deliverTo(world.queue.webhook, pathOfHook(), 'f'.repeat(64))).toBe(401);
		expect(await flow.executions(0)).toEqual([]);
	});

	it('keeps its only hook after a change, which takes effect in the webhook processor', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		await org.signIn('sms');
		expect(org.hooks()).toHaveLength(1);
		await flow.republish({ output: 'rawEvent' });

		expect(org.hooks()).toHaveLength(1);
		expect(org.hooks()[0]).toMatchObject({ status: 'ACTIVE', verificationStatus: 'VERIFIED' });
		const { event } = await org.signIn('pushApproved');
		const items = (await flow.executions(2)).flatMap((each) => each.itemsOf(TRIGGER));
		expect(items.map((item) => 'dateAndTime' in item)).toEqual([true, false]);
		expect(items[1]).toMatchObject({ uuid: event.uuid, published: event.published });
	});

	it('receives events next to a polling trigger that overwrites static data', async () => {
		const { org } = world;
		const feed = await startRssFeed();
		try {
			const flow = await world.createFlow({
				otherTriggers: [rssTrigger('Poller', feed.url, EVERY_FIVE_SECONDS)],
			});
			const pollsSoFar = async () =>
				(await flow.executions(0)).filter((each) => each.itemsOf('Poller').length > 0).length;
			const waitForPoll = async () => {
				const before = await pollsSoFar();
				await waitFor('the poller to find something', 60_000, async () =>
					(await pollsSoFar()) > before ? true : undefined,
				);
			};
			await flow.activate();
			await waitForPoll();
			await flow.republish({ output: 'rawEvent' });
			await waitForPoll();

			const secret = org.secretOf(org.hooks()[0].id) ?? '';
			expect(await flow.staticData()).not.toContain(hashOf(secret));
			const { event, deliveries } = await org.signIn('sms');
			expect(deliveries.map(({ status }) => status)).toEqual([204]);
			await waitFor('the sign-in to start the workflow', 60_000, async () => {
				const items = (await flow.executions(0)).flatMap((each) => each.itemsOf(TRIGGER));
				return items.some(({ uuid }) => uuid === event.uuid) ? true : undefined;
			});
			expect(await deliverTo(world.queue.webhook, pathOfHook(), 'f'.repeat(64))).toBe(401);
		} finally {
			await feed.stop();
		}
	});

	it("can't be published with Catch Up, and leaves no hook", async () => {
		const flow = await world.createFlow({ parameters: { catchUp: true } });
		await expect(flow.activate()).rejects.toThrow(
			/'Catch Up From System Log' doesn't work here: .* use the example workflow for queue mode/,
		);
		expect(world.org.hooks()).toEqual([]);
	});

	it('runs each event of a burst once, in fewer executions than deliveries', async () => {
		const flow = await world.createFlow();
		await flow.activate();
		const bursts = [1, 2, 3, 4, 5].map(async () => await signInConcurrently(world, 20));
		const attempts = (await Promise.all(bursts)).flat();
		expect(attempts.map(({ status }) => status)).toEqual(Array(100).fill(204));

		// n8n has responded, so all of them are stored.
		const executions = await flow.executions(1);
		expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
		const items = executions.flatMap((each) => each.itemsOf(TRIGGER));
		const byDelivery = ({ eventId, uuid }: { eventId?: unknown; uuid?: unknown }) =>
			`${String(eventId)} ${String(uuid)}`;
		expect(items.map(byDelivery).sort()).toEqual(
			attempts.map(({ eventId, uuids: [uuid] }) => byDelivery({ eventId, uuid })).sort(),
		);
		expect(executions.length).toBeLessThan(attempts.length);
	});

	it('loses no event and runs none twice if a worker is killed and restarted', async () => {
		// One event per execution, which shows the events that the worker has started.
		const parameters = { options: { oneExecutionPerDelivery: true } };
		const flow = await world.createFlow({ parameters });
		await flow.activate();
		const [worker] = world.queue.workers;
		const attempts = await signInConcurrently(world, 100);

		const meanwhile = signInConcurrently(world, 100);
		await waitFor('the worker to be running executions', 60_000, () =>
			unfinishedBy(worker).length > 1 ? true : undefined,
		);
		await worker.kill();
		const unfinished = await unfinishedEvents(world, flow);
		const [more] = await Promise.all([meanwhile, worker.start()]);
		attempts.push(...more);

		const startedBefore = startedBy(worker).length;
		attempts.push(...(await signInConcurrently(world, 100)));
		const executions = await flow.executions(300, 180_000);

		const acknowledged = attempts.filter(({ delivered }) => delivered);
		const succeeded = executions.filter(({ status }) => status === 'success');
		const failed = executions.filter(({ status }) => status !== 'success');
		expect(acknowledged).toHaveLength(300);
		expect(startedBy(worker).length).toBeGreaterThan(startedBefore);
		// n8n never reruns what a dead worker was running. It ends those executions as failed.
		expect(failed).not.toEqual([]);
		for (const { id, error } of failed) {
			expect(error).toContain('failed to be processed too many times');
			expect([...unfinished.keys()]).toContain(id);
		}
		expect(
			[
				...succeeded.flatMap((each) => each.itemsOf(TRIGGER)).map(({ uuid }) => uuid),
				...failed.map(({ id }) => unfinished.get(id)),
			].sort(),
		).toEqual(acknowledged.flatMap(({ uuids }) => uuids).sort());
	}, 600_000);

	it('keeps its secrets out of the database, Redis, and the logs', async () => {
		const { org, queue, secrets } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const secret = org.secretOf(org.hooks()[0].id) ?? '';
		const { event } = await org.signIn('pushDenied');
		const [execution] = await flow.executions(1);

		const places: Record<string, string> = {
			execution: execution.stored,
			PostgreSQL: await queue.postgres.dump(),
			Redis: queue.redis.traffic(),
			logs: queue.processes.map((n8n) => n8n.logs()).join('\n'),
			'log files': await logFilesOf(queue.processes),
		};
		// Makes sure that the search would find something.
		expect(secrets).toContain(secret);
		expect(places.execution).toContain(event.uuid);
		expect(places.PostgreSQL).toContain(event.uuid);
		expect(places.PostgreSQL).toContain(hashOf(secret));
		for (const place of ['Redis', 'logs', 'log files']) {
			expect(places[place]).toContain(flow.id);
		}
		const leaks = Object.entries(places).filter(([, text]) =>
			[...secrets].some((each) => text.includes(each)),
		);
		expect(leaks.map(([place]) => place)).toEqual([]);
	});

	it('creates and deletes its hook in main, even if no other process is running', async () => {
		const { org, queue } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const path = pathOfHook();
		const secret = org.secretOf(org.hooks()[0].id) ?? '';
		for (const n8n of [queue.webhook, ...queue.workers]) await n8n.kill();
		await flow.deactivate();
		expect(org.hooks()).toEqual([]);
		org.clearRequests();
		const activation = flow.activate();

		await expect(activation).rejects.toThrow("Okta couldn't verify the webhook URL");
		expect(org.requests()).toContainEqual(
			expect.objectContaining({ method: 'POST', path: '/api/v1/eventHooks', status: 200 }),
		);
		expect(org.hooks()).toEqual([]);
		await queue.webhook.start();
		expect(await deliverTo(queue.webhook, path, secret)).toBe(404);
	});
});
