import {
	ALONE,
	answersOf,
	arrive,
	arriveEach,
	deliver,
	executed,
	expectRoomForAll,
	expectUnanswered,
	fill,
	MANY,
	MAX_ITEMS,
	MAX_WAITING,
	mfaEvent,
	PATIENT,
	start,
	startSecondHook,
	stopEverything,
	storeAndHold,
} from './burst';
import type { Sent } from './burst';
import { startPublished, until } from './setup';

afterEach(stopEverything);

describe('Without load, a delivery', () => {
	it('starts an execution of its own, and never waits', async () => {
		const setup = await start();
		for (const uuid of ['u1', 'u2', 'u3']) {
			expect(await deliver(setup, [uuid]).answer).toBe(204);
		}

		expect(executed(setup.engine)).toEqual([['u1'], ['u2'], ['u3']]);
		expect(setup.waits.asked).toEqual([]);
	});

	it('does so again after a burst', async () => {
		const setup = await start();
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2']);
		store();
		await answersOf(sent);
		const waits = setup.waits.asked.length;
		for (const uuid of ['u3', 'u4']) expect(await deliver(setup, [uuid]).answer).toBe(204);

		expect(executed(setup.engine)).toEqual([['u1', 'u2'], ['u3'], ['u4']]);
		expect(setup.waits.asked).toHaveLength(waits);
	});
});

