import {
	answersOf,
	arrive,
	arriveEach,
	deliver,
	executed,
	expectRoomForAll,
	expectUnanswered,
	fill,
	hangUp,
	MANY,
	MAX_WAITING,
	PATIENT,
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
		return { ...setup, answers: await answersOf(sent) };
	}

	it('has each of its deliveries answered with a 5xx, and starts nothing', async () => {
		const { engine, answers } = await failTogether();

		expect(answers).toEqual([500, 503, 503]);
		expect(executed(engine)).toEqual([]);
	});

	it('leaves its deliveries to go alone when they come again, however busy n8n is', async () => {
		const setup = await failTogether();
		const { engine } = setup;
		const { sent: busy, store } = await fill(setup);
		const waiting = await arriveEach(setup, ['new-1', 'new-2']);
		const sent = await arriveEach(setup, ['u3', 'u1', 'u2']);
		await until(() => engine.heldCount() === MANY + 3);
		store();

		expect(await answersOf([...sent, ...waiting, ...busy])).toEqual(Array(5 + MANY).fill(204));
		expect(executed(engine)).toEqual([['u3'], ['u1'], ['u2'], ['new-1', 'new-2']]);
	});

	it('leaves a delivery to go alone that brings one of its events among others', async () => {
		const setup = await failTogether();
		const { sent: busy, store } = await fill(setup);
		const waiting = await arrive(setup, ['new-1']);
		const sent = await arrive(setup, ['new-2', 'u2']);
		await until(() => setup.engine.heldCount() === MANY + 1);
		store();

		expect(await answersOf([sent, waiting, ...busy])).toEqual(Array(2 + MANY).fill(204));
		expect(executed(setup.engine)).toEqual([['new-2', 'u2'], ['new-1']]);
	});

	it('loses nothing but what cannot be stored alone either', async () => {
		const setup = await failTogether();
		const { engine } = setup;
		engine.failToStore(1);

		expect(await deliver(setup, ['u1']).answer).toBe(500);
		expect(await deliver(setup, ['u2']).answer).toBe(204);
		expect(await deliver(setup, ['u3']).answer).toBe(204);
		expect(executed(engine)).toEqual([['u2'], ['u3']]);

		// It still goes alone.
		const { store } = await fill(setup);
		const waiting = await arrive(setup, ['new-1']);
		const again = await arrive(setup, ['u1']);
		await until(() => engine.heldCount() === MANY + 1);
		store();
		expect(await answersOf([again, waiting])).toEqual([204, 204]);
		expect(executed(engine).slice(2)).toEqual([['u1'], ['new-1']]);
	});

	it('does not keep later deliveries from going together', async () => {
		const setup = await failTogether();
		for (const uuid of ['u1', 'u2', 'u3']) await deliver(setup, [uuid]).answer;
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u4', 'u5', 'u6']);
		store();

		expect(await answersOf(sent)).toEqual([204, 204, 204]);
		expect(executed(setup.engine).at(-1)).toEqual(['u4', 'u5', 'u6']);
	});

	it("takes no room afterwards, and its events come through at Okta's second try", async () => {
		const setup = await start();
		const { org, engine } = setup;
		const { store } = await fill(setup);
		const before = engine.requestCount();
		const signIns = Array.from({ length: 10 }, async () => await org.signIn('sms'));
		await until(() => engine.requestCount() === before + signIns.length);
		const storeGroup = await storeAndHold(setup, store);
		// n8n is busy all the time: who does not go alone has to wait.
		const { sent: busy, store: storeMore } = await fill(setup);
		engine.failToStore(1);
		storeGroup();
		const results = await Promise.all(signIns);
		storeMore();
		await answersOf(busy);

		const attempts = results.map(({ deliveries }) => deliveries.map(({ status }) => status));
		expect(attempts.filter(([first]) => first === 500)).toHaveLength(1);
		expect(attempts.filter(([first]) => first === 503)).toHaveLength(9);
		expect(attempts.map(([, second]) => second)).toEqual(attempts.map(() => 204));
		expect(executed(engine).map(({ length }) => length)).toEqual(attempts.map(() => 1));
		expect(executed(engine).flat().sort()).toEqual(results.map(({ event }) => event.uuid).sort());
		await expectRoomForAll(setup);
	});

	it('goes alone at one hook also after another hook stored the same events', async () => {
		const setup = await start();
		const second = await startSecondHook(setup);
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2']);
		const storeGroup = await storeAndHold(setup, store);
		engine.failToStore(1);
		storeGroup();
		expect(await answersOf(sent)).toEqual([500, 503]);
		for (const uuid of ['u1', 'u2']) expect(await deliver(second, [uuid]).answer).toBe(204);

		const { store: storeMore } = await fill(setup);
		const again = await arriveEach(setup, ['u1', 'u2']);
		storeMore();
		expect(await answersOf(again)).toEqual([204, 204]);
		expect(executed(engine)).toEqual([['u1'], ['u2']]);
		expect(executed(second.engine)).toEqual([['u1'], ['u2']]);
	});
});

