import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import { startReverseProxy } from '../../lab/n8n/reverse-proxy';
import type { ReverseProxy } from '../../lab/n8n/reverse-proxy';
import { waitFor } from '../../lab/n8n/wait-for';
import { startWorld } from './world';
import type { Flow, World } from './world';

const WATCHED = { parameters: { pollTimes: EVERY_FIVE_SECONDS } };

let world: World;
let proxy: ReverseProxy;
beforeAll(async () => {
	world = await startWorld();
	proxy = await startReverseProxy(world.n8n.url, '/n8n');
});
afterEach(async () => {
	proxy.authorization = 'keep';
	await world.endScenario();
});
afterAll(async () => {
	await proxy?.stop();
	await world?.stop();
});

/** Waits until Okta has an active and verified hook whose URL starts with this address. */
async function waitForHookAt(address: string): Promise<void> {
	await waitFor(`an event hook at ${address}`, 60_000, () =>
		world.org
			.hooks()
			.some(
				({ channel, status, verificationStatus }) =>
					channel.config.uri.startsWith(address) &&
					status === 'ACTIVE' &&
					verificationStatus === 'VERIFIED',
			)
			? true
			: undefined,
	);
}

async function restart(env: NodeJS.ProcessEnv): Promise<void> {
	await world.n8n.stop();
	await world.n8n.start(env);
}

// Each scenario runs n8n with the settings that the previous one left.
describe('After a restart with another webhook URL, the event hook', () => {
	it('is created again at the new N8N_ENDPOINT_WEBHOOK, and unpublishing deletes both', async () => {
		const { n8n, org } = world;
		const flow = await world.createFlow(WATCHED);
		await flow.activate();
		const [old] = org.hooks();
		expect(old.channel.config.uri).toContain(`${n8n.url}/webhook/`);
		await restart({ N8N_ENDPOINT_WEBHOOK: 'hooks' });
		await waitForHookAt(`${n8n.url}/hooks/`);

		// Nothing responds at the old address, but n8n doesn't know yet whether that's permanent.
		expect(org.hooks()).toHaveLength(2);
		const { deliveries } = await org.signIn('sms');
		expect(deliveries.filter(({ status }) => status === 204)).toHaveLength(1);
		expect(await flow.items(1)).toHaveLength(1);
		await flow.deactivate();
		expect(org.hooks()).toEqual([]);
	});

	it('moves to the new WEBHOOK_URL and N8N_PATH if n8n still responds at the old address', async () => {
		const { org } = world;
		const flow = await world.createFlow(WATCHED);
		await flow.activate();
		const [{ id }] = org.hooks();
		await restart({
			N8N_ENDPOINT_WEBHOOK: 'hooks',
			WEBHOOK_URL: `${proxy.url}/n8n/`,
			N8N_PATH: '/n8n/',
		});
		await waitForHookAt(`${proxy.url}/n8n/hooks/`);

		expect(org.hooks()).toHaveLength(1);
		expect(org.hooks()[0].id).toBe(id);
		await world.expectSignInStarts(flow);
	});
});

describe('A reverse proxy', () => {
	async function failedExecution(flow: Flow): Promise<string> {
		return await waitFor('a failed execution', 60_000, async () => {
			const executions = await flow.executions(0);
			return executions.find(({ status }) => status === 'error')?.error;
		});
	}

	it.each([
		['remove', 'removes', 'without an Authorization header'],
		[
			'replace',
			'replaces',
			"with an Authorization header that doesn't match the event hook's secret",
		],
	] as const)(
		'that %ss the Authorization header is reported in the log on publishing, and in a failed execution after a sign-in',
		async (how, verb, found) => {
			const { n8n, org } = world;
			proxy.authorization = how;
			const flow = await world.createFlow(WATCHED);
			const before = n8n.logs().length;
			await flow.activate();
			expect(n8n.logs().slice(before)).toContain(
				`A reverse proxy between Okta and n8n ${verb} the Authorization header`,
			);
			const { deliveries } = await org.signIn('sms');
			expect(deliveries.map(({ status }) => status)).toEqual([401]);
			const error = await failedExecution(flow);
			expect(error).toContain(`Events from Okta arrive ${found}`);
			expect(error).toContain(`a reverse proxy between Okta and n8n ${verb} the header`);

			proxy.authorization = 'keep';
			await world.expectSignInStarts(flow);
		},
	);
});
