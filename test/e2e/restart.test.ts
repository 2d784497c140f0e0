import axios from 'axios';

import { listExecutions } from '../../lab/n8n/executions';
import { TRIGGER } from '../../lab/n8n/mfa-workflow';
import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import { waitFor } from '../../lab/n8n/wait-for';
import { IS_V1, signInThroughout, startWorld } from './world';
import type { Flow, World } from './world';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterEach(async () => {
	if (!world.n8n.isRunning()) await world.n8n.start();
	await world.endScenario();
});
afterAll(async () => await world?.stop());

async function signInAndExpectItem(flow: Flow, count: number): Promise<void> {
	const { deliveries } = await world.org.signIn('pushApproved');
	expect(deliveries.map(({ status }) => status)).toEqual([204]);
	expect(await flow.items(count)).toHaveLength(count);
}

describe('n8n after a restart', () => {
	it.each([
		['stopped', 'is up', undefined],
		['killed', 'is up', undefined],
		['stopped', 'returns 503', { status: 503 }],
		['killed', 'returns 503', { status: 503 }],
		['killed', 'drops connections', { drop: true }],
		['stopped', 'rejects the credential', { status: 401 }],
	] as const)('receives events if it was %s and Okta %s', async (how, _, fault) => {
		const { n8n, org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const [hook] = org.hooks();
		await signInAndExpectItem(flow, 1);
		if (fault) org.faults.addFault({ path: /./, ...fault });
		if (how === 'killed') await n8n.kill();
		else await n8n.stop();
		await n8n.start();

		await signInAndExpectItem(flow, 2);
		expect(org.hooks()).toEqual([hook]);
	});

	it('loses no delivery that it acknowledged while starting', async () => {
		const { n8n, org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		await n8n.stop();
		await signInThroughout(org, async () => await n8n.start());

		const items = await flow.items(0);
		await signInAndExpectItem(flow, items.length + 1);
	});
});

describe('n8n that was killed while a user listened for a test event', () => {
	it('deletes the test hook at the next check, or the next time the workflow is published', async () => {
		const { n8n, org, rest } = world;
		const watched = await world.createFlow({ parameters: { pollTimes: EVERY_FIVE_SECONDS } });
		const unpublished = await world.createFlow();
		await watched.activate();
		const [{ id }] = org.hooks();
		await rest.listenForTestEvent(watched.id, TRIGGER);
		await rest.listenForTestEvent(unpublished.id, TRIGGER);
		const tests = () => org.hooks().filter(({ name }) => name.startsWith('n8n test: '));
		const [watchedTest, unpublishedTest] = tests();
		await n8n.kill();
		await n8n.start();
		expect(tests()).toEqual([watchedTest, unpublishedTest]);
		await waitFor('the check to delete the test hook', 60_000, () =>
			tests().length < 2 ? true : undefined,
		);
		expect(tests()).toEqual([unpublishedTest]);
		await unpublished.activate();

		expect(tests()).toEqual([]);
		expect(org.hooks()).toHaveLength(2);
		expect(org.hooks()[0].id).toBe(id);
		await world.expectSignInStarts(watched, unpublished);
	});
});

// n8n 1 acknowledges a delivery before it queues the execution.
(IS_V1 ? describe.skip : describe)('n8n that runs one execution at a time', () => {
	const PAUSE = {
		name: 'Pause',
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: {
			jsCode: 'await new Promise((resolve) => setTimeout(resolve, 5000)); return $input.all();',
		},
	};

	/** Sends an event as Okta does, and gives up after two seconds. */
	async function deliver(uuid: string): Promise<number | undefined> {
		const { org } = world;
		const [{ id, channel }] = org.hooks();
		const response = await axios
			.post(
				channel.config.uri,
				{ data: { events: [{ ...org.buildEvent('sms'), uuid }] } },
				{ headers: { Authorization: org.secretOf(id) }, proxy: false, timeout: 2_000 },
			)
			.catch(() => undefined);
		return response?.status;
	}

	it("doesn't acknowledge repeats of an event whose queued execution was stopped, but runs later events", async () => {
		const { n8n, rest, org } = world;
		await n8n.stop();
		await n8n.start({ N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' });
		const flow = await world.createFlow({ next: PAUSE });
		await flow.activate();
		const first = await org.signIn('sms');
		expect(first.deliveries.map(({ status }) => status)).toEqual([204]);
		expect(await deliver('stopped')).toBeUndefined();
		const queued = (await listExecutions(rest, flow.id)).find(({ status }) => status === 'new');
		await rest.call('POST', `/rest/executions/${queued?.id}/stop`);
		expect(await deliver('stopped')).toBeUndefined();
		await flow.items(1);
		await world.expectSignInStarts(flow);
	});
});
