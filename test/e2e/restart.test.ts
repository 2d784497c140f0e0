import { signInThroughout, startWorld } from './world';
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
		['stopped', 'answers 503', { status: 503 }],
		['killed', 'answers 503', { status: 503 }],
		['killed', 'drops connections', { drop: true }],
		['stopped', 'refuses the connection', { status: 401 }],
	] as const)('goes on receiving: it was %s, and Okta %s', async (how, _, fault) => {
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

	it('loses no delivery that it acknowledges while it starts', async () => {
		const { n8n, org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		await n8n.stop();
		await signInThroughout(org, async () => await n8n.start());

		const items = await flow.items(0);
		await signInAndExpectItem(flow, items.length + 1);
	});
});
