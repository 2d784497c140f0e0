import { SeenEvents } from '../../nodes/shared/eventHooks/seenEvents';
import type { Claim } from '../../nodes/shared/eventHooks/seenEvents';

/** Lets everything run that can run without anything else happening. */
const everythingElse = async () =>
	await new Promise<void>((resolve) => {
		setImmediate(resolve);
	});

const HOOK = 'who1a2b3c4d5e6f7g8h9';
const OTHER_HOOK = 'who9h8g7f6e5d4c3b2a1';

const claim = async (seen: SeenEvents, ...ids: string[]) => await seen.claim(HOOK, ids, (id) => id);

const claimForOtherHook = async (seen: SeenEvents, ...ids: string[]) =>
	await seen.claim(OTHER_HOOK, ids, (id) => id);

/** A claim that may have to wait. */
async function ask(seen: SeenEvents, ...ids: string[]) {
	const asked: { claim?: Claim<string> } = {};
	void claim(seen, ...ids).then((granted) => {
		asked.claim = granted;
	});
	await everythingElse();
	return asked;
}

async function handOn(seen: SeenEvents, ...ids: string[]): Promise<string[]> {
	const { events, settle } = await claim(seen, ...ids);
	settle(true);
	return events;
}

/** Which of these would be handed on now; none is. */
async function wouldTake(seen: SeenEvents, ...ids: string[]): Promise<string[]> {
	const { events, settle } = await claim(seen, ...ids);
	settle(false);
	return events;
}

describe('A delivery', () => {
	it('gets its events, in order', async () => {
		expect(await handOn(new SeenEvents(10), 'b', 'a', 'c')).toEqual(['b', 'a', 'c']);
	});

	it('gets nothing when it repeats one that was handed on', async () => {
		const seen = new SeenEvents(10);
		await handOn(seen, 'a', 'b');
		expect(await handOn(seen, 'a', 'b')).toEqual([]);
		expect(await handOn(seen, 'b', 'a')).toEqual([]);
	});

	it('gets only what is new when it overlaps with one that was handed on', async () => {
		const seen = new SeenEvents(10);
		await handOn(seen, 'a', 'b');
		expect(await handOn(seen, 'b', 'c', 'a', 'd')).toEqual(['c', 'd']);
		expect(await handOn(seen, 'c', 'd', 'e')).toEqual(['e']);
	});

	it('gets an event once that it holds several times', async () => {
		expect(await handOn(new SeenEvents(10), 'a', 'b', 'a', 'a', 'b')).toEqual(['a', 'b']);
	});

	it('gets the first of several events with the same id', async () => {
		const events = [
			{ uuid: 'a', from: 'first' },
			{ uuid: 'a', from: 'second' },
		];
		const { events: claimed } = await new SeenEvents(10).claim(HOOK, events, ({ uuid }) => uuid);
		expect(claimed).toEqual([events[0]]);
	});

	it('gets everything again when its first try failed', async () => {
		const seen = new SeenEvents(10);
		(await claim(seen, 'a', 'b')).settle(false);
		expect(await handOn(seen, 'a', 'b')).toEqual(['a', 'b']);
		expect(await handOn(seen, 'a', 'b')).toEqual([]);
	});

	it('that fails does not bring back what others handed on', async () => {
		const seen = new SeenEvents(10);
		await handOn(seen, 'a');
		const { events, settle } = await claim(seen, 'a', 'b');
		settle(false);
		expect(events).toEqual(['b']);
		expect(await handOn(seen, 'a', 'b')).toEqual(['b']);
	});

	it('without events gets none', async () => {
		const { events, settle } = await claim(new SeenEvents(10));
		expect(events).toEqual([]);
		expect(() => settle(true)).not.toThrow();
	});
});

describe('An event that two hooks send', () => {
	it('goes to both', async () => {
		const seen = new SeenEvents(10);
		await handOn(seen, 'a', 'b');
		const { events } = await claimForOtherHook(seen, 'a', 'b');
		expect(events).toEqual(['a', 'b']);
	});

	it('is not held up by the other hook’s delivery', async () => {
		const seen = new SeenEvents(10);
		const { settle } = await claim(seen, 'a');
		const other = await claimForOtherHook(seen, 'a');
		expect(other.events).toEqual(['a']);
		other.settle(false);
		settle(true);
		expect(await wouldTake(seen, 'a')).toEqual([]);
		expect((await claimForOtherHook(seen, 'a')).events).toEqual(['a']);
	});
});

