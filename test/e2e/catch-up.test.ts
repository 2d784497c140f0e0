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
import { OFTEN } from '../../lab/n8n/poll-times';
import type { Credential, Json } from '../../lab/n8n/rest';
import { waitFor } from '../../lab/n8n/wait-for';
import { IS_V1, signInThroughout, startWorld } from './world';
import type { Flow, World } from './world';

const LOGS = '/api/v1/logs';
const SCOPES = 'okta.eventHooks.manage okta.logs.read offline_access';
const MINUTE = 60_000;

/** After which n8n's silence about an execution means that there is none. */
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
	const own = { pollTimes: OFTEN, catchUp: true, ...parameters };
	return await world.createFlow({ parameters: own }, credential);
}

/** Logs sign-ins, and returns those that no hook took. */
async function logSignIns(count: number): Promise<string[]> {
	const uuids: string[] = [];
	for (let index = 0; index < count; index += 1) {
		const { event, deliveries } = await world.org.signIn('sms');
		if (!deliveries.some(({ status }) => status === 204)) world.expectExecuted(event.uuid);
		uuids.push(event.uuid);
	}
	return uuids;
}

/** Waits until the trigger has read the log that many times more. */
async function polls(count: number): Promise<void> {
	const asked = () => world.org.requests().filter(({ path }) => path.startsWith(LOGS)).length;
	const before = asked();
	await waitFor('polls', MINUTE, () => (asked() >= before + count ? true : undefined));
}

async function uuidsOf(flow: Flow, count: number): Promise<unknown[]> {
	return (await flow.items(count)).map(({ uuid }) => uuid);
}

async function expectEach(flow: Flow, uuids: string[]): Promise<void> {
	const found = await uuidsOf(flow, uuids.length);
	expect(found.toSorted()).toEqual(uuids.toSorted());
}

/**
 * n8n 1 doesn't tell that it couldn't store an execution, so the triggers wait.
 *
 * @param readers how many triggers read the log
 */
async function waitUntilItTells(readers = 1): Promise<void> {
	await polls(2 * readers);
	if (!IS_V1) return;
	ahead += OVERDUE_MS;
	clock.moveTo(ahead);
	await polls(2 * readers);
}

/** Has Okta deliver nothing while the work is done. */
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
	it('starts the workflow once for each sign-in, however it comes', async () => {
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
		await polls(2);
		expect(await deliver(early)).toBe(204);
		const delivered = await logSignIns(2);
		await polls(3);
		await expectEach(flow, [...whileOff, ...whileInactive, early, ...delivered]);
	});

	it('gives an event from the log the same keys as a delivered one', async () => {
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

	it('loses nothing that Okta sends while n8n starts, even if n8n itself acknowledges it', async () => {
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
		await waitUntilItTells();
		await expectEach(flow, uuids);
	});

	it('starts nothing again after a restart, if the hook has brought everything', async () => {
		const { n8n } = world;
		const flow = await createCatchUp();
		await flow.activate();
		const uuids: string[] = [];
		for (const count of [7, 7, 6]) {
			uuids.push(...(await logSignIns(count)));
			await polls(1);
		}
		for (const how of ['stop', 'kill'] as const) {
			await n8n[how]();
			await n8n.start();
			await polls(3);
		}

		await expectEach(flow, uuids);
	});

	it('loses nothing when n8n is killed while the hook delivers and the log is read', async () => {
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
		await polls(3);

		// n8n never runs anew what it was running when it was killed: it's stored, for all to see.
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

	it('shows the latest sign-in at once when somebody tests it in the editor', async () => {
		const { rest, org } = world;
		const { event } = await org.signIn('securityKey');
		const flow = await createCatchUp();
		await rest.listenForTestEvent(flow.id, TRIGGER);
		world.expectExecuted(event.uuid);

		expect(await uuidsOf(flow, 1)).toEqual([event.uuid]);
		await waitFor('the test hook to be gone', 30_000, () =>
			org.hooks().length === 0 ? true : undefined,
		);
	});

	it('tells at publishing which scope is missing', async () => {
		const { org } = world;
		const flow = await world.createFlow({ parameters: { catchUp: true } });
		const message = await flow.failToActivate();

		expect(message).toContain('okta.logs.read');
		expect(message).toContain('Custom Scopes');
		expect(org.hooks()).toEqual([]);
	});
});

describe('A database that is locked for 20 seconds while polls hand on', () => {
	it('costs neither trigger an event, and doubles none', async () => {
		const { n8n } = world;
		const catchingUp = await createCatchUp();
		const polling = await world.createFlow(
			{ type: 'oktaUserMfaPollingTrigger', parameters: { pollTimes: OFTEN } },
			credential,
		);
		await catchingUp.activate();
		await polling.activate();
		await polls(4);
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
		await waitUntilItTells(2);
		await signIn(1);
		await polls(4);

		await expectEach(catchingUp, uuids);
		await expectEach(polling, uuids);
	}, 240_000);
});
