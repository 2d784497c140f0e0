import {
	statusesOf,
	arrive,
	arriveEach,
	deliver,
	executed,
	expectRoomForAll,
	expectNoResponse,
	fill,
	hangUp,
	MANY,
	MAX_WAITING,
	LONG_TIMEOUT,
	start,
	startSecondHook,
	stopEverything,
	storeAndHold,
} from './burst';
import type { Engine } from '../../lab/n8n-core/engine-types';
import { startClock, startPublished, until } from './setup';

afterEach(stopEverything);

describe('A group that n8n could not store', () => {
	/** Three deliveries that n8n could not store together. */
	async function failTogether() {
		const setup = await start();
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		const storeGroup = await storeAndHold(setup, store);
		setup.engine.failToStore(1);
		storeGroup();
		return { ...setup, statuses: await statusesOf(sent) };
	}

	it('responds to each of its deliveries with a 5xx and starts nothing', async () => {
		const { engine, statuses } = await failTogether();

		expect(statuses).toEqual([500, 503, 503]);
		expect(executed(engine)).toEqual([]);
	});

	it('has its deliveries go alone when they are repeated, however busy n8n is', async () => {
		const setup = await failTogether();
		const { engine } = setup;
		const { sent: busy, store } = await fill(setup);
		const waiting = await arriveEach(setup, ['new-1', 'new-2']);
		const sent = await arriveEach(setup, ['u3', 'u1', 'u2']);
		await until(() => engine.heldCount() === MANY + 3);
		store();

		expect(await statusesOf([...sent, ...waiting, ...busy])).toEqual(Array(5 + MANY).fill(204));
		expect(executed(engine)).toEqual([['u3'], ['u1'], ['u2'], ['new-1', 'new-2']]);
	});

	it('has a delivery go alone if it contains any of its events', async () => {
		const setup = await failTogether();
		const { sent: busy, store } = await fill(setup);
		const waiting = await arrive(setup, ['new-1']);
		const sent = await arrive(setup, ['new-2', 'u2']);
		await until(() => setup.engine.heldCount() === MANY + 1);
		store();

		expect(await statusesOf([sent, waiting, ...busy])).toEqual(Array(2 + MANY).fill(204));
		expect(executed(setup.engine)).toEqual([['new-2', 'u2'], ['new-1']]);
	});

	it('loses only what cannot be stored alone either', async () => {
		const setup = await failTogether();
		const { engine } = setup;
		engine.failToStore(1);

		expect(await deliver(setup, ['u1']).response).toBe(500);
		expect(await deliver(setup, ['u2']).response).toBe(204);
		expect(await deliver(setup, ['u3']).response).toBe(204);
		expect(executed(engine)).toEqual([['u2'], ['u3']]);

		// The failed delivery still goes alone.
		const { store } = await fill(setup);
		const waiting = await arrive(setup, ['new-1']);
		const again = await arrive(setup, ['u1']);
		await until(() => engine.heldCount() === MANY + 1);
		store();
		expect(await statusesOf([again, waiting])).toEqual([204, 204]);
		expect(executed(engine).slice(2)).toEqual([['u1'], ['new-1']]);
	});

	it('does not keep later deliveries from sharing an execution', async () => {
		const setup = await failTogether();
		for (const uuid of ['u1', 'u2', 'u3']) await deliver(setup, [uuid]).response;
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u4', 'u5', 'u6']);
		store();

		expect(await statusesOf(sent)).toEqual([204, 204, 204]);
		expect(executed(setup.engine).at(-1)).toEqual(['u4', 'u5', 'u6']);
	});

	it("leaves no delivery waiting, and its events get through at Okta's retry", async () => {
		const setup = await start();
		const { org, engine } = setup;
		const { store } = await fill(setup);
		const before = engine.requestCount();
		const signIns = Array.from({ length: 10 }, async () => await org.signIn('sms'));
		await until(() => engine.requestCount() === before + signIns.length);
		const storeGroup = await storeAndHold(setup, store);
		// n8n stays busy, so a delivery that doesn't go alone has to wait.
		const { sent: busy, store: storeMore } = await fill(setup);
		engine.failToStore(1);
		storeGroup();
		const results = await Promise.all(signIns);
		storeMore();
		await statusesOf(busy);

		const attempts = results.map(({ deliveries }) => deliveries.map(({ status }) => status));
		expect(attempts.filter(([first]) => first === 500)).toHaveLength(1);
		expect(attempts.filter(([first]) => first === 503)).toHaveLength(9);
		expect(attempts.map(([, second]) => second)).toEqual(attempts.map(() => 204));
		expect(executed(engine).map(({ length }) => length)).toEqual(attempts.map(() => 1));
		expect(executed(engine).flat().sort()).toEqual(results.map(({ event }) => event.uuid).sort());
		await expectRoomForAll(setup);
	});

	it('goes alone at its hook even after another hook stored the same events', async () => {
		const setup = await start();
		const second = await startSecondHook(setup);
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2']);
		const storeGroup = await storeAndHold(setup, store);
		engine.failToStore(1);
		storeGroup();
		expect(await statusesOf(sent)).toEqual([500, 503]);
		for (const uuid of ['u1', 'u2']) expect(await deliver(second, [uuid]).response).toBe(204);

		const { store: storeMore } = await fill(setup);
		const again = await arriveEach(setup, ['u1', 'u2']);
		storeMore();
		expect(await statusesOf(again)).toEqual([204, 204]);
		expect(executed(engine)).toEqual([['u1'], ['u2']]);
		expect(executed(second.engine)).toEqual([['u1'], ['u2']]);
	});
});