describe('An event without an id', () => {
	it('always passes, for it cannot be told from others', async () => {
		const seen = new SeenEvents(10);
		const idOf = (): undefined => undefined;
		for (let time = 0; time < 3; time++) {
			const { events, settle } = await seen.claim(HOOK, ['x', 'x'], idOf);
			expect(events).toEqual(['x', 'x']);
			settle(true);
		}
	});

	it('passes among others that are repeats', async () => {
		const seen = new SeenEvents(10);
		const idOf = (event: string) => (event === '?' ? undefined : event);
		(await seen.claim(HOOK, ['a', '?'], idOf)).settle(true);
		expect((await seen.claim(HOOK, ['a', '?', 'b'], idOf)).events).toEqual(['?', 'b']);
	});

	it('is not waited for', async () => {
		const seen = new SeenEvents(10);
		const idOf = (): undefined => undefined;
		await seen.claim(HOOK, ['x'], idOf);
		let events: string[] | undefined;
		void seen.claim(HOOK, ['x'], idOf).then((granted) => {
			events = granted.events;
		});
		await everythingElse();
		expect(events).toEqual(['x']);
	});
});

describe('The same delivery at the same time', () => {
	it('waits while the first has it in hand', async () => {
		const seen = new SeenEvents(10);
		await claim(seen, 'a');
		expect((await ask(seen, 'a')).claim).toBeUndefined();
	});

	it('gets nothing once the first was handed on', async () => {
		const seen = new SeenEvents(10);
		const first = await claim(seen, 'a');
		const second = await ask(seen, 'a');
		first.settle(true);
		await everythingElse();
		expect(second.claim?.events).toEqual([]);
	});

	it('gets everything once the first has failed', async () => {
		const seen = new SeenEvents(10);
		const first = await claim(seen, 'a', 'b');
		const second = await ask(seen, 'a', 'b');
		first.settle(false);
		await everythingElse();
		expect(second.claim?.events).toEqual(['a', 'b']);
	});

	it('goes to one waiter at a time, until it is handed on', async () => {
		const seen = new SeenEvents(10);
		const first = await claim(seen, 'a');
		const waiters = [await ask(seen, 'a'), await ask(seen, 'a'), await ask(seen, 'a')];
		const granted = () => waiters.filter((waiter) => waiter.claim);
		first.settle(false);
		await everythingElse();
		expect(granted()).toHaveLength(1);
		expect(granted()[0].claim?.events).toEqual(['a']);
		granted()[0].claim?.settle(true);
		await everythingElse();
		expect(waiters.map((waiter) => waiter.claim?.events.length).sort()).toEqual([0, 0, 1]);
	});
});

describe('Deliveries that overlap at the same time', () => {
	it('wait for each other, and the later one gets the rest', async () => {
		const seen = new SeenEvents(10);
		const first = await claim(seen, 'a', 'b');
		const second = await ask(seen, 'b', 'c');
		expect(second.claim).toBeUndefined();
		first.settle(true);
		await everythingElse();
		expect(second.claim?.events).toEqual(['c']);
	});

	it('wait for all whose events they hold', async () => {
		const seen = new SeenEvents(10);
		const [one, two] = [await claim(seen, 'a'), await claim(seen, 'b')];
		const third = await ask(seen, 'a', 'b', 'c');
		one.settle(true);
		await everythingElse();
		expect(third.claim).toBeUndefined();
		two.settle(false);
		await everythingElse();
		expect(third.claim?.events).toEqual(['b', 'c']);
	});

	it('do not wait when they hold nothing in common', async () => {
		const seen = new SeenEvents(10);
		await claim(seen, 'a');
		expect((await ask(seen, 'b')).claim?.events).toEqual(['b']);
	});

	it('do not hold up others while they wait', async () => {
		const seen = new SeenEvents(10);
		await claim(seen, 'a');
		expect((await ask(seen, 'a', 'b')).claim).toBeUndefined();
		expect((await ask(seen, 'b')).claim?.events).toEqual(['b']);
	});

	it('do not block each other with their events in opposite order', async () => {
		const seen = new SeenEvents(10);
		const gate = await claim(seen, 'a', 'b');
		const forth = await ask(seen, 'a', 'b');
		const back = await ask(seen, 'b', 'a');
		gate.settle(false);
		await everythingElse();
		const [holder, waiter] = forth.claim ? [forth, back] : [back, forth];
		expect(holder.claim?.events).toHaveLength(2);
		expect(waiter.claim).toBeUndefined();
		holder.claim?.settle(true);
		await everythingElse();
		expect(waiter.claim?.events).toEqual([]);
	});

	it('hand on each event exactly once, whatever fails and however they overlap', async () => {
		const seen = new SeenEvents(1000);
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
			void claim(seen, ...ids).then((granted) => {
				open.push(granted);
				waiting--;
			});
		}
		const handedOn: string[] = [];
		for (;;) {
			await everythingElse();
			const inHand = open.flatMap(({ events }) => events);
			expect(inHand).toHaveLength(new Set(inHand).size);
			if (open.length === 0) break;
			const [{ events, settle }] = open.splice(random(open.length), 1);
			const works = random(3) > 0;
			if (works) handedOn.push(...events);
			settle(works);
		}
		expect(waiting).toBe(0);
		expect(handedOn).toHaveLength(40);
		expect(new Set(handedOn).size).toBe(40);
	});
});

