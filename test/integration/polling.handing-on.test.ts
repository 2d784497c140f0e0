import { RELEASES } from '../../lab/n8n-core/polling-engine-types';
import type { PollingEngine } from '../../lab/n8n-core/polling-engine-types';
import type { OktaOrg } from '../../lab/okta-org';
import {
	catchUp,
	leap,
	LOGS,
	logEvents,
	MINUTE,
	queries,
	startActive,
	stopAll,
	uuidsOf,
} from './polling-setup';

afterEach(stopAll);

/** The place in the log where the trigger goes on after a start of n8n. */
function savedPlace(engine: PollingEngine): unknown[] {
	const { next, start, time } = engine.cursor() ?? {};
	return [next, start, time];
}

/** Logs events, and polls while n8n can't store the next execution. */
async function pollUnstored(org: OktaOrg, engine: PollingEngine, count: number): Promise<string[]> {
	const uuids = await logEvents(org, count);
	engine.failExecutions(1);
	await engine.poll();
	return uuids;
}

/** Logs two events, and polls while executions wait. */
async function pollHeld(org: OktaOrg, engine: PollingEngine): Promise<string[]> {
	const uuids = await logEvents(org, 2);
	engine.holdExecutions();
	await engine.poll();
	return uuids;
}

/** Releases the executions that wait, and catches up. */
async function releaseAndCatchUp(engine: PollingEngine): Promise<void> {
	await engine.releaseExecutions();
	await catchUp(engine);
}

/** Has half an hour pass, after which the trigger starts what it has heard nothing of, and catches up. */
async function catchUpOverdue(engine: PollingEngine): Promise<void> {
	leap(31 * MINUTE);
	await catchUp(engine);
}

/** Expects one execution with these events, each once. */
function expectOneExecution(engine: PollingEngine, uuids: string[]): void {
	expect(uuidsOf(engine)).toEqual(uuids);
	expect(engine.executions()).toHaveLength(1);
}

