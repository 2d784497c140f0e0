import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import type { Claim } from '../../nodes/shared/events/seenEvents';
import { flushPromises, ManualClock, MINUTE } from './fixtures/clock';
import { ask, claim, claimForOtherTrigger, memoryOf, wouldTake } from './fixtures/seenEvents';

describe('The same delivery at the same time', () => {
	it('waits while the first has it in hand', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		expect((await ask(seen, 'a')).claim).toBeUndefined();
	});

	it('gets nothing once the first was handed off', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const second = await ask(seen, 'a');
		first.settle(true);
		await flushPromises();
		expect(second.claim?.events).toEqual([]);
	});

	it('gets everything once the first has failed', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a', 'b');
		const second = await ask(seen, 'a', 'b');
		first.settle(false);
		await flushPromises();
		expect(second.claim?.events).toEqual(['a', 'b']);
	});

	it('goes to one waiter at a time, until it is handed off', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const waiters = [await ask(seen, 'a'), await ask(seen, 'a'), await ask(seen, 'a')];
		const holders = () => waiters.filter((waiter) => waiter.claim);
		first.settle(false);
		await flushPromises();
		expect(holders()).toHaveLength(1);
		expect(holders()[0].claim?.events).toEqual(['a']);
		holders()[0].claim?.settle(true);
		await flushPromises();
		expect(waiters.map((waiter) => waiter.claim?.events.length).sort()).toEqual([0, 0, 1]);
	});
});

describe('Deliveries that overlap at the same time', () => {
	it('wait for each other, and the later one gets the rest', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a', 'b');
		const second = await ask(seen, 'b', 'c');
		expect(second.claim).toBeUndefined();
		first.settle(true);
		await flushPromises();
		expect(second.claim?.events).toEqual(['c']);
	});

	it('wait for all whose events they hold', async () => {
		const seen = memoryOf(10);
		const [one, two] = [await claim(seen, 'a'), await claim(seen, 'b')];
		const third = await ask(seen, 'a', 'b', 'c');
		one.settle(true);
		await flushPromises();
		expect(third.claim).toBeUndefined();
		two.settle(false);
		await flushPromises();
		expect(third.claim?.events).toEqual(['b', 'c']);
	});

	it('do not wait when they hold nothing in common', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		expect((await ask(seen, 'b')).claim?.events).toEqual(['b']);
	});

	it('do not hold up others while they wait', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		expect((await ask(seen, 'a', 'b')).claim).toBeUndefined();
		expect((await ask(seen, 'b')).claim?.events).toEqual(['b']);
	});

	it('do not block each other with their events in opposite order', async () => {
		const seen = memoryOf(10);
		const gate = await claim(seen, 'a', 'b');
		const forth = await ask(seen, 'a', 'b');
		const back = await ask(seen, 'b', 'a');
		gate.settle(false);
		await flushPromises();
		const [holder, waiter] = forth.claim ? [forth, back] : [back, forth];
		expect(holder.claim?.events).toHaveLength(2);
		expect(waiter.claim).toBeUndefined();
		holder.claim?.settle(true);
		await flushPromises();
		expect(waiter.claim?.events).toEqual([]);
	});

	it('hand off each event exactly once, whatever fails and however they overlap', async () => {
		const seen = memoryOf(1000);
		// A fixed sequence that looks like chance (Park and Miller's generator).
		let state = 20260304;
		const random = (below: number) => {
			state = (state * 48271) % 2147483647;
			return state % below;
		};
		const open: Array<Claim<string>> = [];
		let waiting = 300;
		for (let delivery = 0; delivery < 300; delivery++) {
			const ids = Array.from({ length: 1 + random(5) }, () => `event ${random(40)}`);
			void claim(seen, ...ids).then((claimed) => {
				open.push(claimed);
				waiting--;
			});
		}
		const handedOff: string[] = [];
		for (;;) {
			await flushPromises();
			const inHand = open.flatMap(({ events }) => events);
			expect(inHand).toHaveLength(new Set(inHand).size);
			if (open.length === 0) break;
			const [{ events, settle }] = open.splice(random(open.length), 1);
			const works = random(3) > 0;
			if (works) handedOff.push(...events);
			settle(works);
		}
		expect(waiting).toBe(0);
		expect(handedOff).toHaveLength(40);
		expect(new Set(handedOff).size).toBe(40);
	});
});