describe('A repeat of an event', () => {
	it('is dropped if its group is stored: it brought the event twice, and more once', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent = [
			await arrive(setup, ['u1', 'u2', 'u1']),
			await arrive(setup, ['u3']),
			await arrive(setup, ['u1']),
			await arrive(setup, ['u3', 'u4']),
		];
		await expectUnanswered(setup, sent);
		store();

		expect(await answersOf(sent)).toEqual([204, 204, 204, 204]);
		expect(executed(engine)).toEqual([['u1', 'u2', 'u3'], ['u4']]);
	});

	it('is dropped at once, however busy n8n is, if its group was stored before', async () => {
		const setup = await start();
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		store();
		await answersOf(sent);
		const { store: storeMore } = await fill(setup);
		const repeats = await arriveEach(setup, ['u1', 'u2', 'u3']);

		expect(await answersOf(repeats)).toEqual([204, 204, 204]);
		expect(executed(setup.engine)).toEqual([['u1', 'u2', 'u3']]);
		storeMore();
	});

	it('takes the event over, alone, if its group could not be stored', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		const repeats = await arriveEach(setup, ['u1', 'u3', 'u3']);
		const storeGroup = await storeAndHold(setup, store);
		const { store: storeMore } = await fill(setup);
		engine.failToStore(1);
		storeGroup();

		expect(await answersOf(sent)).toEqual([500, 503, 503]);
		expect(await answersOf(repeats)).toEqual([204, 204, 204]);
		expect(executed(engine)).toEqual([['u1'], ['u3']]);
		storeMore();
	});
});

describe('A delivery whose connection breaks', () => {
	const FIRST_OR_LATER = [
		['the first of its group', 0],
		['a later one of its group', 1],
	] as const;

	/** Three deliveries, of which one breaks off, either while it waits or while n8n stores the group. */
	async function breakOff(index: number, when: 'waiting' | 'stored') {
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
		it.each(FIRST_OR_LATER)(
			'has its event run once, and its repeat dropped: %s',
			async (_, index) => {
				const setup = await breakOff(index, when);
				const repeat = await arrive(setup, [setup.uuid]);
				await expectUnanswered(setup, [...setup.rest, repeat]);
				setup.storeGroup();

				expect(await answersOf([...setup.rest, repeat])).toEqual([204, 204, 204]);
				expect(await deliver(setup, [setup.uuid]).answer).toBe(204);
				expect(executed(setup.engine)).toEqual([['u0', 'u1', 'u2']]);
				await expectRoomForAll(setup);
			},
		);

		it.each(FIRST_OR_LATER)(
			'has its event taken over by its repeat if the group could not be stored: %s',
			async (_, index) => {
				const setup = await breakOff(index, when);
				const { engine, uuid, rest } = setup;
				const repeat = await arrive(setup, [uuid]);
				engine.failToStore(1);
				setup.storeGroup();

				const answers = await answersOf(rest);
				expect(answers.filter((status) => status === undefined || status < 500)).toEqual([]);
				expect(await repeat.answer).toBe(204);
				expect(executed(engine)).toEqual([[uuid]]);
				for (const other of ['u0', 'u1', 'u2']) await deliver(setup, [other]).answer;
				expect(executed(engine).flat().sort()).toEqual(['u0', 'u1', 'u2']);
				await expectRoomForAll(setup);
			},
		);
	});

	it('leaves nothing behind if all of a group break off, and each event runs once', async () => {
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

		expect(await answersOf(repeats)).toEqual([204, 204]);
		expect(executed(engine)).toEqual([['u1', 'u2', 'u3', 'u4']]);
		await expectRoomForAll(setup);
	});
});

