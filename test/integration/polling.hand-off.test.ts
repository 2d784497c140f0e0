import { RELEASES } from '../../lab/n8n-core/polling-engine-types';
import type { PollingEngine } from '../../lab/n8n-core/polling-engine-types';
import type { OktaOrg } from '../../lab/okta-org';
import {
	catchUp,
	skipTime,
	LOGS,
	logEvents,
	MINUTE,
	queries,
	startActive,
	stopAll,
	uuidsOf,
} from './polling-setup';

afterEach(stopAll);

/** The position in the log from which the trigger resumes after n8n restarts. */
function savedPosition(engine: PollingEngine): unknown[] {
	const { next, start, time } = engine.cursor() ?? {};
	return [next, start, time];
}

/** Logs events and polls while n8n can't store the next execution. */
async function pollUnstored(org: OktaOrg, engine: PollingEngine, count: number): Promise<string[]> {
	const uuids = await logEvents(org, count);
	engine.failExecutions(1);
	await engine.poll();
	return uuids;
}

/** Logs two events and polls while executions wait. */
async function pollHeld(org: OktaOrg, engine: PollingEngine): Promise<string[]> {
	const uuids = await logEvents(org, 2);
	engine.holdExecutions();
	await engine.poll();
	return uuids;
}

/** Releases the waiting executions and catches up. */
async function releaseAndCatchUp(engine: PollingEngine): Promise<void> {
	await engine.releaseExecutions();
	await catchUp(engine);
}

/** Skips half an hour, after which the trigger emits events with an unknown outcome again, and catches up. */
async function catchUpOverdue(engine: PollingEngine): Promise<void> {
	skipTime(31 * MINUTE);
	await catchUp(engine);
}

/** Expects one execution with each of these events once. */
function expectOneExecution(engine: PollingEngine, uuids: string[]): void {
	expect(uuidsOf(engine)).toEqual(uuids);
	expect(engine.executions()).toHaveLength(1);
}

describe('If n8n reports that it could not store an execution', () => {
	const releases = RELEASES.filter((release) => release !== 'n8n 1.123');

	it.each(releases)('its events are emitted once each at the next poll: %s', async (release) => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 3);
		expect(engine.executions()).toEqual([]);
		const more = await logEvents(org, 2);
		await catchUp(engine);

		expectOneExecution(engine, [...uuids, ...more]);
	});

	it.each(releases)('its events are emitted right after n8n restarts: %s', async (release) => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 3);
		await engine.restart();
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it.each(releases)('the events of other pages are emitted only once: %s', async (release) => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 2_500);
		expect(uuidsOf(engine)).toEqual(uuids.slice(1_000));
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual([...uuids.slice(1_000), ...uuids.slice(0, 1_000)]);
		expect(engine.executions()).not.toContainEqual([]);
	});

	it.each(releases)('because the database is locked, nothing is lost: %s', async (release) => {
		const { org, engine } = await startActive({ release });
		const unlock = engine.lockDatabase();
		const uuids: string[] = [];
		for (let poll = 0; poll < 4; poll += 1) {
			uuids.push(...(await logEvents(org, 2)));
			await engine.poll();
		}
		expect(engine.executions()).toEqual([]);
		unlock();
		await catchUp(engine);

		expectOneExecution(engine, uuids);
		expect(engine.failures()).toEqual([]);
	});
});

describe('If n8n 1 could not store an execution, which it never reports', () => {
	const release = 'n8n 1.123';

	it('its events are emitted once each after half an hour', async () => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 3);
		skipTime(29 * MINUTE);
		await catchUp(engine);
		expect(engine.executions()).toEqual([]);
		skipTime(2 * MINUTE);
		await catchUp(engine);

		expectOneExecution(engine, uuids);
	});

	it('its events are emitted right after n8n restarts', async () => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 3);
		await engine.restart();
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('later events are emitted immediately', async () => {
		const { org, engine } = await startActive({ release });
		const first = await pollUnstored(org, engine, 2);
		const second = await logEvents(org, 2);
		await catchUp(engine);
		expect(uuidsOf(engine)).toEqual(second);
		await catchUpOverdue(engine);

		expect(uuidsOf(engine)).toEqual([...second, ...first]);
	});

	it('because the database is locked, nothing is lost', async () => {
		const { org, engine } = await startActive({ release });
		const unlock = engine.lockDatabase();
		const uuids: string[] = [];
		for (let poll = 0; poll < 4; poll += 1) {
			uuids.push(...(await logEvents(org, 2)));
			await engine.poll();
			skipTime(10 * MINUTE);
		}
		expect(engine.executions()).toEqual([]);
		unlock();
		await catchUpOverdue(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});
});

