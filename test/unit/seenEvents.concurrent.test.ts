import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import type { Claim } from '../../nodes/shared/events/seenEvents';
import { flushPromises, ManualClock, MINUTE } from './fixtures/clock';
import {
	requestClaim,
	claim,
	claimForOtherTrigger,
	memoryOf,
	claimable,
} from './fixtures/seenEvents';

describe('A concurrent repeat of a delivery', () => {
	it('waits while the first claim is pending', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		expect((await requestClaim(seen, 'a')).claim).toBeUndefined();
	});

	it('gets nothing once the first one is done', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const second = await requestClaim(seen, 'a');
		first.settle(true);
		await flushPromises();
		expect(second.claim?.events).toEqual([]);
	});

	it('gets everything once the first one fails', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a', 'b');
		const second = await requestClaim(seen, 'a', 'b');
		first.settle(false);
		await flushPromises();
		expect(second.claim?.events).toEqual(['a', 'b']);
	});

	it('is granted to one waiter at a time until it is done', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const waiters = [
			await requestClaim(seen, 'a'),
			await requestClaim(seen, 'a'),
			await requestClaim(seen, 'a'),
		];
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

describe('Concurrent deliveries that overlap', () => {
	it('wait for each other, and the later one gets the remaining events', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a', 'b');
		const second = await requestClaim(seen, 'b', 'c');
		expect(second.claim).toBeUndefined();
		first.settle(true);
		await flushPromises();
		expect(second.claim?.events).toEqual(['c']);
	});

	it('wait for every delivery that shares an event with them', async () => {
		const seen = memoryOf(10);
		const [one, two] = [await claim(seen, 'a'), await claim(seen, 'b')];
		const third = await requestClaim(seen, 'a', 'b', 'c');
		one.settle(true);
		await flushPromises();
		expect(third.claim).toBeUndefined();
		two.settle(false);
		await flushPromises();
		expect(third.claim?.events).toEqual(['b', 'c']);
	});

	it('do not wait if they share no events', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		expect((await requestClaim(seen, 'b')).claim?.events).toEqual(['b']);
	});

	it('do not hold up others while they wait', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		expect((await requestClaim(seen, 'a', 'b')).claim).toBeUndefined();
		expect((await requestClaim(seen, 'b')).claim?.events).toEqual(['b']);
	});

	it('do not deadlock with their events in opposite order', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a', 'b');
		const second = await requestClaim(seen, 'a', 'b');
		const third = await requestClaim(seen, 'b', 'a');
		first.settle(false);
		await flushPromises();
		const [holder, waiter] = second.claim ? [second, third] : [third, second];
		expect(holder.claim?.events).toHaveLength(2);
		expect(waiter.claim).toBeUndefined();
		holder.claim?.settle(true);
		await flushPromises();
		expect(waiter.claim?.events).toEqual([]);
	});

	it('hand off each event exactly once, whatever fails and however they overlap', async () => {
		const seen = memoryOf(1000);
		// A reproducible pseudorandom sequence (Park-Miller generator).
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
			const pending = open.flatMap(({ events }) => events);
			expect(pending).toHaveLength(new Set(pending).size);
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

describe('A delivery that n8n never responds to', () => {
	const start = () => {
		const clock = new ManualClock();
		return { clock, seen: new SeenEvents(10, clock) };
	};

	it('keeps its events for 15 minutes after Okta has disconnected, then the next one gets them', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a', 'b');
		first.abandon();
		await clock.pass(15 * MINUTE - 1);
		const early = await requestClaim(seen, 'a');
		expect(early.claim).toBeUndefined();
		await clock.pass(1);
		expect(await claimable(seen, 'b')).toEqual(['b']);
	});

	it('gives its events to a delivery that already waits for them', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		const waiter = await requestClaim(seen, 'a', 'b');
		first.abandon();
		await clock.pass(15 * MINUTE - 1);
		expect(waiter.claim).toBeUndefined();
		// Waiting deliveries check once a second.
		await clock.pass(1000);
		expect(waiter.claim?.events).toEqual(['a', 'b']);
	});

	it('gives its events to one waiter at a time', async () => {
		const { clock, seen } = start();
		(await claim(seen, 'a')).abandon();
		const waiters = [await requestClaim(seen, 'a'), await requestClaim(seen, 'a')];
		await clock.pass(15 * MINUTE);
		const holders = waiters.filter((waiter) => waiter.claim);
		expect(holders).toHaveLength(1);
		holders[0].claim?.settle(true);
		await flushPromises();
		expect(waiters.map((waiter) => waiter.claim?.events.length).sort()).toEqual([0, 1]);
	});

	it('keeps its events as long as Okta stays connected', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		const waiter = await requestClaim(seen, 'a');
		for (let hour = 0; hour < 24; hour += 1) await clock.pass(60 * MINUTE);
		expect(waiter.claim).toBeUndefined();
		first.settle(true);
		await flushPromises();
		expect(waiter.claim?.events).toEqual([]);
	});

	it('loses its events 15 minutes after it was first abandoned', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		first.abandon();
		await clock.pass(10 * MINUTE);
		first.abandon();
		await clock.pass(5 * MINUTE);
		expect(await claimable(seen, 'a')).toEqual(['a']);
	});

	it.each([
		[true, [], []],
		[false, ['a'], ['a']],
	])('can still be settled in time: %s', async (isDone, forWaiter, left) => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		first.abandon();
		const waiter = await requestClaim(seen, 'a');
		await clock.pass(14 * MINUTE);
		first.settle(isDone);
		// The waiter no longer sleeps.
		await flushPromises();
		expect(waiter.claim?.events).toEqual(forWaiter);
		waiter.claim?.settle(false);
		await clock.pass(60 * MINUTE);
		expect(await claimable(seen, 'a')).toEqual(left);
	});

	it('has no effect once its events belong to another delivery', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		first.abandon();
		await clock.pass(15 * MINUTE);
		const second = await claim(seen, 'a');
		first.settle(true);
		first.abandon();
		await clock.pass(15 * MINUTE);
		const third = await requestClaim(seen, 'a');
		expect(third.claim).toBeUndefined();
		second.settle(false);
		await flushPromises();
		expect(third.claim?.events).toEqual(['a']);
	});

	it('does not affect other deliveries when it expires', async () => {
		const { clock, seen } = start();
		(await claim(seen, 'a')).abandon();
		await clock.pass(10 * MINUTE);
		(await claim(seen, 'b')).abandon();
		await claim(seen, 'c');
		await clock.pass(5 * MINUTE);
		expect(await claimable(seen, 'a')).toEqual(['a']);
		expect((await requestClaim(seen, 'b')).claim).toBeUndefined();
		expect((await requestClaim(seen, 'c')).claim).toBeUndefined();
	});

	it('leaves nothing in memory', async () => {
		const { clock, seen } = start();
		for (let index = 0; index < 100; index += 1) (await claim(seen, `event ${index}`)).abandon();
		await clock.pass(15 * MINUTE);
		await claimForOtherTrigger(seen, 'another');
		expect(Reflect.get(seen, 'pending')).toHaveLength(1);
	});

	it('makes each waiter sleep only once at a time', async () => {
		const { clock, seen } = start();
		await claim(seen, 'a');
		await requestClaim(seen, 'a');
		for (let second = 0; second < 100; second += 1) await clock.pass(1000);
		expect(clock.sleeping).toBe(1);
	});
});
