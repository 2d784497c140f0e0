import { wipeStaticData } from '../../lab/n8n/backup';
import { connectOAuth } from '../../lab/n8n/connect-oauth';
import { createErrorWorkflow, reportedMessages } from '../../lab/n8n/error-workflow';
import { TRIGGER } from '../../lab/n8n/mfa-workflow';
import { connectToOkta } from '../../lab/n8n/okta-credential';
import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import { waitFor } from '../../lab/n8n/wait-for';
import { startOktaOrg } from '../../lab/okta-org';
import type { OktaOrg } from '../../lab/okta-org';
import { IS_V1, startWorld, withEach } from './world';
import type { Flow, World } from './world';

const WATCHED = { parameters: { pollTimes: EVERY_FIVE_SECONDS } };

/** The state of a hook that Okta delivers to. */
const DELIVERING = { status: 'ACTIVE', verificationStatus: 'VERIFIED' };

/** How many checks a repair can take. */
const REPAIRED_WITHIN = 3;

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterEach(async () => {
	if (!world.n8n.isRunning()) await world.n8n.start();
	await world.endScenario();
});
afterAll(async () => await world?.stop());

/** Each check lists the hooks. */
function checksOf(org: OktaOrg): number {
	return org
		.requests()
		.filter(({ method, path }) => method === 'GET' && path === '/api/v1/eventHooks').length;
}

function writesTo(org: OktaOrg): string[] {
	return org
		.requests()
		.filter(({ method, path }) => method !== 'GET' && path.startsWith('/api/'))
		.map(({ method, path }) => `${method} ${path}`);
}

async function waitForChecks(count: number, org = world.org): Promise<void> {
	const before = checksOf(org);
	await waitFor(`${count} check(s)`, 60_000, () =>
		checksOf(org) >= before + count ? true : undefined,
	);
}

/** Waits until each hook's address is among those that Okta delivers to. */
async function waitForDelivering(...uris: string[]): Promise<void> {
	await waitFor('the event hooks to be repaired', 60_000, () => {
		const delivering = world.org
			.hooks()
			.filter(
				({ status, verificationStatus }) =>
					status === DELIVERING.status && verificationStatus === DELIVERING.verificationStatus,
			)
			.map(({ channel }) => channel.config.uri);
		return uris.every((uri) => delivering.includes(uri)) ? true : undefined;
	});
}

async function createWatched(count: number): Promise<Flow[]> {
	const flows: Flow[] = [];
	while (flows.length < count) flows.push(await world.createFlow(WATCHED));
	await withEach(flows, async (flow) => await flow.activate());
	return flows;
}

describe('An event hook that was changed in Okta', () => {
	it('is repaired within three checks, whatever was changed, and then left alone', async () => {
		const { org } = world;
		const flows = await createWatched(5);
		const hooks = org.hooks();
		const uris = hooks.map(({ channel }) => channel.config.uri);
		const [deactivated, deleted, moved, retyped, rekeyed] = hooks;
		// Okta returns times in whole seconds, so an edit in the second of the verification would go unnoticed.
		await waitFor('the next second', 5_000, () =>
			hooks.every(({ lastUpdated }) => Date.now() - Date.parse(lastUpdated) > 1_000)
				? true
				: undefined,
		);
		const withConfig = (config: object) => ({
			channel: { ...rekeyed.channel, config: { ...rekeyed.channel.config, ...config } },
		});
		org.clearRequests();
		org.console.deactivateHook(deactivated.id);
		org.console.deleteHook(deleted.id);
		org.console.editHook(moved.id, withConfig({ uri: 'http://127.0.0.1:9/elsewhere' }));
		org.console.editHook(retyped.id, {
			events: { type: 'EVENT_TYPE', items: ['user.session.start'] },
		});
		org.console.editHook(
			rekeyed.id,
			withConfig({ authScheme: { type: 'HEADER', key: 'Authorization', value: 'another' } }),
		);
		await org.console.verifyHook(rekeyed.id);
		await waitFor('the secret and the event types to be restored', 60_000, () =>
			org.secretOf(rekeyed.id) !== 'another' &&
			org.hooks().every(({ events }) => events.items.join() === 'user.authentication.auth_via_mfa')
				? true
				: undefined,
		);
		await waitForDelivering(...uris);

		expect(checksOf(org)).toBeLessThanOrEqual(REPAIRED_WITHIN * flows.length);
		expect(
			org
				.hooks()
				.map(({ channel }) => channel.config.uri)
				.sort(),
		).toEqual(uris.sort());
		await world.expectSignInStarts(...flows);

		org.clearRequests();
		await waitForChecks(20);
		expect(writesTo(org)).toEqual([]);
		expect(org.requests().filter(({ path }) => path.startsWith('/api/'))).toHaveLength(
			checksOf(org),
		);
	});

	it("stays as it is if 'Repair Hook' is off, and the error says what was changed", async () => {
		const { org } = world;
		const flow = await world.createFlow({
			parameters: { ...WATCHED.parameters, options: { repairHook: false } },
		});
		await flow.activate();
		const [{ id }] = org.hooks();
		org.console.deactivateHook(id);
		const [{ error }] = await flow.executions(1);

		expect(error).toContain(`Event hook ${id} was changed in Okta: it was deactivated`);
		expect(error).toContain("'Repair Hook' is off");
		expect(org.hooks()[0].status).toBe('INACTIVE');
	});
});