describe('Deliveries that arrive while n8n stores executions of their hook', () => {
	it('start one execution together, in the order in which they arrived', async () => {
		const setup = await start();
		const { sent: first, store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		expect(executed(setup.engine)).toEqual([]);
		store();

		expect(await answersOf([...first, ...sent])).toEqual(Array(MANY + 3).fill(204));
		expect(executed(setup.engine)).toEqual([['u1', 'u2', 'u3']]);
	});

	it('are answered only once it is stored', async () => {
		const setup = await start();
		const { sent: first, store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		await expectUnanswered(setup, [...first, ...sent]);
		const storeGroup = await storeAndHold(setup, store);
		expect(await answersOf(first)).toEqual(Array(MANY).fill(204));
		await expectUnanswered(setup, sent);
		storeGroup();

		expect(await answersOf(sent)).toEqual([204, 204, 204]);
	});

	it.each(['eventCard', 'rawEvent'])(
		'give an item per event, each as its own delivery brought it: output %s',
		async (output) => {
			const setup = await start();
			const { engine } = setup;
			const { store } = await fill(setup);
			engine.setParameters({ output });
			const batches = [['u1'], ['u2', 'u3'], ['u4']];
			const envelopeOf = (index: number) => ({
				eventId: `delivery-${index}`,
				eventTime: `2026-01-01T00:00:0${index}Z`,
				source: `https://org.example/api/v1/eventHooks/${index}`,
			});
			const sent: Sent[] = [];
			for (const [index, uuids] of batches.entries()) {
				const headers = { 'X-Okta-Request-Id': `request-${index}` };
				sent.push(await arrive(setup, uuids, { headers, envelope: envelopeOf(index) }));
			}
			store();

			expect(await answersOf(sent)).toEqual([204, 204, 204]);
			expect(executed(engine)).toEqual([['u1', 'u2', 'u3', 'u4']]);
			const items = engine.executions().find((each) => each.length === 4);
			const expected = batches.flatMap((uuids, index) =>
				uuids.map((uuid) => ({
					...envelopeOf(index),
					uuid,
					eventDetails: mfaEvent(uuid),
					headers: expect.objectContaining({ 'x-okta-request-id': `request-${index}` }),
				})),
			);
			if (output === 'rawEvent') expect(items).toEqual(expected.map((item) => item.eventDetails));
			else expect(items).toMatchObject(expected);
			expect(JSON.stringify(items)).not.toContain(setup.org.secretOf(setup.org.hooks()[0].id));
		},
	);

	it('bring only the events that the filters let through', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		engine.setParameters({ outcomes: 'FAILURE' });
		const failed = { outcome: { result: 'FAILURE' } };
		const sent = [
			await arrive(setup, [mfaEvent('u1', failed), 'u2']),
			await arrive(setup, ['u3']),
			await arrive(setup, ['u4', mfaEvent('u5', failed)]),
		];
		// Nothing of it is to be stored, so it has nothing to wait for.
		expect(await sent[1].answer).toBe(204);
		await expectUnanswered(setup, [sent[0], sent[2]]);
		store();

		expect(await answersOf(sent)).toEqual([204, 204, 204]);
		expect(executed(engine)).toEqual([['u1', 'u5']]);
	});

	it('are stored while further ones wait, which go next', async () => {
		const setup = await start();
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2']);
		const storeGroup = await storeAndHold(setup, store);
		const { sent: more, store: storeMore } = await fill(setup);
		sent.push(...(await arriveEach(setup, ['u3', 'u4', 'u5'])));
		storeGroup();
		storeMore();

		expect(await answersOf([...sent, ...more])).toEqual(Array(5 + MANY).fill(204));
		expect(executed(setup.engine)).toEqual([
			['u1', 'u2'],
			['u3', 'u4', 'u5'],
		]);
	});
});

describe('The time that a delivery waits', () => {
	it('is half a second at most: then its group goes to n8n, whatever n8n still stores', async () => {
		const setup = await start();
		const { engine, waits } = setup;
		const { sent: first, store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		expect(waits.asked).toEqual([500, 500, 500]);
		expect(engine.heldCount()).toBe(MANY);
		waits.pass();
		await until(() => engine.heldCount() === MANY + 1);
		await expectUnanswered(setup, [...first, ...sent]);

		// Those that come now wait in turn.
		sent.push(...(await arriveEach(setup, ['u4', 'u5'])));
		expect(engine.heldCount()).toBe(MANY + 1);
		waits.pass();
		await until(() => engine.heldCount() === MANY + 2);
		store();

		expect(await answersOf(sent)).toEqual(Array(5).fill(204));
		expect(executed(engine)).toEqual([
			['u1', 'u2', 'u3'],
			['u4', 'u5'],
		]);
	});

	it('ends by itself', async () => {
		const setup = await startPublished(PATIENT);
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		await until(() => engine.heldCount() > MANY);
		store();

		expect(await answersOf(sent)).toEqual([204, 204, 204]);
		expect(executed(engine).flat()).toEqual(['u1', 'u2', 'u3']);
	});

	it('is over for all that fit into no execution of those before them', async () => {
		const setup = await start();
		const { engine, waits } = setup;
		const { store } = await fill(setup);
		const uuids = Array.from({ length: MAX_ITEMS }, (_, index) => `u${index}`);
		const sent = [
			await arrive(setup, uuids.slice(0, 60)),
			await arrive(setup, uuids.slice(60).concat('more')),
			await arrive(setup, ['last']),
		];
		waits.pass();
		await until(() => engine.heldCount() === MANY + 2);
		store();

		expect(await answersOf(sent)).toEqual([204, 204, 204]);
		expect(executed(engine).map(({ length }) => length)).toEqual([60, 42]);
	});
});

describe('An execution of several deliveries', () => {
	it('has 100 items at most', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent: Sent[] = [];
		for (let index = 0; index < 60; index++) {
			sent.push(await arrive(setup, [`u${index}-a`, `u${index}-b`]));
		}
		store();

		expect(await answersOf(sent)).toEqual(sent.map(() => 204));
		expect(executed(engine).map(({ length }) => length)).toEqual([100, 20]);
	});

	it('has none of a delivery that has more than that, which goes alone', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const large = Array.from({ length: MAX_ITEMS + 1 }, (_, index) => `large-${index}`);
		const sent = [
			await arrive(setup, ['u1']),
			await arrive(setup, large),
			await arrive(setup, ['u2']),
			await arrive(setup, ['u3']),
		];
		store();

		expect(await answersOf(sent)).toEqual([204, 204, 204, 204]);
		expect(executed(engine)).toEqual([['u1'], large, ['u2', 'u3']]);
	});

	it('comes from 512 kB of requests at most, and a larger one goes alone', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const sized = (uuid: string, kB: number) =>
			mfaEvent(uuid, { displayMessage: 'x'.repeat(kB * 1024) });
		const sent: Sent[] = [];
		for (const [uuid, kB] of [
			['u1', 200],
			['u2', 300],
			['u3', 20],
			['u4', 600],
			['u5', 1],
			['u6', 1],
		] as const) {
			sent.push(await arrive(setup, [sized(uuid, kB)]));
		}
		store();

		expect(await answersOf(sent)).toEqual(sent.map(() => 204));
		expect(executed(engine)).toEqual([['u1', 'u2'], ['u3'], ['u4'], ['u5', 'u6']]);
	});
});

