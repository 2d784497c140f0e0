import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import axios from 'axios';

import { getExecution, listExecutions, stopStuckExecutions } from '../../lab/n8n/executions';
import { lockDatabase } from '../../lab/n8n/lock-database';
import { TRIGGER } from '../../lab/n8n/mfa-workflow';
import { movableClock } from '../../lab/n8n/movable-clock';
import type { MovableClock } from '../../lab/n8n/movable-clock';
import { connectToOkta } from '../../lab/n8n/okta-credential';
import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import type { Credential, Json } from '../../lab/n8n/rest';
import { waitFor } from '../../lab/n8n/wait-for';
import { IS_V1, signInThroughout, startWorld } from './world';
import type { Flow, World } from './world';

const LOGS = '/api/v1/logs';
const SCOPES = 'okta.eventHooks.manage okta.logs.read offline_access';
const MINUTE = 60_000;

/** If n8n hasn't reported an execution by then, it doesn't exist. */
const OVERDUE_MS = 30 * MINUTE;

let world: World;
let clock: MovableClock;
let credential: Credential;
let ahead = 0;
beforeAll(async () => {
	clock = movableClock(await mkdtemp(join(tmpdir(), 'okta-mfa-clock-')));
	world = await startWorld({}, clock.env);
	credential = await connectToOkta(world.rest, world.org, SCOPES);
});
afterEach(async () => {
	if (!world.n8n.isRunning()) await world.n8n.start();
	await world.endScenario();
});
afterAll(async () => await world?.stop());

async function createCatchUp(parameters: Json = {}): Promise<Flow> {
	const own = { pollTimes: EVERY_FIVE_SECONDS, catchUp: true, ...parameters };
	return await world.createFlow({ parameters: own }, credential);
}

/** Signs in that many users. Expects that even undelivered events will run, and returns all events' IDs. */
async function logSignIns(count: number): Promise<string[]> {
	const uuids: string[] = [];
	for (let index = 0; index < count; index += 1) {
		const { event, deliveries } = await world.org.signIn('sms');
		if (!deliveries.some(({ status }) => status === 204)) world.expectExecuted(event.uuid);
		uuids.push(event.uuid);
	}
	return uuids;
}

/** Waits until the log has been read that many more times. */
async function waitForPolls(count: number): Promise<void> {
	const asked = () => world.org.requests().filter(({ path }) => path.startsWith(LOGS)).length;
	const before = asked();
	await waitFor(`${count} more poll(s)`, MINUTE, () =>
		asked() >= before + count ? true : undefined,
	);
}

async function uuidsOf(flow: Flow, count: number): Promise<unknown[]> {
	return (await flow.items(count)).map(({ uuid }) => uuid);
}

async function expectEach(flow: Flow, uuids: string[]): Promise<void> {
	const found = await uuidsOf(flow, uuids.length);
	expect(found.toSorted()).toEqual(uuids.toSorted());
}

/**
 * The events of executions that n8n 1 ran twice: at its start, it runs again what it has stored meanwhile. The
 * trigger drops the event from the second run, whose data replaces the first one's. So each of these events
 * comes with an execution without items.
 */
async function rerunEvents(flow: Flow, uuids: string[]): Promise<string[]> {
	return await waitFor('every event to have run', MINUTE, async () => {
		const runs = (await flow.executions(1)).map(({ itemsOf }) => itemsOf(TRIGGER));
		const found = new Set(runs.flat().map(({ uuid }) => uuid));
		const missing = uuids.filter((uuid) => !found.has(uuid));
		const withoutItems = runs.filter((items) => items.length === 0);
		return missing.length <= withoutItems.length ? missing : undefined;
	});
}

/**
 * n8n 1 doesn't report that it couldn't store an execution, so the triggers wait until it's overdue.
 *
 * @param readers how many triggers read the log
 */
async function waitUntilOverdue(readers = 1): Promise<void> {
	await waitForPolls(2 * readers);
	if (!IS_V1) return;
	ahead += OVERDUE_MS;
	clock.moveTo(ahead);
	await waitForPolls(2 * readers);
}

/** Deactivates the event hook, so that Okta delivers nothing during the work. */
async function undelivered<T>(work: () => Promise<T>): Promise<T> {
	const [{ id }] = world.org.hooks();
	world.org.console.deactivateHook(id);
	return await work();
}

/** Delivers an event as Okta does. */
async function deliver(uuid: string): Promise<number> {
	const { org } = world;
	const [{ id, channel }] = org.hooks();
	const event = org.log().find((each) => each.uuid === uuid);
	const response = await axios.post(
		channel.config.uri,
		{ data: { events: [event] } },
		{
			headers: { Authorization: org.secretOf(id) },
			proxy: false,
			validateStatus: () => true,
		},
	);
	return response.status;
}

