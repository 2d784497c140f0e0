import { connectToOkta, serviceAppCredential } from '../../lab/n8n/okta-credential';
import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import type { Credential } from '../../lab/n8n/rest';
import { waitForItems } from '../../lab/n8n/executions';
import { TRIGGER } from '../../lab/n8n/mfa-workflow';
import { waitFor } from '../../lab/n8n/wait-for';
import { IS_V1, startWorld } from './world';
import type { Flow, World } from './world';

const LOGS = '/api/v1/logs';

let world: World;
let credential: Credential;
beforeAll(async () => {
	world = await startWorld();
	credential = await connectToOkta(world.rest, world.org, 'okta.logs.read offline_access');
});
afterEach(async () => {
	if (!world.n8n.isRunning()) await world.n8n.start();
	await world.endScenario();
});
afterAll(async () => await world?.stop());

async function createPolling(parameters = {}, by = credential): Promise<Flow> {
	return await world.createFlow(
		{
			type: 'oktaUserMfaPollingTrigger',
			parameters: { pollTimes: EVERY_FIVE_SECONDS, ...parameters },
		},
		by,
	);
}

/** Signs in that many users. There's no event hook, so Okta only logs the events. */
async function logEvents(count: number): Promise<string[]> {
	const events = Array.from({ length: count }, () => world.org.buildEvent('sms'));
	await world.org.publish(events);
	return events.map(({ uuid }) => {
		world.expectExecuted(uuid);
		return uuid;
	});
}

async function uuidsOf(flow: Flow, count: number): Promise<unknown[]> {
	return (await flow.items(count)).map(({ uuid }) => uuid);
}

/** Waits until the log has been read that many more times. */
async function waitForPolls(count: number): Promise<void> {
	const asked = () => world.org.requests().filter(({ path }) => path.startsWith(LOGS)).length;
	const before = asked();
	await waitFor(`${count} more poll(s)`, 60_000, () =>
		asked() >= before + count ? true : undefined,
	);
}

describe('The polling trigger', () => {
	it('emits the sign-ins from while n8n was off, each once and in order', async () => {
		const { n8n } = world;
		const flow = await createPolling();
		await flow.activate();
		const before = await logEvents(3);
		expect(await uuidsOf(flow, 3)).toEqual(before);

		await n8n.stop();
		const meanwhile = await logEvents(250);
		await n8n.start();
		expect(await uuidsOf(flow, 253)).toEqual([...before, ...meanwhile]);

		const after = await logEvents(2);
		expect(await uuidsOf(flow, 255)).toEqual([...before, ...meanwhile, ...after]);
	});

	it('reads three pages despite a rate limit and a connection that breaks in between', async () => {
		const { n8n, org } = world;
		const flow = await createPolling();
		await flow.activate();
		const before = await logEvents(1);
		expect(await uuidsOf(flow, 1)).toEqual(before);

		await n8n.stop();
		const meanwhile = await logEvents(2_500);
		const resetAt = Math.ceil(Date.now() / 1000) + 12;
		org.faults.addFault({
			path: LOGS,
			status: 429,
			headers: { 'x-rate-limit-reset': String(resetAt) },
			times: 1,
		});
		// One page succeeds. The next one fails twice, because the trigger tries it twice.
		org.faults.addFault({ path: LOGS, delay: 0, times: 1 });
		org.faults.addFault({ path: LOGS, drop: true, times: 2 });
		await n8n.start();
		expect(await uuidsOf(flow, 2_501)).toEqual([...before, ...meanwhile]);
		expect((await flow.executions(2)).length).toBeGreaterThan(2);
	});

	it('only emits events that pass the filters', async () => {
		const { org } = world;
		const flow = await createPolling({ outcomes: ['FAILURE'], factors: ['OKTA_VERIFY_PUSH'] });
		await flow.activate();
		await waitForPolls(1);
		await org.signIn('pushApproved');
		const { event } = await org.signIn('pushDenied');
		world.expectExecuted(event.uuid);

		expect(await uuidsOf(flow, 1)).toEqual([event.uuid]);
		await waitForPolls(2);
		expect(await uuidsOf(flow, 1)).toEqual([event.uuid]);
	});

	it('works with a service app, even after its token has expired', async () => {
		const { org, rest } = world;
		const serviceApp = await rest.createCredential(
			serviceAppCredential(org, { scopes: ['okta.logs.read'] }),
		);
		const flow = await createPolling({ authentication: 'serviceApp' }, serviceApp);
		await flow.activate();
		const before = await logEvents(1);
		expect(await uuidsOf(flow, 1)).toEqual(before);
		org.expireAccessTokens();
		const after = await logEvents(1);
		expect(await uuidsOf(flow, 2)).toEqual([...before, ...after]);
	});

	it('continues where it left off if it was renamed while unpublished, even after a restart', async () => {
		const { n8n, org, rest } = world;
		const flow = await createPolling();
		await flow.activate();
		const before = [...(await logEvents(2)), ...(await logEvents(1))];
		expect(await uuidsOf(flow, 3)).toEqual(before);
		await waitForPolls(1);
		await flow.deactivate();
		await n8n.stop();
		await n8n.start();

		const meanwhile = [org.buildEvent('sms'), org.buildEvent('sms')];
		await org.publish(meanwhile);
		const name = 'Sign-ins';
		const { nodes, connections } = await rest.workflow(flow.id);
		await rest.updateWorkflow(flow.id, {
			nodes: nodes.map((node) => (node.name === TRIGGER ? { ...node, name } : node)),
			connections: { [name]: connections[TRIGGER] },
		});
		await flow.activate();
		const executions = await waitForItems(rest, flow.id, [name], meanwhile.length);
		await waitForPolls(2);

		expect(executions.flatMap(({ itemsOf }) => itemsOf(name)).map(({ uuid }) => uuid)).toEqual(
			meanwhile.map(({ uuid }) => uuid),
		);
	});

	// n8n 1 has no durable cursors.
	(IS_V1 ? it.skip : it)("works the same with n8n's durable cursors", async () => {
		const { n8n } = world;
		await n8n.stop();
		await n8n.start({
			N8N_SCHEDULER_ENABLED: 'true',
			N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
			N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
		});
		const flow = await createPolling();
		await flow.activate();
		await waitForPolls(1);
		const before = await logEvents(3);
		expect(await uuidsOf(flow, 3)).toEqual(before);
		await n8n.stop();
		const meanwhile = await logEvents(3);
		await n8n.start();
		expect(await uuidsOf(flow, 6)).toEqual([...before, ...meanwhile]);
		await waitForPolls(3);
		expect(await uuidsOf(flow, 6)).toEqual([...before, ...meanwhile]);
	});
});