describe('A delivery that n8n never answers', () => {
	const start = () => {
		const clock = new ManualClock();
		return { clock, seen: new SeenEvents(10, clock) };
	};

	it('keeps its events for 15 minutes after Okta has disconnected, then the next one gets them', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a', 'b');
		first.abandon();
		await clock.pass(15 * MINUTE - 1);
		const early = await ask(seen, 'a');
		expect(early.claim).toBeUndefined();
		await clock.pass(1);
		expect(await wouldTake(seen, 'b')).toEqual(['b']);
	});

	it('hands its events to one that already waits for them', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		const waiter = await ask(seen, 'a', 'b');
		first.abandon();
		await clock.pass(15 * MINUTE - 1);
		expect(waiter.claim).toBeUndefined();
		// One that waits looks once a second.
		await clock.pass(1000);
		expect(waiter.claim?.events).toEqual(['a', 'b']);
	});

	it('hands them to one waiter at a time', async () => {
		const { clock, seen } = start();
		(await claim(seen, 'a')).abandon();
		const waiters = [await ask(seen, 'a'), await ask(seen, 'a')];
		await clock.pass(15 * MINUTE);
		const holders = waiters.filter((waiter) => waiter.claim);
		expect(holders).toHaveLength(1);
		holders[0].claim?.settle(true);
		await flushPromises();
		expect(waiters.map((waiter) => waiter.claim?.events.length).sort()).toEqual([0, 1]);
	});

	it('doesn’t lose its events while Okta is still connected, however long that takes', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		const waiter = await ask(seen, 'a');
		for (let hour = 0; hour < 24; hour += 1) await clock.pass(60 * MINUTE);
		expect(waiter.claim).toBeUndefined();
		first.settle(true);
		await flushPromises();
		expect(waiter.claim?.events).toEqual([]);
	});

	it('counts from the first time that it was abandoned', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		first.abandon();
		await clock.pass(10 * MINUTE);
		first.abandon();
		await clock.pass(5 * MINUTE);
		expect(await wouldTake(seen, 'a')).toEqual(['a']);
	});

	it.each([
		[true, [], []],
		[false, ['a'], ['a']],
	])('can still end in time: %s', async (isDone, forWaiter, left) => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		first.abandon();
		const waiter = await ask(seen, 'a');
		await clock.pass(14 * MINUTE);
		first.settle(isDone);
		// The waiter doesn't sleep any longer then.
		await flushPromises();
		expect(waiter.claim?.events).toEqual(forWaiter);
		waiter.claim?.settle(false);
		await clock.pass(60 * MINUTE);
		expect(await wouldTake(seen, 'a')).toEqual(left);
	});

	it('has no say any more once its events have gone to another', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		first.abandon();
		await clock.pass(15 * MINUTE);
		const second = await claim(seen, 'a');
		first.settle(true);
		first.abandon();
		await clock.pass(15 * MINUTE);
		const third = await ask(seen, 'a');
		expect(third.claim).toBeUndefined();
		second.settle(false);
		await flushPromises();
		expect(third.claim?.events).toEqual(['a']);
	});

	it('doesn’t take others along when its time is up', async () => {
		const { clock, seen } = start();
		(await claim(seen, 'a')).abandon();
		await clock.pass(10 * MINUTE);
		(await claim(seen, 'b')).abandon();
		await claim(seen, 'c');
		await clock.pass(5 * MINUTE);
		expect(await wouldTake(seen, 'a')).toEqual(['a']);
		expect((await ask(seen, 'b')).claim).toBeUndefined();
		expect((await ask(seen, 'c')).claim).toBeUndefined();
	});

	it('leaves nothing in memory', async () => {
		const { clock, seen } = start();
		for (let index = 0; index < 100; index += 1) (await claim(seen, `event ${index}`)).abandon();
		await clock.pass(15 * MINUTE);
		await claimForOtherTrigger(seen, 'another');
		expect(Reflect.get(seen, 'pending')).toHaveLength(1);
	});

	it('has each waiter wait for one moment at a time', async () => {
		const { clock, seen } = start();
		await claim(seen, 'a');
		await ask(seen, 'a');
		for (let second = 0; second < 100; second += 1) await clock.pass(1000);
		expect(clock.sleeping).toBe(1);
	});
});
