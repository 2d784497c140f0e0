import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import { waitFor } from '../../lab/n8n/wait-for';
import { startWorld } from './world';
import type { Copy, Flow, World } from './world';

const WATCHED = { parameters: { pollTimes: EVERY_FIVE_SECONDS } };

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterEach(async () => await world.endScenario());
afterAll(async () => await world?.stop());

/** What doesn't change as long as a hook keeps its owner. Its times do, with each verification. */
function identityOf({
	id,
	channel,
	status,
	verificationStatus,
}: ReturnType<World['org']['hooks']>[0]) {
	return { id, uri: channel.config.uri, status, verificationStatus };
}

function hooksOf({ url }: { url: string }) {
	return world.org
		.hooks()
		.filter(({ channel }) => channel.config.uri.startsWith(url))
		.map(identityOf);
}

describe("A copy of n8n's folder that runs at another address", () => {
	it("creates its own hook, and leaves the original's alone when it publishes and unpublishes", async () => {
		const { n8n } = world;
		const flow = await world.createFlow(WATCHED);
		await flow.activate();
		const original = hooksOf(n8n);
		const copy: Copy = await world.startCopy();
		const copied: Flow = copy.flow(flow);
		await waitFor("the copy's hook", 60_000, () =>
			hooksOf(copy.n8n).some(({ verificationStatus }) => verificationStatus === 'VERIFIED')
				? true
				: undefined,
		);
		expect(hooksOf(n8n)).toEqual(original);
		await world.expectSignInStarts(flow, copied);

		await copied.republish({ ...WATCHED.parameters, outcomes: ['SUCCESS'] });
		expect(hooksOf(n8n)).toEqual(original);
		await copied.deactivate();
		expect(world.org.hooks().map(identityOf)).toEqual(original);
		await world.expectSignInStarts(flow);

		await copied.activate();
		expect(hooksOf(n8n)).toEqual(original);
		await world.expectSignInStarts(flow, copied);
		await flow.deactivate();
		expect(hooksOf(copy.n8n)).toHaveLength(1);
		await world.expectSignInStarts(copied);
		expect(copy.n8n.logs()).toContain(
			`Event hook ${original[0].id} belongs to another n8n instance with the same workflow`,
		);
	});
});