describe('A repeat of an event', () => {
	it('is dropped if its group is stored, within one delivery and across deliveries', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent = [
			await arrive(setup, ['u1', 'u2', 'u1']),
			await arrive(setup, ['u3']),
			await arrive(setup, ['u1']),
			await arrive(setup, ['u3', 'u4']),
		];
		await expectNoResponse(setup, sent);
		store();

		expect(await statusesOf(sent)).toEqual([204, 204, 204, 204]);
		expect(executed(engine)).toEqual([['u1', 'u2', 'u3'], ['u4']]);
	});

	it('is dropped immediately, however busy n8n is, if its group was stored before', async () => {
		const setup = await start();
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		store();
		await statusesOf(sent);
		const { store: storeMore } = await fill(setup);
		const repeats = await arriveEach(setup, ['u1', 'u2', 'u3']);

		expect(await statusesOf(repeats)).toEqual([204, 204, 204]);
		expect(executed(setup.engine)).toEqual([['u1', 'u2', 'u3']]);
		storeMore();
	});

	it('takes over the event and goes alone if its group could not be stored', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		const repeats = await arriveEach(setup, ['u1', 'u3', 'u3']);
		const storeGroup = await storeAndHold(setup, store);
		const { store: storeMore } = await fill(setup);
		engine.failToStore(1);
		storeGroup();

		expect(await statusesOf(sent)).toEqual([500, 503, 503]);
		expect(await statusesOf(repeats)).toEqual([204, 204, 204]);
		expect(executed(engine)).toEqual([['u1'], ['u3']]);
		storeMore();
	});
});

