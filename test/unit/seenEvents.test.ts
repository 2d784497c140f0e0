import { flushPromises } from './fixtures/clock';
import {
	ask,
	claim,
	claimForOtherTrigger,
	granted,
	handOff,
	itself,
	memoryOf,
	TRIGGER,
	wouldTake,
} from './fixtures/seenEvents';

describe('A delivery', () => {
	it('gets its events, in order', async () => {
		expect(await handOff(memoryOf(10), 'b', 'a', 'c')).toEqual(['b', 'a', 'c']);
	});

	it('gets nothing when it repeats one that was handed off', async () => {
		const seen = memoryOf(10);
		await handOff(seen, 'a', 'b');
		expect(await handOff(seen, 'a', 'b')).toEqual([]);
		expect(await handOff(seen, 'b', 'a')).toEqual([]);
	});

	it('gets only what is new when it overlaps with one that was handed off', async () => {
		const seen = memoryOf(10);
		await handOff(seen, 'a', 'b');
		expect(await handOff(seen, 'b', 'c', 'a', 'd')).toEqual(['c', 'd']);
		expect(await handOff(seen, 'c', 'd', 'e')).toEqual(['e']);
	});

	it('gets an event once that it holds several times', async () => {
		expect(await handOff(memoryOf(10), 'a', 'b', 'a', 'a', 'b')).toEqual(['a', 'b']);
	});

	it('gets the first of several events with the same id', async () => {
		const events = [
			{ uuid: 'a', from: 'first' },
			{ uuid: 'a', from: 'second' },
		];
		const claimed = await memoryOf(10).claim(TRIGGER, events, ({ uuid }) => uuid);
		expect(granted(claimed).events).toEqual([events[0]]);
	});

	it('gets everything again when its first try failed', async () => {
		const seen = memoryOf(10);
		(await claim(seen, 'a', 'b')).settle(false);
		expect(await handOff(seen, 'a', 'b')).toEqual(['a', 'b']);
		expect(await handOff(seen, 'a', 'b')).toEqual([]);
	});

	it('that fails does not bring back what others handed off', async () => {
		const seen = memoryOf(10);
		await handOff(seen, 'a');
		const { events, settle } = await claim(seen, 'a', 'b');
		settle(false);
		expect(events).toEqual(['b']);
		expect(await handOff(seen, 'a', 'b')).toEqual(['b']);
	});

	it('gets its events without a promise, which would take time, if it needn’t wait', async () => {
		const seen = memoryOf(10);
		const claimed = seen.claim(TRIGGER, ['a'], itself);
		expect(claimed).toHaveProperty('events', ['a']);
		const waiting = seen.claim(TRIGGER, ['a'], itself);
		expect(waiting).toBeInstanceOf(Promise);
		granted(await claimed).settle(true);
		expect(await waiting).toHaveProperty('events', []);
	});

	it('without events gets none', async () => {
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
		expect(await wouldTake(seen, 'a')).toEqual([]);
		expect((await claimForOtherTrigger(seen, 'a')).events).toEqual(['a']);
	});
});

describe('An event without an id', () => {
	it('always passes, for it cannot be told from others', async () => {
		const seen = memoryOf(10);
		const idOf = (): undefined => undefined;
		for (let time = 0; time < 3; time++) {
			const { events, settle } = granted(await seen.claim(TRIGGER, ['x', 'x'], idOf));
			expect(events).toEqual(['x', 'x']);
			settle(true);
		}
	});

	it('passes among others that are repeats', async () => {
		const seen = memoryOf(10);
		const idOf = (event: string) => (event === '?' ? undefined : event);
		granted(await seen.claim(TRIGGER, ['a', '?'], idOf)).settle(true);
		const next = await seen.claim(TRIGGER, ['a', '?', 'b'], idOf);
		expect(granted(next).events).toEqual(['?', 'b']);
	});

	it('is not waited for', async () => {
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

describe('Telling how a delivery ended', () => {
	it.each([
		[true, true, []],
		[true, false, []],
		[false, false, ['a']],
		[false, true, ['a']],
	])('counts the first time only: %s, then %s', async (first, second, left) => {
		const seen = memoryOf(10);
		const { settle } = await claim(seen, 'a');
		settle(first);
		settle(second);
		expect(await wouldTake(seen, 'a')).toEqual(left);
	});

	it('a second time does not end what another delivery has in hand by now', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		first.settle(false);
		const second = await claim(seen, 'a');
		first.settle(true);
		const third = await ask(seen, 'a');
		expect(third.claim).toBeUndefined();
		second.settle(true);
		await flushPromises();
		expect(third.claim?.events).toEqual([]);
	});
});

describe('A trigger that is to forget', () => {
	it('gets everything again that it has handed off, also long ago', async () => {
		const seen = memoryOf(3);
		await handOff(seen, 'a', 'b', 'c', 'd');
		seen.forget(TRIGGER);
		expect(await wouldTake(seen, 'a', 'b', 'c', 'd')).toEqual(['a', 'b', 'c', 'd']);
	});

	it('keeps what it has in hand', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		seen.forget(TRIGGER);
		expect(seen.progressOf(TRIGGER)('a')).toBe('pending');
	});

	it('doesn’t make others forget, or take room from them', async () => {
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
	it('holds the latest events, as many as it is to, at any time', async () => {
		const capacity = 7;
		const seen = memoryOf(capacity);
		for (let count = 1; count <= 50; count++) {
			await handOff(seen, `event ${count}`);
			const from = Math.max(1, count - capacity + 1);
			const latest = Array.from(
				{ length: count - from + 1 },
				(_, index) => `event ${from + index}`,
			);
			expect(await wouldTake(seen, ...latest)).toEqual([]);
		}
	});

	it('forgets what is older than twice as many, at any time', async () => {
		const capacity = 7;
		const seen = memoryOf(capacity);
		for (let count = 1; count <= 50; count++) {
			await handOff(seen, `event ${count}`);
			const old = Array.from(
				{ length: Math.max(0, count - 2 * capacity) },
				(_, index) => `event ${index + 1}`,
			);
			expect(await wouldTake(seen, ...old)).toEqual(old);
		}
	});

	it('holds as many of all triggers together, and forgets a trigger that is gone', async () => {
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

	it('also holds within bounds what one large delivery brought', async () => {
		const seen = memoryOf(10);
		const large = Array.from({ length: 95 }, (_, index) => `event ${index}`);
		await handOff(seen, ...large);
		const again = await wouldTake(seen, ...large);
		expect(again.length).toBeGreaterThanOrEqual(95 - 20);
		expect(again.length).toBeLessThanOrEqual(95 - 10);
		expect(again).toEqual(large.slice(0, again.length));
	});

	it('keeps nothing of deliveries without anything new, which nobody ends', async () => {
		const seen = memoryOf(10);
		await handOff(seen, 'a');
		for (let repeat = 0; repeat < 100; repeat += 1) await claim(seen, 'a');
		await claim(seen);
		expect(Reflect.get(seen, 'pending')).toEqual([]);
	});

	it('is not used up by deliveries that failed or repeat', async () => {
		const seen = memoryOf(5);
		await handOff(seen, 'a');
		for (let index = 0; index < 30; index++) {
			(await claim(seen, `failed ${index}`)).settle(false);
			await handOff(seen, 'a');
		}
		expect(await wouldTake(seen, 'a')).toEqual([]);
	});
});