describe('A group that n8n never answers, since its execution was stopped in a queue', () => {
	const QUARTER_OF_AN_HOUR = 15 * 60_000;

	/** @param hangsUp whether Okta hangs up on all of the group while they wait */
	async function stopInQueue(hangsUp = false) {
		const setup = await start();
		const { engine } = setup;
		const { sent: first, store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		if (hangsUp) for (const each of sent) await hangUp(setup, each);
		await storeAndHold(setup, store);
		await answersOf(first);
		engine.stopHeldExecutions();
		return { ...setup, sent };
	}

	it('ends with the connections of its deliveries, and later ones go on', async () => {
		const setup = await stopInQueue();
		const { engine, sent } = setup;
		await expectUnanswered(setup, sent);
		for (const each of sent) await hangUp(setup, each);

		expect(engine.openCount()).toBe(0);
		expect(await deliver(setup, ['u4']).answer).toBe(204);
		expect(executed(engine)).toEqual([['u4']]);
	});

	it('holds nobody up for longer than half a second while the connections are open', async () => {
		const setup = await start();
		const { engine, waits } = setup;
		const { sent: first } = await fill(setup);
		engine.stopHeldExecutions();
		const sent = await arriveEach(setup, ['u1', 'u2']);
		await expectUnanswered(setup, [...first, ...sent]);
		waits.pass();

		expect(await answersOf(sent)).toEqual([204, 204]);
		expect(executed(engine)).toEqual([['u1', 'u2']]);
		for (const each of first) await hangUp(setup, each);
		const asked = waits.asked.length;
		expect(await deliver(setup, ['u3']).answer).toBe(204);
		expect(waits.asked).toHaveLength(asked);
	});

	describe.each(['waited', 'were being stored'])(
		'and whose connections broke while they %s',
		(when) => {
			const hangsUpEarly = when === 'waited';

			it('takes no room', async () => {
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
				await answersOf(first);
				engine.stopHeldExecutions();
				if (!hangsUpEarly) for (const each of sent) await hangUp(setup, each);

				await expectRoomForAll(setup);
			});

			it('has its events come through a quarter of an hour later, and none before', async () => {
				const clock = startClock();
				const setup = await stopInQueue(hangsUpEarly);
				const { engine, waits, sent } = setup;
				if (!hangsUpEarly) for (const each of sent) await hangUp(setup, each);
				clock.pass(QUARTER_OF_AN_HOUR - 10_000);
				const early = await arriveEach(setup, ['u1', 'u2', 'u3']);
				await expectUnanswered(setup, early);
				clock.pass(10_000);
				waits.pass();

				expect(await answersOf(early)).toEqual([204, 204, 204]);
				expect(executed(engine).flat().sort()).toEqual(['u1', 'u2', 'u3']);
			});
		},
	);
});

describe('A burst', () => {
	/** Has n8n store executions one batch after the other until the work is done. */
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

	/** Runs a task for each number, some at a time. */
	async function forEach(count: number, atATime: number, task: (index: number) => Promise<void>) {
		let next = 0;
		const runners = Array.from({ length: atATime }, async () => {
			while (next < count) await task(next++);
		});
		await Promise.all(runners);
	}

	it('runs each event once, at the first try, in fewer executions than there were deliveries', async () => {
		const { org, engine } = await startPublished(PATIENT);
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

	it('runs each event once although n8n fails, connections break, and Okta repeats itself', async () => {
		const setup = await startPublished(PATIENT);
		const { engine } = setup;
		let tries = 0;
		const refused = new Set<number | undefined>();
		const work = forEach(120, 20, async (index) => {
			const uuids = index % 4 === 0 ? [`u${index}`, `u${index}-b`] : [`u${index}`];
			if (index % 5 === 0) void deliver(setup, uuids);
			if (index % 7 === 0) (await arrive(setup, uuids)).abort();
			for (;;) {
				tries += 1;
				const status = await deliver(setup, uuids).answer;
				if (status === 204) return;
				refused.add(status);
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
		expect(tries).toBeGreaterThan(120);
		expect([...refused].sort()).toEqual([500, 503]);
		await expectRoomForAll(setup);
	});
});