describe('A delivery whose connection breaks', () => {
	const FIRST_OR_LATER = [
		['the first of its group', 0],
		['a later one of its group', 1],
	] as const;

	/** Three deliveries. One disconnects, either while it waits or while n8n stores the group. */
	async function disconnect(index: number, when: 'waiting' | 'stored') {
		const setup = await start();
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u0', 'u1', 'u2']);
		if (when === 'waiting') await hangUp(setup, sent[index]);
		const storeGroup = await storeAndHold(setup, store);
		if (when === 'stored') await hangUp(setup, sent[index]);
		const rest = sent.filter((each) => each !== sent[index]);
		return { ...setup, storeGroup, rest, uuid: `u${index}` };
	}

	describe.each(['waiting', 'stored'] as const)('while it is %s', (when) => {
		it.each(FIRST_OR_LATER)('runs its event once and drops its repeat: %s', async (_, index) => {
			const setup = await disconnect(index, when);
			const repeat = await arrive(setup, [setup.uuid]);
			await expectNoResponse(setup, [...setup.rest, repeat]);
			setup.storeGroup();

			expect(await statusesOf([...setup.rest, repeat])).toEqual([204, 204, 204]);
			expect(await deliver(setup, [setup.uuid]).response).toBe(204);
			expect(executed(setup.engine)).toEqual([['u0', 'u1', 'u2']]);
			await expectRoomForAll(setup);
		});

		it.each(FIRST_OR_LATER)(
			'has its repeat take over the event if the group could not be stored: %s',
			async (_, index) => {
				const setup = await disconnect(index, when);
				const { engine, uuid, rest } = setup;
				const repeat = await arrive(setup, [uuid]);
				engine.failToStore(1);
				setup.storeGroup();

				const statuses = await statusesOf(rest);
				expect(statuses.filter((status) => status === undefined || status < 500)).toEqual([]);
				expect(await repeat.response).toBe(204);
				expect(executed(engine)).toEqual([[uuid]]);
				for (const other of ['u0', 'u1', 'u2']) await deliver(setup, [other]).response;
				expect(executed(engine).flat().sort()).toEqual(['u0', 'u1', 'u2']);
				await expectRoomForAll(setup);
			},
		);
	});

	it('leaves nothing behind if its whole group disconnects, and each event runs once', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3', 'u4']);
		await hangUp(setup, sent[0]);
		await hangUp(setup, sent[3]);
		const storeGroup = await storeAndHold(setup, store);
		await hangUp(setup, sent[1]);
		await hangUp(setup, sent[2]);
		const repeats = await arriveEach(setup, ['u4', 'u1']);
		storeGroup();

		expect(await statusesOf(repeats)).toEqual([204, 204]);
		expect(executed(engine)).toEqual([['u1', 'u2', 'u3', 'u4']]);
		await expectRoomForAll(setup);
	});
});

