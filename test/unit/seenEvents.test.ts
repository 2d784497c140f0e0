import { flushPromises } from './fixtures/clock';
import {
	requestClaim,
	claim,
	claimForOtherTrigger,
	granted,
	handOff,
	itself,
	memoryOf,
	TRIGGER,
	claimable,
} from './fixtures/seenEvents';

describe('A delivery', () => {
	it('gets its events in order', async () => {
		expect(await handOff(memoryOf(10), 'b', 'a', 'c')).toEqual(['b', 'a', 'c']);
	});

	it('gets nothing if it repeats one that is done', async () => {
		const seen = memoryOf(10);
		await handOff(seen, 'a', 'b');
		expect(await handOff(seen, 'a', 'b')).toEqual([]);
		expect(await handOff(seen, 'b', 'a')).toEqual([]);
	});

	it('gets only the new events if it overlaps with one that is done', async () => {
		const seen = memoryOf(10);
		await handOff(seen, 'a', 'b');
		expect(await handOff(seen, 'b', 'c', 'a', 'd')).toEqual(['c', 'd']);
		expect(await handOff(seen, 'c', 'd', 'e')).toEqual(['e']);
	});

	it('gets an event once even if it contains it several times', async () => {
		expect(await handOff(memoryOf(10), 'a', 'b', 'a', 'a', 'b')).toEqual(['a', 'b']);
	});

	it('gets the first of several events with the same ID', async () => {
		const events = [
			{ uuid: 'a', from: 'first' },
			{ uuid: 'a', from: 'second' },
		];
		const claimed = await memoryOf(10).claim(TRIGGER, events, ({ uuid }) => uuid);
		expect(granted(claimed).events).toEqual([events[0]]);
	});

	it('gets everything again if its first attempt failed', async () => {
		const seen = memoryOf(10);
		(await claim(seen, 'a', 'b')).settle(false);
		expect(await handOff(seen, 'a', 'b')).toEqual(['a', 'b']);
		expect(await handOff(seen, 'a', 'b')).toEqual([]);
	});

	it('that fails does not make events new that others handed off', async () => {
		const seen = memoryOf(10);
		await handOff(seen, 'a');
		const { events, settle } = await claim(seen, 'a', 'b');
		settle(false);
		expect(events).toEqual(['b']);
		expect(await handOff(seen, 'a', 'b')).toEqual(['b']);
	});

	it('gets its events synchronously, which is faster, if it doesn’t have to wait', async () => {
		const seen = memoryOf(10);
		const claimed = seen.claim(TRIGGER, ['a'], itself);
		expect(claimed).toHaveProperty('events', ['a']);
		const waiting = seen.claim(TRIGGER, ['a'], itself);
		expect(waiting).toBeInstanceOf(Promise);
		granted(await claimed).settle(true);
		expect(await waiting).toHaveProperty('events', []);
	});

	it('without events gets no events', async () => {
		const { events, settle } = await claim(memoryOf(10));
		expect(events).toEqual([]);
		expect(() => settle(true)).not.toThrow();
	});
});

describe('An event that two triggers receive', () => {
	it('goes to both', async () => {
		const seen = memoryOf(10);
		await handOff(seen, 'a', 'b');
		const { events } = await claimForOtherTrigger(seen, 'a', 'b');
		expect(events).toEqual(['a', 'b']);
	});

	it('is not held up by the other trigger’s delivery', async () => {
		const seen = memoryOf(10);
		const { settle } = await claim(seen, 'a');
		const other = await claimForOtherTrigger(seen, 'a');
		expect(other.events).toEqual(['a']);
		other.settle(false);
		settle(true);
		expect(await claimable(seen, 'a')).toEqual([]);
		expect((await claimForOtherTrigger(seen, 'a')).events).toEqual(['a']);
	});
});

describe('An event without an ID', () => {
	it('is always new, because it cannot be recognized', async () => {
		const seen = memoryOf(10);
		const idOf = (): undefined => undefined;
		for (let time = 0; time < 3; time++) {
			const { events, settle } = granted(await seen.claim(TRIGGER, ['x', 'x'], idOf));
			expect(events).toEqual(['x', 'x']);
			settle(true);
		}
	});

	it('is new even among repeats', async () => {
		const seen = memoryOf(10);
		const idOf = (event: string) => (event === '?' ? undefined : event);
		granted(await seen.claim(TRIGGER, ['a', '?'], idOf)).settle(true);
		const next = await seen.claim(TRIGGER, ['a', '?', 'b'], idOf);
		expect(granted(next).events).toEqual(['?', 'b']);
	});

	it('does not make other deliveries wait', async () => {
		const seen = memoryOf(10);
		const idOf = (): undefined => undefined;
		await seen.claim(TRIGGER, ['x'], idOf);
		let events: string[] | undefined;
		void Promise.resolve(seen.claim(TRIGGER, ['x'], idOf)).then((claimed) => {
			events = granted(claimed).events;
		});
		await flushPromises();
		expect(events).toEqual(['x']);
	});
});