describe('If n8n says that it could not store an execution', () => {
	const releases = RELEASES.filter((release) => release !== 'n8n 1.123');

	it.each(releases)('its events come at the next poll, each once: %s', async (release) => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 3);
		expect(engine.executions()).toEqual([]);
		const more = await logEvents(org, 2);
		await catchUp(engine);

		expectOneExecution(engine, [...uuids, ...more]);
	});

	it.each(releases)('they come after a start of n8n right away, too: %s', async (release) => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 3);
		await engine.restart();
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it.each(releases)('those of the other pages come only once: %s', async (release) => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 2_500);
		expect(uuidsOf(engine)).toEqual(uuids.slice(1_000));
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual([...uuids.slice(1_000), ...uuids.slice(0, 1_000)]);
		expect(engine.executions()).not.toContainEqual([]);
	});

	it.each(releases)('as the database is locked, nothing is lost: %s', async (release) => {
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

describe('If n8n 1 could not store an execution, of which it says nothing', () => {
	const release = 'n8n 1.123';

	it('its events come after half an hour, each once', async () => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 3);
		leap(29 * MINUTE);
		await catchUp(engine);
		expect(engine.executions()).toEqual([]);
		leap(2 * MINUTE);
		await catchUp(engine);

		expectOneExecution(engine, uuids);
	});

	it('they come right away after a start of n8n', async () => {
		const { org, engine } = await startActive({ release });
		const uuids = await pollUnstored(org, engine, 3);
		await engine.restart();
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('what happens later comes at once', async () => {
		const { org, engine } = await startActive({ release });
		const first = await pollUnstored(org, engine, 2);
		const second = await logEvents(org, 2);
		await catchUp(engine);
		expect(uuidsOf(engine)).toEqual(second);
		await catchUpOverdue(engine);

		expect(uuidsOf(engine)).toEqual([...second, ...first]);
	});

	it('as the database is locked, nothing is lost', async () => {
		const { org, engine } = await startActive({ release });
		const unlock = engine.lockDatabase();
		const uuids: string[] = [];
		for (let poll = 0; poll < 4; poll += 1) {
			uuids.push(...(await logEvents(org, 2)));
			await engine.poll();
			leap(10 * MINUTE);
		}
		expect(engine.executions()).toEqual([]);
		unlock();
		await catchUpOverdue(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});
});

describe('An execution', () => {
	it('that n8n skips, as another main instance took over, has its events come again', async () => {
		const { org, engine } = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const uuids = await logEvents(org, 2);
		engine.failExecutions(1, 'is skipped');
		await engine.poll();
		expect(engine.executions()).toEqual([]);
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('that ended with an error before the trigger ran is stored: its events are done', async () => {
		const { org, engine } = await startActive();
		await logEvents(org, 2);
		engine.failExecutions(1, 'ends before it runs');
		await engine.poll();
		leap(31 * MINUTE);
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

	it('is not handed on again while it waits for others to end', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 2);
		engine.holdExecutions();
		await catchUp(engine);
		expect(engine.waitingCount()).toBe(1);
		await releaseAndCatchUp(engine);

		expectOneExecution(engine, uuids);
	});

	it('that waits for longer than half an hour gives its events only once', async () => {
		const { org, engine } = await startActive();
		const uuids = await pollHeld(org, engine);
		leap(31 * MINUTE);
		await engine.poll();
		expect(engine.waitingCount()).toBe(2);
		await releaseAndCatchUp(engine);

		expect(engine.executions().map((items) => items.length)).toEqual([2, 0]);
		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('that still waited when n8n was stopped gives its events only once', async () => {
		const { org, engine } = await startActive();
		const uuids = await pollHeld(org, engine);
		await engine.restart();
		await catchUp(engine);
		await releaseAndCatchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('that a person cancels while it waits for a worker is not started again', async () => {
		const { org, engine } = await startActive({ isQueueMode: true });
		await pollHeld(org, engine);
		await engine.cancelWaiting();
		await engine.releaseExecutions();
		leap(31 * MINUTE);
		const uuids = await logEvents(org, 1);
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('that a person cancels while it waits for others comes again, as n8n tells nobody', async () => {
		const { org, engine } = await startActive();
		const uuids = await pollHeld(org, engine);
		await engine.cancelWaiting();
		await releaseAndCatchUp(engine);
		expect(engine.executions()).toEqual([]);
		await catchUpOverdue(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('can run in another process: each event comes once, also after a start of n8n', async () => {
		const { org, engine } = await startActive({ isQueueMode: true });
		const uuids = await logEvents(org, 1_500);
		await catchUp(engine);
		expect(engine.executions()).toHaveLength(2);
		leap(31 * MINUTE);
		await engine.restart();
		uuids.push(...(await logEvents(org, 1)));
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.failures()).toEqual([]);
	});

	it('gives all its events if n8n cannot tell which it has processed', async () => {
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

describe('The place up to which the log is read', () => {
	it.each(RELEASES)('stays before events that n8n may not have stored: %s', async (release) => {
		const { org, engine } = await startActive({ release });
		const before = savedPlace(engine);
		await logEvents(org, 3);
		engine.failExecutions(3);
		await catchUp(engine, 3);

		expect(savedPlace(engine)).toEqual(before);
	});

	it('moves on once they are done', async () => {
		const { org, engine } = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = savedPlace(engine);
		await logEvents(org, 3);
		await catchUp(engine, 2);
		org.clearRequests();
		await engine.poll();

		expect(savedPlace(engine)).not.toEqual(before);
		expect(queries(org)).toHaveLength(1);
	});

	it('leaves what is not done beyond five pages to later polls', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 6_500);
		engine.holdExecutions();
		await catchUp(engine, 2);
		expect(engine.waitingCount()).toBe(5);
		await releaseAndCatchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.executions()).toHaveLength(7);
	});

	it('stays before events that two polls at once have found, each once', async () => {
		const { org, engine } = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = savedPlace(engine);
		const uuids = await logEvents(org, 3);
		org.faults.addFault({ path: LOGS, delay: 100, times: 1 });
		engine.failExecutions(1);
		await Promise.all([engine.poll(), engine.poll()]);
		expect(savedPlace(engine)).toEqual(before);
		await Promise.all([engine.poll(), engine.poll()]);
		await catchUp(engine);

		expectOneExecution(engine, uuids);
	});
});