describe('Telling how a delivery ended', () => {
	it.each([
		[true, true, []],
		[true, false, []],
		[false, false, ['a']],
		[false, true, ['a']],
	])('counts the first time only: %s, then %s', async (first, second, left) => {
		const seen = new SeenEvents(10);
		const { settle } = await claim(seen, 'a');
		settle(first);
		settle(second);
		expect(await wouldTake(seen, 'a')).toEqual(left);
	});

	it('a second time does not end what another delivery has in hand by now', async () => {
		const seen = new SeenEvents(10);
		const first = await claim(seen, 'a');
		first.settle(false);
		const second = await claim(seen, 'a');
		first.settle(true);
		const third = await ask(seen, 'a');
		expect(third.claim).toBeUndefined();
		second.settle(true);
		await everythingElse();
		expect(third.claim?.events).toEqual([]);
	});
});

describe('The memory', () => {
	it('holds the latest events, as many as it is to, at any time', async () => {
		const capacity = 7;
		const seen = new SeenEvents(capacity);
		for (let count = 1; count <= 50; count++) {
			await handOn(seen, `event ${count}`);
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
		const seen = new SeenEvents(capacity);
		for (let count = 1; count <= 50; count++) {
			await handOn(seen, `event ${count}`);
			const old = Array.from(
				{ length: Math.max(0, count - 2 * capacity) },
				(_, index) => `event ${index + 1}`,
			);
			expect(await wouldTake(seen, ...old)).toEqual(old);
		}
	});

	it('holds as many of all hooks together, and forgets a hook that is gone', async () => {
		const capacity = 7;
		const seen = new SeenEvents(capacity);
		(await claimForOtherHook(seen, 'a')).settle(true);
		const isRemembered = async () => {
			const { events, settle } = await claimForOtherHook(seen, 'a');
			settle(false);
			return events.length === 0;
		};
		for (let count = 1; count < capacity; count++) {
			expect(await isRemembered()).toBe(true);
			await handOn(seen, `event ${count}`);
		}
		for (let count = 0; count < capacity; count++) await handOn(seen, `later ${count}`);
		expect(await isRemembered()).toBe(false);
	});

	it('also holds within bounds what one large delivery brought', async () => {
		const seen = new SeenEvents(10);
		const large = Array.from({ length: 95 }, (_, index) => `event ${index}`);
		await handOn(seen, ...large);
		const again = await wouldTake(seen, ...large);
		expect(again.length).toBeGreaterThanOrEqual(95 - 20);
		expect(again.length).toBeLessThanOrEqual(95 - 10);
		expect(again).toEqual(large.slice(0, again.length));
	});

	it('keeps nothing of deliveries without anything new, which nobody ends', async () => {
		const seen = new SeenEvents(10);
		await handOn(seen, 'a');
		for (let repeat = 0; repeat < 100; repeat += 1) await claim(seen, 'a');
		await claim(seen);
		expect(Reflect.get(seen, 'inHand')).toEqual([]);
	});

	it('is not used up by deliveries that failed or repeat', async () => {
		const seen = new SeenEvents(5);
		await handOn(seen, 'a');
		for (let index = 0; index < 30; index++) {
			(await claim(seen, `failed ${index}`)).settle(false);
			await handOn(seen, 'a');
		}
		expect(await wouldTake(seen, 'a')).toEqual([]);
	});
});