describe('An execution', () => {
	it('that n8n skips because another main instance took over has its events emitted again', async () => {
		const { org, engine } = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const uuids = await logEvents(org, 2);
		engine.failExecutions(1, 'is skipped');
		await engine.poll();
		expect(engine.executions()).toEqual([]);
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('that fails before the trigger runs is stored, so its events are done', async () => {
		const { org, engine } = await startActive();
		await logEvents(org, 2);
		engine.failExecutions(1, 'ends before it runs');
		await engine.poll();
		skipTime(31 * MINUTE);
		const uuids = await logEvents(org, 1);
		await catchUp(engine);

		expectOneExecution(engine, uuids);
	});

	it('that takes hours is not started again', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 2);
		engine.failExecutions(1, 'does not end');
		await engine.poll();
		await catchUpOverdue(engine);

		expectOneExecution(engine, uuids);
	});

	it('has its events emitted only once while it waits for others to end', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 2);
		engine.holdExecutions();
		await catchUp(engine);
		expect(engine.waitingCount()).toBe(1);
		await releaseAndCatchUp(engine);

		expectOneExecution(engine, uuids);
	});

	it('that waits for more than half an hour returns its events only once', async () => {
		const { org, engine } = await startActive();
		const uuids = await pollHeld(org, engine);
		skipTime(31 * MINUTE);
		await engine.poll();
		expect(engine.waitingCount()).toBe(2);
		await releaseAndCatchUp(engine);

		expect(engine.executions().map((items) => items.length)).toEqual([2, 0]);
		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('that was still waiting when n8n stopped returns its events only once', async () => {
		const { org, engine } = await startActive();
		const uuids = await pollHeld(org, engine);
		await engine.restart();
		await catchUp(engine);
		await releaseAndCatchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('that a user cancels while it waits for a worker is not started again', async () => {
		const { org, engine } = await startActive({ isQueueMode: true });
		await pollHeld(org, engine);
		await engine.cancelWaiting();
		await engine.releaseExecutions();
		skipTime(31 * MINUTE);
		const uuids = await logEvents(org, 1);
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('that a user cancels while it waits for others is started again, because n8n does not report it', async () => {
		const { org, engine } = await startActive();
		const uuids = await pollHeld(org, engine);
		await engine.cancelWaiting();
		await releaseAndCatchUp(engine);
		expect(engine.executions()).toEqual([]);
		await catchUpOverdue(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('can run in another process, with each event once even after n8n restarts', async () => {
		const { org, engine } = await startActive({ isQueueMode: true });
		const uuids = await logEvents(org, 1_500);
		await catchUp(engine);
		expect(engine.executions()).toHaveLength(2);
		skipTime(31 * MINUTE);
		await engine.restart();
		uuids.push(...(await logEvents(org, 1)));
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.failures()).toEqual([]);
	});

	it('returns all its events if n8n cannot check which ones it has processed', async () => {
		const { org, engine } = await startActive();
		const uuids = await pollHeld(org, engine);
		const unlock = engine.lockDatabase();
		await engine.releaseExecutions();
		unlock();

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.log().join()).toContain(
			"n8n couldn't check which events it has already processed",
		);
	});
});

describe('The position in the log', () => {
	it.each(RELEASES)('stays before events that n8n may not have stored: %s', async (release) => {
		const { org, engine } = await startActive({ release });
		const before = savedPosition(engine);
		await logEvents(org, 3);
		engine.failExecutions(3);
		await catchUp(engine, 3);

		expect(savedPosition(engine)).toEqual(before);
	});

	it('moves on once they are done', async () => {
		const { org, engine } = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = savedPosition(engine);
		await logEvents(org, 3);
		await catchUp(engine, 2);
		org.clearRequests();
		await engine.poll();

		expect(savedPosition(engine)).not.toEqual(before);
		expect(queries(org)).toHaveLength(1);
	});

	it('moves at most five pages beyond pending events', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 6_500);
		engine.holdExecutions();
		await catchUp(engine, 2);
		expect(engine.waitingCount()).toBe(5);
		await releaseAndCatchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.executions()).toHaveLength(7);
	});

	it('stays before events that two concurrent polls found, which are emitted once each', async () => {
		const { org, engine } = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = savedPosition(engine);
		const uuids = await logEvents(org, 3);
		org.faults.addFault({ path: LOGS, delay: 100, times: 1 });
		engine.failExecutions(1);
		await Promise.all([engine.poll(), engine.poll()]);
		expect(savedPosition(engine)).toEqual(before);
		await Promise.all([engine.poll(), engine.poll()]);
		await catchUp(engine);

		expectOneExecution(engine, uuids);
	});
});