describe('A hundred deliveries that wait', () => {
	it('are all there may be: the next gets 503, and its event comes through at the retry', async () => {
		const setup = await start();
		const { engine, org } = setup;
		const { store } = await fill(setup);
		const before = engine.requestCount();
		const sent = Array.from({ length: MAX_WAITING }, (_, index) => deliver(setup, [`u${index}`]));
		await until(() => engine.requestCount() === before + MAX_WAITING);
		const [late, later] = [await arrive(setup, ['late']), await arrive(setup, ['later'])];

		expect(await answersOf([late, later])).toEqual([503, 503]);
		expect(engine.warnings()).toEqual([
			'Rejected a request with 503: too many deliveries are waiting to be stored.',
		]);
		const [warning] = engine.log().filter((entry) => entry.startsWith('["warn"'));
		expect(warning).toContain(org.hooks()[0].id);
		await expectUnanswered(setup, sent);
		store();
		expect(await answersOf(sent)).toEqual(sent.map(() => 204));
		expect(executed(engine)).toHaveLength(1);
		expect(await deliver(setup, ['late']).answer).toBe(204);
		expect(executed(engine)).toHaveLength(2);
		expect(executed(engine)[1]).toEqual(['late']);
		await expectRoomForAll(setup);
	});

	it('leave a repeat that waits for one of them alone, which takes no room', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const before = engine.requestCount();
		const sent = Array.from({ length: MAX_WAITING }, (_, index) => deliver(setup, [`u${index}`]));
		await until(() => engine.requestCount() === before + MAX_WAITING);
		const repeat = await arrive(setup, ['u7']);
		await expectUnanswered(setup, [repeat]);
		store();

		expect(await answersOf([...sent, repeat])).toEqual(Array(MAX_WAITING + 1).fill(204));
		expect(executed(engine).flat().sort()).toEqual(sent.map((_, index) => `u${index}`).sort());
	});

	it('are those of all hooks, while a hook that is not busy needs no room', async () => {
		const setup = await start();
		const second = await startSecondHook(setup);
		const { store } = await fill(setup);
		const before = setup.engine.requestCount();
		const sent = Array.from({ length: MAX_WAITING }, (_, index) => deliver(setup, [`u${index}`]));
		await until(() => setup.engine.requestCount() === before + MAX_WAITING);

		expect(await deliver(second, ['u1']).answer).toBe(204);
		const { sent: busy, store: storeSecond } = await fill(second);
		expect(await deliver(second, ['u2']).answer).toBe(503);
		storeSecond();
		store();
		expect(await answersOf([...sent, ...busy])).toEqual(Array(MAX_WAITING + MANY).fill(204));
		expect(executed(second.engine)).toEqual([['u1']]);
		await expectRoomForAll(second);
	});
});

