import { waitFor } from '../n8n/wait-for';
import { OFTEN } from './poll-times';
import { startWorld } from './world';
import type { World } from './world';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterEach(async () => await world.endScenario());
afterAll(async () => await world?.stop());

describe('An event hook that somebody changed in Okta', () => {
	it('is repaired while n8n runs', async () => {
		const { org } = world;
		const flow = await world.createFlow({ parameters: { pollTimes: OFTEN } });
		await flow.activate();
		const [{ id }] = org.hooks();
		org.console.deactivateHook(id);
		await waitFor('repair', 40_000, () =>
			org.hooks()[0]?.status === 'ACTIVE' && org.hooks()[0].verificationStatus === 'VERIFIED' ? true : undefined,
		);
		await org.signIn('sms');
		await flow.items(1);
		await world.n8n.stop();
		await world.n8n.start();
		org.console.deleteHook(id);
		await waitFor('repair', 40_000, () =>
			org.hooks()[0]?.status === 'ACTIVE' && org.hooks()[0].verificationStatus === 'VERIFIED' ? true : undefined,
		);
		await org.signIn('sms');
		await flow.items(2);
		console.log(world.n8n.logs().split('\n').filter((l) => /epaired|eject/.test(l)).join('\n'));
	});
});