describe('The trigger with Catch Up', () => {
	it('starts the workflow once for each sign-in, whether delivered or read from the log', async () => {
		const { n8n } = world;
		const flow = await createCatchUp();
		await flow.activate();
		await n8n.stop();
		const whileOff = await logSignIns(40);
		await n8n.start();
		const whileInactive = await undelivered(async () => await logSignIns(3));
		await expectEach(flow, [...whileOff, ...whileInactive]);

		const [early] = await undelivered(async () => await logSignIns(1));
		await expectEach(flow, [...whileOff, ...whileInactive, early]);
		await waitForPolls(2);
		expect(await deliver(early)).toBe(204);
		const delivered = await logSignIns(2);
		await waitForPolls(3);
		await expectEach(flow, [...whileOff, ...whileInactive, early, ...delivered]);
	});

	it('emits events from the log with the same keys as delivered ones', async () => {
		const { org } = world;
		const flow = await createCatchUp();
		await flow.activate();
		const { event } = await org.signIn('sms');
		const [delivered] = await flow.items(1);
		const [missed] = await undelivered(async () => await logSignIns(1));
		const [, logged] = await flow.items(2);

		expect(delivered.uuid).toBe(event.uuid);
		expect(Object.keys(logged)).toEqual(Object.keys(delivered));
		expect(logged).toMatchObject({ uuid: missed, eventId: missed, headers: {} });
		expect(logged.source).toBe(`${org.url}${LOGS}`);
	});

	it('loses no event that Okta sends while n8n starts, even if n8n itself acknowledges it', async () => {
		const { n8n, org } = world;
		const flow = await createCatchUp();
		await flow.activate();
		await n8n.stop();
		const before = org.log().length;
		await signInThroughout(org, async () => await n8n.start());
		const uuids = org
			.log()
			.slice(before)
			.filter(({ eventType }) => eventType === 'user.authentication.auth_via_mfa')
			.map(({ uuid }) => uuid);
		const byNode = new Set(
			org
				.deliveries()
				.filter(({ status }) => status === 204)
				.flatMap((each) => each.uuids),
		);
		for (const uuid of uuids) if (!byNode.has(uuid)) world.expectExecuted(uuid);

		expect(uuids.length).toBeGreaterThan(0);
		await waitUntilOverdue();
		const rerun = IS_V1 ? await rerunEvents(flow, uuids) : [];
		expect(rerun.filter((uuid) => !byNode.has(uuid))).toEqual([]);
		for (const uuid of rerun) world.expectIgnored(uuid);
		await expectEach(
			flow,
			uuids.filter((uuid) => !rerun.includes(uuid)),
		);
	});

	it("doesn't start the workflow again after a restart if every event was delivered", async () => {
		const { n8n } = world;
		const flow = await createCatchUp();
		await flow.activate();
		const uuids: string[] = [];
		for (const count of [7, 7, 6]) {
			uuids.push(...(await logSignIns(count)));
			await waitForPolls(1);
		}
		for (const how of ['stop', 'kill'] as const) {
			await n8n[how]();
			await n8n.start();
			await waitForPolls(3);
		}

		await expectEach(flow, uuids);
	});

	it('loses no event if n8n is killed while Okta delivers and the log is read', async () => {
		const { n8n, org, rest } = world;
		const flow = await createCatchUp();
		await flow.activate();
		await undelivered(async () => await logSignIns(5));
		const uuids: string[] = [];
		for (let index = 0; index < 20; index += 1) {
			const { event } = await org.signIn('sms');
			uuids.push(event.uuid);
			if (index === 15) await n8n.kill();
		}
		await n8n.start();
		await stopStuckExecutions(rest, flow.id);
		await waitForPolls(3);

		// n8n never reruns what it was running when it was killed, but those executions stay visible.
		const stored = new Set<string>();
		for (const { id } of await listExecutions(rest, flow.id)) {
			const { stored: text } = await getExecution(rest, id);
			for (const uuid of uuids) if (text.includes(uuid)) stored.add(uuid);
		}
		expect([...stored].toSorted()).toEqual(uuids.toSorted());
		const executed = await uuidsOf(flow, 0);
		const acknowledged = new Set(
			org
				.deliveries()
				.filter(({ status }) => status === 204)
				.flatMap((each) => each.uuids),
		);
		for (const uuid of uuids) {
			if (executed.includes(uuid) && !acknowledged.has(uuid)) world.expectExecuted(uuid);
			if (!executed.includes(uuid) && acknowledged.has(uuid)) world.expectIgnored(uuid);
		}
	});

	it('shows the latest sign-in immediately when a user tests it in the editor', async () => {
		const { rest, org } = world;
		const { event } = await org.signIn('securityKey');
		const flow = await createCatchUp();
		await rest.listenForTestEvent(flow.id, TRIGGER);
		world.expectExecuted(event.uuid);

		expect(await uuidsOf(flow, 1)).toEqual([event.uuid]);
		await waitFor('the test hook to be deleted', 30_000, () =>
			org.hooks().length === 0 ? true : undefined,
		);
	});

	it('says on publishing which scope is missing', async () => {
		const { org } = world;
		const flow = await world.createFlow({ parameters: { catchUp: true } });
		const message = await flow.failToActivate();

		expect(message).toContain('okta.logs.read');
		expect(message).toContain('Custom Scopes');
		expect(org.hooks()).toEqual([]);
	});
});

describe('A database that is locked for 20 seconds during polls', () => {
	it('makes neither trigger lose or repeat an event', async () => {
		const { n8n } = world;
		const catchingUp = await createCatchUp();
		const polling = await world.createFlow(
			{ type: 'oktaUserMfaPollingTrigger', parameters: { pollTimes: EVERY_FIVE_SECONDS } },
			credential,
		);
		await catchingUp.activate();
		await polling.activate();
		await waitForPolls(4);
		const uuids: string[] = [];
		const signIn = async (count: number) => {
			const logged = await logSignIns(count);
			for (const uuid of logged) world.expectExecuted(uuid);
			uuids.push(...logged);
		};
		await signIn(2);
		await expectEach(catchingUp, uuids);
		await expectEach(polling, uuids);

		const unlock = lockDatabase(n8n);
		try {
			await undelivered(async () => await signIn(3));
			await new Promise((resolve) => setTimeout(resolve, 20_000));
			await signIn(2);
		} finally {
			unlock();
		}
		await waitUntilOverdue(2);
		await signIn(1);
		await waitForPolls(4);

		await expectEach(catchingUp, uuids);
		await expectEach(polling, uuids);
	}, 240_000);
});