describe('Settling a claim', () => {
	it.each([
		[true, true, []],
		[true, false, []],
		[false, false, ['a']],
		[false, true, ['a']],
	])('has an effect only the first time: %s, then %s', async (first, second, left) => {
		const seen = memoryOf(10);
		const { settle } = await claim(seen, 'a');
		settle(first);
		settle(second);
		expect(await claimable(seen, 'a')).toEqual(left);
	});

	it('a second time does not settle another delivery’s claim', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		first.settle(false);
		const second = await claim(seen, 'a');
		first.settle(true);
		const third = await requestClaim(seen, 'a');
		expect(third.claim).toBeUndefined();
		second.settle(true);
		await flushPromises();
		expect(third.claim?.events).toEqual([]);
	});
});

describe('Forgetting the events of a trigger', () => {
	it('makes everything new that it has handed off, however long ago', async () => {
		const seen = memoryOf(3);
		await handOff(seen, 'a', 'b', 'c', 'd');
		seen.forget(TRIGGER);
		expect(await claimable(seen, 'a', 'b', 'c', 'd')).toEqual(['a', 'b', 'c', 'd']);
	});

	it('keeps pending claims', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		seen.forget(TRIGGER);
		expect(seen.progressOf(TRIGGER)('a')).toBe('pending');
	});

	it('doesn’t affect other triggers or reduce their capacity', async () => {
		const capacity = 7;
		const seen = memoryOf(capacity);
		(await claimForOtherTrigger(seen, 'a')).settle(true);
		for (let count = 0; count < 3 * capacity; count += 1) {
			await handOff(seen, `event ${count}`);
			seen.forget(TRIGGER);
		}
		expect((await claimForOtherTrigger(seen, 'a')).events).toEqual([]);
	});
});

describe('The memory', () => {
	it('always holds at least as many of the latest events as its capacity', async () => {
		const capacity = 7;
		const seen = memoryOf(capacity);
		for (let count = 1; count <= 50; count++) {
			await handOff(seen, `event ${count}`);
			const from = Math.max(1, count - capacity + 1);
			const latest = Array.from(
				{ length: count - from + 1 },
				(_, index) => `event ${from + index}`,
			);
			expect(await claimable(seen, ...latest)).toEqual([]);
		}
	});

	it('never holds more than twice its capacity', async () => {
		const capacity = 7;
		const seen = memoryOf(capacity);
		for (let count = 1; count <= 50; count++) {
			await handOff(seen, `event ${count}`);
			const old = Array.from(
				{ length: Math.max(0, count - 2 * capacity) },
				(_, index) => `event ${index + 1}`,
			);
			expect(await claimable(seen, ...old)).toEqual(old);
		}
	});

	it('shares its capacity among all triggers and forgets inactive ones', async () => {
		const capacity = 7;
		const seen = memoryOf(capacity);
		(await claimForOtherTrigger(seen, 'a')).settle(true);
		const isRemembered = async () => {
			const { events, settle } = await claimForOtherTrigger(seen, 'a');
			settle(false);
			return events.length === 0;
		};
		for (let count = 1; count < capacity; count++) {
			expect(await isRemembered()).toBe(true);
			await handOff(seen, `event ${count}`);
		}
		for (let count = 0; count < capacity; count++) await handOff(seen, `later ${count}`);
		expect(await isRemembered()).toBe(false);
	});

	it('stays within its limits after one large delivery', async () => {
		const seen = memoryOf(10);
		const large = Array.from({ length: 95 }, (_, index) => `event ${index}`);
		await handOff(seen, ...large);
		const again = await claimable(seen, ...large);
		expect(again.length).toBeGreaterThanOrEqual(95 - 20);
		expect(again.length).toBeLessThanOrEqual(95 - 10);
		expect(again).toEqual(large.slice(0, again.length));
	});

	it('keeps no claim for deliveries without new events, which are never settled', async () => {
		const seen = memoryOf(10);
		await handOff(seen, 'a');
		for (let repeat = 0; repeat < 100; repeat += 1) await claim(seen, 'a');
		await claim(seen);
		expect(Reflect.get(seen, 'pending')).toEqual([]);
	});

	it('is not used up by failed or repeated deliveries', async () => {
		const seen = memoryOf(5);
		await handOff(seen, 'a');
		for (let index = 0; index < 30; index++) {
			(await claim(seen, `failed ${index}`)).settle(false);
			await handOff(seen, 'a');
		}
		expect(await claimable(seen, 'a')).toEqual([]);
	});
});
