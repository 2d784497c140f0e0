import {
	ONE_PER_DELIVERY,
	statusesOf,
	arrive,
	arriveEach,
	deliver,
	executed,
	expectRoomForAll,
	expectNoResponse,
	fill,
	MANY,
	MAX_ITEMS,
	MAX_WAITING,
	mfaEvent,
	LONG_TIMEOUT,
	start,
	startSecondHook,
	stopEverything,
	storeAndHold,
} from './burst';
import type { Sent } from './burst';
import { startPublished, until } from './setup';

afterEach(stopEverything);

describe('A delivery without load', () => {
	it('starts its own execution and never waits', async () => {
		const setup = await start();
		for (const uuid of ['u1', 'u2', 'u3']) {
			expect(await deliver(setup, [uuid]).response).toBe(204);
		}

		expect(executed(setup.engine)).toEqual([['u1'], ['u2'], ['u3']]);
		expect(setup.waits.requested).toEqual([]);
	});

	it('does so again after a burst', async () => {
		const setup = await start();
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2']);
		store();
		await statusesOf(sent);
		const waits = setup.waits.requested.length;
		for (const uuid of ['u3', 'u4']) expect(await deliver(setup, [uuid]).response).toBe(204);

		expect(executed(setup.engine)).toEqual([['u1', 'u2'], ['u3'], ['u4']]);
		expect(setup.waits.requested).toHaveLength(waits);
	});
});