describe('Several hooks', () => {
	it('wait only for executions of their own, and have groups of their own', async () => {
		const setup = await start();
		const second = await startSecondHook(setup);
		const { store } = await fill(setup);
		const waiting = await arriveEach(setup, ['u1', 'u2']);
		const { waits } = setup;
		const asked = waits.asked.length;
		expect(await deliver(second, ['u1']).answer).toBe(204);
		expect(waits.asked).toHaveLength(asked);

		const { store: storeSecond } = await fill(second);
		const atSecond = await arriveEach(second, ['u2', 'u3']);
		waiting.push(await arrive(setup, ['u3']));
		await expectUnanswered(setup, [...waiting, ...atSecond]);
		storeSecond();
		expect(await answersOf(atSecond)).toEqual([204, 204]);
		await expectUnanswered(setup, waiting);
		store();
		expect(await answersOf(waiting)).toEqual([204, 204, 204]);
		expect(executed(setup.engine)).toEqual([['u1', 'u2', 'u3']]);
		expect(executed(second.engine)).toEqual([['u1'], ['u2', 'u3']]);
	});

	it('are not affected by a group of one that could not be stored', async () => {
		const setup = await start();
		const second = await startSecondHook(setup);
		const { store } = await fill(setup);
		const { store: storeSecond } = await fill(second);
		const sent = await arriveEach(setup, ['u1', 'u2']);
		const atSecond = await arriveEach(second, ['u1', 'u2']);
		const storeGroup = await storeAndHold(setup, store);
		setup.engine.failToStore(1);
		storeGroup();
		expect(await answersOf(sent)).toEqual([500, 503]);
		storeSecond();

		expect(await answersOf(atSecond)).toEqual([204, 204]);
		expect(executed(second.engine)).toEqual([['u1', 'u2']]);
		expect(executed(setup.engine)).toEqual([]);
	});
});

describe('Test events in the editor', () => {
	it('never wait and never share an execution, however many come', async () => {
		const setup = await start();
		const { engine, org, waits } = setup;
		await engine.startTest();
		const url = org.hooks().find(({ name }) => name.startsWith('n8n test: '))!.channel.config.uri;
		const { store } = await fill(setup);
		const waiting = await arriveEach(setup, ['u1', 'u2']);
		const asked = waits.asked.length;
		const tests = ['t1', 't2', 't3', 't4', 't5', 't6'];
		const sent: Sent[] = [];
		for (const uuid of tests) sent.push(await arrive(setup, [uuid], { url }));
		await until(() => engine.heldCount() === MANY + tests.length);
		expect(waits.asked).toHaveLength(asked);
		store();

		expect(await answersOf([...sent, ...waiting])).toEqual(Array(8).fill(204));
		expect(executed(engine)).toEqual([...tests.map((uuid) => [uuid]), ['u1', 'u2']]);
		await engine.endTest();
	});
});

describe('The option "One Execution per Delivery"', () => {
	it('has each delivery start an execution at once, however busy n8n is', async () => {
		const setup = await start({ parameters: ALONE });
		const { engine, waits } = setup;
		const store = engine.holdExecutions();
		const uuids = Array.from({ length: 20 }, (_, index) => `u${index}`);
		const sent = await arriveEach(setup, uuids);
		await until(() => engine.heldCount() === uuids.length);
		await expectUnanswered(setup, sent);
		store();

		expect(await answersOf(sent)).toEqual(uuids.map(() => 204));
		expect(executed(engine)).toEqual(uuids.map((uuid) => [uuid]));
		expect(waits.asked).toEqual([]);
	});

	it('still drops repeats, and tells Okta what could not be stored', async () => {
		const setup = await start({ parameters: ALONE });
		const { engine } = setup;
		const store = engine.holdExecutions();
		const sent = await arriveEach(setup, ['u1', 'u2', 'u1']);
		await until(() => engine.heldCount() === 2);
		engine.failToStore(1);
		store();

		expect(await answersOf(sent)).toEqual([500, 204, 204]);
		expect(executed(engine)).toEqual([['u2'], ['u1']]);
	});

	it('counts from the next delivery on when the workflow is changed', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const waiting = await arriveEach(setup, ['u1', 'u2']);
		engine.setParameters(ALONE);
		const alone = await arriveEach(setup, ['u3', 'u4']);
		await until(() => engine.heldCount() === MANY + 2);
		store();

		expect(await answersOf([...waiting, ...alone])).toEqual([204, 204, 204, 204]);
		expect(executed(engine)).toEqual([['u3'], ['u4'], ['u1', 'u2']]);
	});

	it.each([['of no known value', { options: { oneExecutionPerDelivery: '={{ true }}' } }]])(
		'is off if it is %s',
		async (_, parameters) => {
			const setup = await start();
			const { store } = await fill(setup);
			setup.engine.setParameters(parameters);
			const sent = await arriveEach(setup, ['u1', 'u2']);
			store();

			expect(await answersOf(sent)).toEqual([204, 204]);
			expect(executed(setup.engine)).toEqual([['u1', 'u2']]);
		},
	);
});