describe('A group that never gets a response because its execution was stopped in a queue', () => {
	const FIFTEEN_MINUTES = 15 * 60_000;

	/** @param hangsUp whether Okta disconnects the whole group while it waits */
	async function stopInQueue(hangsUp = false) {
		const setup = await start();
		const { engine } = setup;
		const { sent: first, store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		if (hangsUp) for (const each of sent) await hangUp(setup, each);
		await storeAndHold(setup, store);
		await statusesOf(first);
		engine.stopHeldExecutions();
		return { ...setup, sent };
	}

	it('ends when its deliveries disconnect, and later deliveries get through', async () => {
		const setup = await stopInQueue();
		const { engine, sent } = setup;
		await expectNoResponse(setup, sent);
		for (const each of sent) await hangUp(setup, each);

		expect(engine.openCount()).toBe(0);
		expect(await deliver(setup, ['u4']).response).toBe(204);
		expect(executed(engine)).toEqual([['u4']]);
	});

	it('delays other deliveries by at most half a second while the connections are open', async () => {
		const setup = await start();
		const { engine, waits } = setup;
		const { sent: first } = await fill(setup);
		engine.stopHeldExecutions();
		const sent = await arriveEach(setup, ['u1', 'u2']);
		await expectNoResponse(setup, [...first, ...sent]);
		waits.pass();

		expect(await statusesOf(sent)).toEqual([204, 204]);
		expect(executed(engine)).toEqual([['u1', 'u2']]);
		for (const each of first) await hangUp(setup, each);
		const requested = waits.requested.length;
		expect(await deliver(setup, ['u3']).response).toBe(204);
		expect(waits.requested).toHaveLength(requested);
	});

	describe.each(['waited', 'were being stored'])(
		'and whose connections broke while they %s',
		(when) => {
			const hangsUpEarly = when === 'waited';

			it("doesn't count toward the limit of waiting deliveries", async () => {
				const setup = await start();
				const { engine } = setup;
				const { sent: first, store } = await fill(setup);
				const before = engine.requestCount();
				const sent = Array.from({ length: MAX_WAITING }, (_, index) =>
					deliver(setup, [`u${index}`]),
				);
				await until(() => engine.requestCount() === before + MAX_WAITING);
				if (hangsUpEarly) for (const each of sent) await hangUp(setup, each);
				await storeAndHold(setup, store);
				await statusesOf(first);
				engine.stopHeldExecutions();
				if (!hangsUpEarly) for (const each of sent) await hangUp(setup, each);

				await expectRoomForAll(setup);
			});

			it('lets its events through 15 minutes later and not before', async () => {
				const clock = startClock();
				const setup = await stopInQueue(hangsUpEarly);
				const { engine, waits, sent } = setup;
				if (!hangsUpEarly) for (const each of sent) await hangUp(setup, each);
				clock.pass(FIFTEEN_MINUTES - 10_000);
				const early = await arriveEach(setup, ['u1', 'u2', 'u3']);
				await expectNoResponse(setup, early);
				clock.pass(10_000);
				waits.pass();

				expect(await statusesOf(early)).toEqual([204, 204, 204]);
				expect(executed(engine).flat().sort()).toEqual(['u1', 'u2', 'u3']);
			});
		},
	);
});

describe('A burst', () => {
	/** Stores executions batch by batch until the work is done. */
	async function storeInBatches(
		engine: Engine,
		work: Promise<unknown>,
		onBatch: (batch: number) => void = () => {},
	): Promise<void> {
		let isDone = false;
		void work.finally(() => (isDone = true));
		let store = engine.holdExecutions();
		for (let batch = 1; !isDone; batch++) {
			await until(() => isDone || engine.heldCount() > 0);
			onBatch(batch);
			store();
			store = engine.holdExecutions();
		}
		store();
		await work;
	}

	/** Runs a task for each number with limited concurrency. */
	async function forEach(
		count: number,
		concurrency: number,
		task: (index: number) => Promise<void>,
	) {
		let next = 0;
		const runners = Array.from({ length: concurrency }, async () => {
			while (next < count) await task(next++);
		});
		await Promise.all(runners);
	}

	it('runs each event once, at the first attempt, in fewer executions than deliveries', async () => {
		const { org, engine } = await startPublished(LONG_TIMEOUT);
		const published: string[] = [];
		const statuses: Array<number | undefined> = [];
		const work = forEach(60, 20, async () => {
			const { event, deliveries } = await org.signIn('sms');
			published.push(event.uuid);
			statuses.push(...deliveries.map(({ status }) => status));
		});
		await storeInBatches(engine, work);

		expect(statuses).toEqual(Array(60).fill(204));
		expect(executed(engine).flat().sort()).toEqual(published.sort());
		expect(engine.executions().length).toBeLessThan(60);
		expect(engine.openCount()).toBe(0);
	});

	it('runs each event once even if n8n fails, connections break, and Okta repeats deliveries', async () => {
		const setup = await startPublished(LONG_TIMEOUT);
		const { engine } = setup;
		let attempts = 0;
		const failedStatuses = new Set<number | undefined>();
		const work = forEach(120, 20, async (index) => {
			const uuids = index % 4 === 0 ? [`u${index}`, `u${index}-b`] : [`u${index}`];
			if (index % 5 === 0) void deliver(setup, uuids);
			if (index % 7 === 0) (await arrive(setup, uuids)).abort();
			for (;;) {
				attempts += 1;
				const status = await deliver(setup, uuids).response;
				if (status === 204) return;
				failedStatuses.add(status);
			}
		});
		await storeInBatches(engine, work, (batch) => {
			if (batch % 3 === 0) engine.failToStore(1);
		});
		engine.failToStore(0);
		await until(() => engine.openCount() === 0);

		const sent = Array.from({ length: 120 }, (_, index) => index).flatMap((index) =>
			index % 4 === 0 ? [`u${index}`, `u${index}-b`] : [`u${index}`],
		);
		expect(executed(engine).flat().sort()).toEqual(sent.sort());
		expect(attempts).toBeGreaterThan(120);
		expect([...failedStatuses].sort()).toEqual([500, 503]);
		await expectRoomForAll(setup);
	});
});
