import { createHash } from 'node:crypto';

import axios from 'axios';

import { restoreDatabase, wipeStaticData } from '../../lab/n8n/backup';
import { oktaTrigger } from '../../lab/n8n/mfa-workflow';
import { connectToOkta } from '../../lab/n8n/okta-credential';
import { EVERY_FIVE_SECONDS, ONCE_A_YEAR } from '../../lab/n8n/poll-times';
import { rssTrigger, startRssFeed } from '../../lab/n8n/rss-feed';
import type { RssFeed } from '../../lab/n8n/rss-feed';
import { waitFor } from '../../lab/n8n/wait-for';
import { IS_V1, startWorld, withEach } from './world';
import type { Flow, World } from './world';

const SCOPES = 'okta.eventHooks.manage okta.logs.read offline_access';

/** Prevents checks, which could repair something: these scenarios must work without static data. */
const PARAMETERS = { pollTimes: ONCE_A_YEAR };

let world: World;
let feed: RssFeed;
/** One workflow also has this package's polling trigger, the other one n8n's RSS Feed Trigger. */
let flows: Flow[];

beforeAll(async () => {
	world = await startWorld();
	feed = await startRssFeed();
});
beforeEach(async () => {
	const credential = await connectToOkta(world.rest, world.org, SCOPES);
	const poller = oktaTrigger(credential, {
		name: 'Poller',
		type: 'oktaUserMfaPollingTrigger',
		parameters: { pollTimes: EVERY_FIVE_SECONDS },
	});
	flows = [];
	for (const each of [poller, rssTrigger('Poller', feed.url, EVERY_FIVE_SECONDS)]) {
		flows.push(
			await world.createFlow({ parameters: PARAMETERS, otherTriggers: [each] }, credential),
		);
	}
});
afterEach(async () => await world.endScenario());
afterAll(async () => {
	await feed?.stop();
	await world?.stop();
});

/** How many times the poller has emitted items so far. Each time, n8n writes static data. */
async function pollsOf(flow: Flow): Promise<number> {
	const executions = await flow.executions(0);
	return executions.filter((execution) => execution.itemsOf('Poller').length > 0).length;
}

/** Signs a user in, and waits until each poller finds something. */
async function signInAndPoll(...active: Flow[]): Promise<void> {
	const before = await Promise.all(flows.map(pollsOf));
	if (active.length > 0) await world.expectSignInStarts(...active);
	else await world.org.signIn('sms');
	for (const [index, flow] of flows.entries()) {
		await waitFor('the poller to find something', 30_000, async () =>
			(await pollsOf(flow)) > before[index] ? true : undefined,
		);
	}
}

/** Whether the static data has the secret that Okta sends. */
async function isRemembered(flow: Flow, hookId: string): Promise<boolean> {
	const secret = world.org.secretOf(hookId) ?? '';
	return (await flow.staticData()).includes(createHash('sha256').update(secret).digest('hex'));
}

async function expectForgotten(): Promise<void> {
	const { org } = world;
	const remembered = await Promise.all(
		flows.flatMap((flow) => org.hooks().map(async ({ id }) => await isRemembered(flow, id))),
	);
	expect(remembered).not.toContain(true);
}

describe('Next to a polling trigger, whose polls overwrite static data, the event hook trigger', () => {
	it('receives events after a change was published', async () => {
		await withEach(flows, async (flow) => await flow.activate());
		await signInAndPoll(...flows);
		await withEach(
			flows,
			async (flow) => await flow.republish({ ...PARAMETERS, outcomes: ['SUCCESS'] }),
		);
		await signInAndPoll(...flows);

		// n8n 1 restarts the poller, too.
		if (!IS_V1) await expectForgotten();
		await world.expectSignInStarts(...flows);
	});

	it('receives events after it was added to a published workflow', async () => {
		const { rest } = world;
		for (const { id } of flows) {
			const { nodes, connections } = await rest.workflow(id);
			const [{ name }, ...others] = nodes;
			await rest.updateWorkflow(id, {
				nodes: others,
				connections: { ...connections, [name]: undefined },
			});
		}
		await withEach(flows, async (flow) => await flow.activate());
		await signInAndPoll();
		await withEach(flows, async (flow) => await flow.republish(PARAMETERS));
		await signInAndPoll(...flows);

		if (!IS_V1) await expectForgotten();
		await world.expectSignInStarts(...flows);
	});
});

describe('The event hook trigger', () => {
	it('receives events after its static data was deleted', async () => {
		const [flow] = flows;
		await flow.activate();
		wipeStaticData(world.n8n.userFolder, flow.id);

		expect(await isRemembered(flow, world.org.hooks()[0].id)).toBe(false);
		await world.expectSignInStarts(flow);
	});

	it('receives events after the database was restored to a time before its event hook existed', async () => {
		const { n8n, org } = world;
		const [flow] = flows;
		await flow.activate();
		const [earlier] = org.hooks();
		const backup = await world.backUp();
		await flow.deactivate();
		await flow.activate();
		const [hook] = org.hooks();
		await n8n.stop();
		await restoreDatabase(backup, n8n.userFolder);
		await n8n.start();

		expect(hook.id).not.toBe(earlier.id);
		expect(await flow.staticData()).toContain(earlier.id);
		await world.expectSignInStarts(flow);
	});

	it('rejects the secret that publishing has replaced', async () => {
		const { org } = world;
		const [flow] = flows;
		await flow.activate();
		const [{ id, channel }] = org.hooks();
		const secret = org.secretOf(id);
		await flow.republish({ ...PARAMETERS, outcomes: ['SUCCESS'] });
		const { status } = await axios.post(
			channel.config.uri,
			{ data: { events: [org.buildEvent('sms')] } },
			{ headers: { Authorization: secret }, proxy: false, validateStatus: () => true },
		);

		expect(status).toBe(401);
		await world.expectSignInStarts(flow);
	});
});