describe('A test in the editor', () => {
	it("doesn't affect the event hook of the published workflow or its repairs", async () => {
		const { org, rest } = world;
		const [flow] = await createWatched(1);
		const [{ id, channel }] = org.hooks();
		await rest.listenForTestEvent(flow.id, TRIGGER);
		await org.signIn('sms');
		await waitFor('the test hook to be deleted', 30_000, () =>
			org.hooks().length < 2 ? true : undefined,
		);
		await flow.items(2);
		expect(org.hooks()).toEqual([expect.objectContaining({ id, ...DELIVERING })]);

		org.console.deactivateHook(id);
		await waitForDelivering(channel.config.uri);
		await world.expectSignInStarts(flow);
	});
});

describe('An org that omits or truncates the descriptions of hooks', () => {
	it("isn't written to at every check", async () => {
		const orgs = [
			await startOktaOrg({ descriptions: 'omitted' }),
			await startOktaOrg({ descriptions: 'truncated' }),
		];
		const quietChecks = async () => {
			for (const org of orgs) org.clearRequests();
			for (const org of orgs) await waitForChecks(2, org);
			expect(orgs.flatMap(writesTo)).toEqual([]);
		};
		try {
			const flows: Flow[] = [];
			for (const org of orgs) {
				const flow = await world.createFlow(WATCHED, await connectToOkta(world.rest, org));
				await flow.activate();
				flows.push(flow);
			}
			await quietChecks();
			for (const org of orgs) org.console.deactivateHook(org.hooks()[0].id);
			await waitFor('the hooks to be repaired', 60_000, () =>
				orgs.every((org) => org.hooks()[0].status === 'ACTIVE') ? true : undefined,
			);
			for (const org of orgs) await waitForChecks(1, org);
			await quietChecks();

			for (const flow of flows) await flow.deactivate();
			expect(orgs.flatMap((org) => org.hooks())).toEqual([]);
		} finally {
			for (const org of orgs) await org.stop();
		}
	});
});

describe('Unpublishing during a check', () => {
	it('leaves no event hook if the check is still reading it', async () => {
		const { org } = world;
		const [flow] = await createWatched(1);
		org.console.deactivateHook(org.hooks()[0].id);
		org.faults.addFault({ method: 'GET', path: '/api/v1/eventHooks', delay: 2_000, times: 1 });
		org.clearRequests();
		await waitForChecks(1);
		await flow.deactivate();

		expect(org.hooks()).toEqual([]);
		expect(writesTo(org).filter((write) => write.startsWith('PUT'))).toEqual([]);
	});

	it('leaves no event hook if the check is repairing it', async () => {
		const { org } = world;
		const [flow] = await createWatched(1);
		org.console.deleteHook(org.hooks()[0].id);
		org.faults.addFault({ method: 'POST', path: '/api/v1/eventHooks', delay: 2_000, times: 1 });
		org.clearRequests();
		await waitFor('the repair to start', 60_000, () =>
			writesTo(org).length > 0 ? true : undefined,
		);
		await flow.deactivate();

		expect(org.hooks()).toEqual([]);
	});
});

describe('n8n that starts without static data during an outage of Okta', () => {
	it('accepts deliveries during and after the outage, and then repairs the event hook again', async () => {
		const { n8n, org } = world;
		const [flow] = await createWatched(1);
		const [{ id, channel }] = org.hooks();
		await n8n.stop();
		wipeStaticData(n8n.userFolder, flow.id);
		const endOutage = org.faults.addFault({ path: /./, status: 503 });
		org.clearRequests();
		await n8n.start();
		await world.expectSignInStarts(flow);
		await waitForChecks(1);
		await world.expectSignInStarts(flow);
		endOutage();
		await world.expectSignInStarts(flow);

		org.console.deactivateHook(id);
		await waitForDelivering(channel.config.uri);
		await world.expectSignInStarts(flow);
		expect(org.hooks()).toHaveLength(1);
		// Such a short outage isn't reported.
		const failed = (await flow.executions(0)).filter(({ status }) => status === 'error');
		expect(failed).toEqual([]);
	});
});

// n8n 1 has no scheduler.
(IS_V1 ? describe.skip : describe)('With the scheduler of n8n 2', () => {
	it('the event hook is repaired too', async () => {
		const { n8n, org } = world;
		await n8n.stop();
		await n8n.start({
			N8N_SCHEDULER_ENABLED: 'true',
			N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
			N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
		});
		const [flow] = await createWatched(1);
		const [{ id, channel }] = org.hooks();
		org.console.deleteHook(id);
		await waitForDelivering(channel.config.uri);

		expect(org.hooks()).toHaveLength(1);
		await world.expectSignInStarts(flow);
	});
});

describe('A connection to Okta that no longer works', () => {
	it('is reported once, in a failed execution that starts the error workflow, and deliveries continue', async () => {
		const { org, rest, credential } = world;
		const errorWorkflow = await createErrorWorkflow(rest);
		const flow = await world.createFlow({ ...WATCHED, settings: { errorWorkflow } });
		await flow.activate();
		const [{ id, channel }] = org.hooks();
		org.expireAccessTokens();
		org.revokeRefreshTokens();
		const [failed] = await flow.executions(1);
		const messages = await reportedMessages(rest, errorWorkflow, 1);

		expect(failed.status).toBe('error');
		expect(failed.error).toContain(`The credential '${credential.name}' no longer works`);
		expect(messages).toEqual([failed.error]);
		await world.expectSignInStarts(flow);
		expect(await flow.executions(2)).toHaveLength(2);

		await connectOAuth(rest, credential.id);
		org.console.deactivateHook(id);
		await waitForDelivering(channel.config.uri);
		await world.expectSignInStarts(flow);
		expect(await reportedMessages(rest, errorWorkflow, 1)).toHaveLength(1);
	});
});