describe('Deliveries that arrive while n8n stores executions of their hook', () => {
	it('start one execution together, in order of arrival', async () => {
		const setup = await start();
		const { sent: first, store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		expect(executed(setup.engine)).toEqual([]);
		store();

		expect(await statusesOf([...first, ...sent])).toEqual(Array(MANY + 3).fill(204));
		expect(executed(setup.engine)).toEqual([['u1', 'u2', 'u3']]);
	});

	it('get their responses only once it is stored', async () => {
		const setup = await start();
		const { sent: first, store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		await expectNoResponse(setup, [...first, ...sent]);
		const storeGroup = await storeAndHold(setup, store);
		expect(await statusesOf(first)).toEqual(Array(MANY).fill(204));
		await expectNoResponse(setup, sent);
		storeGroup();

		expect(await statusesOf(sent)).toEqual([204, 204, 204]);
	});

	it.each(['eventCard', 'rawEvent'])(
		'produce one item per event, with the data of its own delivery: output %s',
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

			expect(await statusesOf(sent)).toEqual([204, 204, 204]);
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

	it('emit only the events that pass the filters', async () => {
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
		// None of its events pass, so it has nothing to wait for.
		expect(await sent[1].response).toBe(204);
		await expectNoResponse(setup, [sent[0], sent[2]]);
		store();

		expect(await statusesOf(sent)).toEqual([204, 204, 204]);
		expect(executed(engine)).toEqual([['u1', 'u5']]);
	});

	it('are stored while later ones wait for the next execution', async () => {
		const setup = await start();
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2']);
		const storeGroup = await storeAndHold(setup, store);
		const { sent: more, store: storeMore } = await fill(setup);
		sent.push(...(await arriveEach(setup, ['u3', 'u4', 'u5'])));
		storeGroup();
		storeMore();

		expect(await statusesOf([...sent, ...more])).toEqual(Array(5 + MANY).fill(204));
		expect(executed(setup.engine)).toEqual([
			['u1', 'u2'],
			['u3', 'u4', 'u5'],
		]);
	});
});

describe('The time a delivery waits', () => {
	it('is at most half a second, then its group goes to n8n however busy n8n is', async () => {
		const setup = await start();
		const { engine, waits } = setup;
		const { sent: first, store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		expect(waits.requested).toEqual([500, 500, 500]);
		expect(engine.heldCount()).toBe(MANY);
		waits.pass();
		await until(() => engine.heldCount() === MANY + 1);
		await expectNoResponse(setup, [...first, ...sent]);

		// Deliveries that arrive now wait, too.
		sent.push(...(await arriveEach(setup, ['u4', 'u5'])));
		expect(engine.heldCount()).toBe(MANY + 1);
		waits.pass();
		await until(() => engine.heldCount() === MANY + 2);
		store();

		expect(await statusesOf(sent)).toEqual(Array(5).fill(204));
		expect(executed(engine)).toEqual([
			['u1', 'u2', 'u3'],
			['u4', 'u5'],
		]);
	});

	it('ends with a real timer', async () => {
		const setup = await startPublished(LONG_TIMEOUT);
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent = await arriveEach(setup, ['u1', 'u2', 'u3']);
		await until(() => engine.heldCount() > MANY);
		store();

		expect(await statusesOf(sent)).toEqual([204, 204, 204]);
		expect(executed(engine).flat()).toEqual(['u1', 'u2', 'u3']);
	});

	it("ends at the same time for deliveries that don't fit into one execution", async () => {
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

		expect(await statusesOf(sent)).toEqual([204, 204, 204]);
		expect(executed(engine).map(({ length }) => length)).toEqual([60, 42]);
	});
});

describe('An execution for several deliveries', () => {
	it('has at most 100 items', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const sent: Sent[] = [];
		for (let index = 0; index < 60; index++) {
			sent.push(await arrive(setup, [`u${index}-a`, `u${index}-b`]));
		}
		store();

		expect(await statusesOf(sent)).toEqual(sent.map(() => 204));
		expect(executed(engine).map(({ length }) => length)).toEqual([100, 20]);
	});

	it('does not include a delivery with more items than that, which goes alone', async () => {
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

		expect(await statusesOf(sent)).toEqual([204, 204, 204, 204]);
		expect(executed(engine)).toEqual([['u1'], large, ['u2', 'u3']]);
	});

	it('covers at most 512 kB of requests, and a larger request goes alone', async () => {
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

		expect(await statusesOf(sent)).toEqual(sent.map(() => 204));
		expect(executed(engine)).toEqual([['u1', 'u2'], ['u3'], ['u4'], ['u5', 'u6']]);
	});
});

describe('The limit of 100 waiting deliveries', () => {
	it('rejects the next one with a 503, and its event gets through at the retry', async () => {
		const setup = await start();
		const { engine, org } = setup;
		const { store } = await fill(setup);
		const before = engine.requestCount();
		const sent = Array.from({ length: MAX_WAITING }, (_, index) => deliver(setup, [`u${index}`]));
		await until(() => engine.requestCount() === before + MAX_WAITING);
		const [late, later] = [await arrive(setup, ['late']), await arrive(setup, ['later'])];

		expect(await statusesOf([late, later])).toEqual([503, 503]);
		expect(engine.warnings()).toEqual([
			'Rejected a request with 503: too many deliveries are waiting to be stored.',
		]);
		const [warning] = engine.log().filter((entry) => entry.startsWith('["warn"'));
		expect(warning).toContain(org.hooks()[0].id);
		await expectNoResponse(setup, sent);
		store();
		expect(await statusesOf(sent)).toEqual(sent.map(() => 204));
		expect(executed(engine)).toHaveLength(1);
		expect(await deliver(setup, ['late']).response).toBe(204);
		expect(executed(engine)).toHaveLength(2);
		expect(executed(engine)[1]).toEqual(['late']);
		await expectRoomForAll(setup);
	});

	it('does not count a repeat that waits for one of them', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const before = engine.requestCount();
		const sent = Array.from({ length: MAX_WAITING }, (_, index) => deliver(setup, [`u${index}`]));
		await until(() => engine.requestCount() === before + MAX_WAITING);
		const repeat = await arrive(setup, ['u7']);
		await expectNoResponse(setup, [repeat]);
		store();

		expect(await statusesOf([...sent, repeat])).toEqual(Array(MAX_WAITING + 1).fill(204));
		expect(executed(engine).flat().sort()).toEqual(sent.map((_, index) => `u${index}`).sort());
	});

	it('applies to all hooks together, but not to a hook that is not busy', async () => {
		const setup = await start();
		const second = await startSecondHook(setup);
		const { store } = await fill(setup);
		const before = setup.engine.requestCount();
		const sent = Array.from({ length: MAX_WAITING }, (_, index) => deliver(setup, [`u${index}`]));
		await until(() => setup.engine.requestCount() === before + MAX_WAITING);

		expect(await deliver(second, ['u1']).response).toBe(204);
		const { sent: busy, store: storeSecond } = await fill(second);
		expect(await deliver(second, ['u2']).response).toBe(503);
		storeSecond();
		store();
		expect(await statusesOf([...sent, ...busy])).toEqual(Array(MAX_WAITING + MANY).fill(204));
		expect(executed(second.engine)).toEqual([['u1']]);
		await expectRoomForAll(second);
	});
});

describe('Several hooks', () => {
	it('each wait for their own executions and form their own groups', async () => {
		const setup = await start();
		const second = await startSecondHook(setup);
		const { store } = await fill(setup);
		const waiting = await arriveEach(setup, ['u1', 'u2']);
		const { waits } = setup;
		const requested = waits.requested.length;
		expect(await deliver(second, ['u1']).response).toBe(204);
		expect(waits.requested).toHaveLength(requested);

		const { store: storeSecond } = await fill(second);
		const atSecond = await arriveEach(second, ['u2', 'u3']);
		waiting.push(await arrive(setup, ['u3']));
		await expectNoResponse(setup, [...waiting, ...atSecond]);
		storeSecond();
		expect(await statusesOf(atSecond)).toEqual([204, 204]);
		await expectNoResponse(setup, waiting);
		store();
		expect(await statusesOf(waiting)).toEqual([204, 204, 204]);
		expect(executed(setup.engine)).toEqual([['u1', 'u2', 'u3']]);
		expect(executed(second.engine)).toEqual([['u1'], ['u2', 'u3']]);
	});

	it("are not affected if another hook's group cannot be stored", async () => {
		const setup = await start();
		const second = await startSecondHook(setup);
		const { store } = await fill(setup);
		const { store: storeSecond } = await fill(second);
		const sent = await arriveEach(setup, ['u1', 'u2']);
		const atSecond = await arriveEach(second, ['u1', 'u2']);
		const storeGroup = await storeAndHold(setup, store);
		setup.engine.failToStore(1);
		storeGroup();
		expect(await statusesOf(sent)).toEqual([500, 503]);
		storeSecond();

		expect(await statusesOf(atSecond)).toEqual([204, 204]);
		expect(executed(second.engine)).toEqual([['u1', 'u2']]);
		expect(executed(setup.engine)).toEqual([]);
	});
});

describe('Test events in the editor', () => {
	it('never wait and never share an execution, however many arrive', async () => {
		const setup = await start();
		const { engine, org, waits } = setup;
		await engine.startTest();
		const url = org.hooks().find(({ name }) => name.startsWith('n8n test: '))!.channel.config.uri;
		const { store } = await fill(setup);
		const waiting = await arriveEach(setup, ['u1', 'u2']);
		const requested = waits.requested.length;
		const tests = ['t1', 't2', 't3', 't4', 't5', 't6'];
		const sent: Sent[] = [];
		for (const uuid of tests) sent.push(await arrive(setup, [uuid], { url }));
		await until(() => engine.heldCount() === MANY + tests.length);
		expect(waits.requested).toHaveLength(requested);
		store();

		expect(await statusesOf([...sent, ...waiting])).toEqual(Array(8).fill(204));
		expect(executed(engine)).toEqual([...tests.map((uuid) => [uuid]), ['u1', 'u2']]);
		await engine.endTest();
	});
});

describe("The option 'One Execution per Delivery'", () => {
	it('starts an execution for each delivery immediately, however busy n8n is', async () => {
		const setup = await start({ parameters: ONE_PER_DELIVERY });
		const { engine, waits } = setup;
		const store = engine.holdExecutions();
		const uuids = Array.from({ length: 20 }, (_, index) => `u${index}`);
		const sent = await arriveEach(setup, uuids);
		await until(() => engine.heldCount() === uuids.length);
		await expectNoResponse(setup, sent);
		store();

		expect(await statusesOf(sent)).toEqual(uuids.map(() => 204));
		expect(executed(engine)).toEqual(uuids.map((uuid) => [uuid]));
		expect(waits.requested).toEqual([]);
	});

	it('still drops repeats and reports to Okta what could not be stored', async () => {
		const setup = await start({ parameters: ONE_PER_DELIVERY });
		const { engine } = setup;
		const store = engine.holdExecutions();
		const sent = await arriveEach(setup, ['u1', 'u2', 'u1']);
		await until(() => engine.heldCount() === 2);
		engine.failToStore(1);
		store();

		expect(await statusesOf(sent)).toEqual([500, 204, 204]);
		expect(executed(engine)).toEqual([['u2'], ['u1']]);
	});

	it('applies to the next delivery after the workflow is changed', async () => {
		const setup = await start();
		const { engine } = setup;
		const { store } = await fill(setup);
		const waiting = await arriveEach(setup, ['u1', 'u2']);
		engine.setParameters(ONE_PER_DELIVERY);
		const alone = await arriveEach(setup, ['u3', 'u4']);
		await until(() => engine.heldCount() === MANY + 2);
		store();

		expect(await statusesOf([...waiting, ...alone])).toEqual([204, 204, 204, 204]);
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

			expect(await statusesOf(sent)).toEqual([204, 204]);
			expect(executed(setup.engine)).toEqual([['u1', 'u2']]);
		},
	);
});
