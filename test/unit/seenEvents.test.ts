import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import type { Claim, Clock } from '../../nodes/shared/events/seenEvents';

/** Lets everything run that can run without anything else happening. */
const everythingElse = async () =>
	await new Promise<void>((resolve) => {
		setImmediate(resolve);
	});

const MINUTE = 60_000;

/** A clock that stands still until a test moves it. */
class ManualClock implements Clock {
	private time = Date.parse('2026-03-04T12:00:00.000Z');

	private sleepers: Array<{ until: number; wake: () => void }> = [];

	now = () => this.time;

	sleep = async (ms: number) => {
		await new Promise<void>((wake) => {
			this.sleepers.push({ until: this.time + ms, wake });
		});
	};

	/** How many wait for the time to pass. */
	get sleeping(): number {
		return this.sleepers.length;
	}

	/** Lets so many ms pass, and lets everyone run who has waited for them. */
	async pass(ms: number): Promise<void> {
		this.time += ms;
		const due = this.sleepers.filter(({ until }) => until <= this.time);
		this.sleepers = this.sleepers.filter((sleeper) => !due.includes(sleeper));
		for (const { wake } of due) wake();
		await everythingElse();
	}
}

/** A memory on a clock that stands still: on the real one, a delivery that waits keeps Jest from ending. */
const memoryOf = (capacity: number) => new SeenEvents(capacity, new ManualClock());

const TRIGGER = 'workflow-1/node-1';
const OTHER_TRIGGER = 'workflow-1/node-2';

const claim = async (seen: SeenEvents, ...ids: string[]) =>
	await seen.claim(TRIGGER, ids, (id) => id);

const claimForOtherTrigger = async (seen: SeenEvents, ...ids: string[]) =>
	await seen.claim(OTHER_TRIGGER, ids, (id) => id);

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
		expect(await handOn(memoryOf(10), 'b', 'a', 'c')).toEqual(['b', 'a', 'c']);
	});

	it('gets nothing when it repeats one that was handed on', async () => {
		const seen = memoryOf(10);
		await handOn(seen, 'a', 'b');
		expect(await handOn(seen, 'a', 'b')).toEqual([]);
		expect(await handOn(seen, 'b', 'a')).toEqual([]);
	});

	it('gets only what is new when it overlaps with one that was handed on', async () => {
		const seen = memoryOf(10);
		await handOn(seen, 'a', 'b');
		expect(await handOn(seen, 'b', 'c', 'a', 'd')).toEqual(['c', 'd']);
		expect(await handOn(seen, 'c', 'd', 'e')).toEqual(['e']);
	});

	it('gets an event once that it holds several times', async () => {
		expect(await handOn(memoryOf(10), 'a', 'b', 'a', 'a', 'b')).toEqual(['a', 'b']);
	});

	it('gets the first of several events with the same id', async () => {
		const events = [
			{ uuid: 'a', from: 'first' },
			{ uuid: 'a', from: 'second' },
		];
		const { events: claimed } = await memoryOf(10).claim(TRIGGER, events, ({ uuid }) => uuid);
		expect(claimed).toEqual([events[0]]);
	});

	it('gets everything again when its first try failed', async () => {
		const seen = memoryOf(10);
		(await claim(seen, 'a', 'b')).settle(false);
		expect(await handOn(seen, 'a', 'b')).toEqual(['a', 'b']);
		expect(await handOn(seen, 'a', 'b')).toEqual([]);
	});

	it('that fails does not bring back what others handed on', async () => {
		const seen = memoryOf(10);
		await handOn(seen, 'a');
		const { events, settle } = await claim(seen, 'a', 'b');
		settle(false);
		expect(events).toEqual(['b']);
		expect(await handOn(seen, 'a', 'b')).toEqual(['b']);
	});

	it('gets its events without a promise, which would take time, if it needn’t wait', async () => {
		const seen = memoryOf(10);
		const claimed = seen.claim(TRIGGER, ['a'], (id) => id);
		expect(claimed).toHaveProperty('events', ['a']);
		const waiting = seen.claim(TRIGGER, ['a'], (id) => id);
		expect(waiting).toBeInstanceOf(Promise);
		(await claimed).settle(true);
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
		await handOn(seen, 'a', 'b');
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
			const { events, settle } = await seen.claim(TRIGGER, ['x', 'x'], idOf);
			expect(events).toEqual(['x', 'x']);
			settle(true);
		}
	});

	it('passes among others that are repeats', async () => {
		const seen = memoryOf(10);
		const idOf = (event: string) => (event === '?' ? undefined : event);
		(await seen.claim(TRIGGER, ['a', '?'], idOf)).settle(true);
		expect((await seen.claim(TRIGGER, ['a', '?', 'b'], idOf)).events).toEqual(['?', 'b']);
	});

	it('is not waited for', async () => {
		const seen = memoryOf(10);
		const idOf = (): undefined => undefined;
		await seen.claim(TRIGGER, ['x'], idOf);
		let events: string[] | undefined;
		void Promise.resolve(seen.claim(TRIGGER, ['x'], idOf)).then((granted) => {
			events = granted.events;
		});
		await everythingElse();
		expect(events).toEqual(['x']);
	});
});

describe('The same delivery at the same time', () => {
	it('waits while the first has it in hand', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		expect((await ask(seen, 'a')).claim).toBeUndefined();
	});

	it('gets nothing once the first was handed on', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const second = await ask(seen, 'a');
		first.settle(true);
		await everythingElse();
		expect(second.claim?.events).toEqual([]);
	});

	it('gets everything once the first has failed', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a', 'b');
		const second = await ask(seen, 'a', 'b');
		first.settle(false);
		await everythingElse();
		expect(second.claim?.events).toEqual(['a', 'b']);
	});

	it('goes to one waiter at a time, until it is handed on', async () => {
		const seen = memoryOf(10);
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
		const seen = memoryOf(10);
		const first = await claim(seen, 'a', 'b');
		const second = await ask(seen, 'b', 'c');
		expect(second.claim).toBeUndefined();
		first.settle(true);
		await everythingElse();
		expect(second.claim?.events).toEqual(['c']);
	});

	it('wait for all whose events they hold', async () => {
		const seen = memoryOf(10);
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
		await everythingElse();
		const [holder, waiter] = forth.claim ? [forth, back] : [back, forth];
		expect(holder.claim?.events).toHaveLength(2);
		expect(waiter.claim).toBeUndefined();
		holder.claim?.settle(true);
		await everythingElse();
		expect(waiter.claim?.events).toEqual([]);
	});

	it('hand on each event exactly once, whatever fails and however they overlap', async () => {
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
		await everythingElse();
		expect(third.claim?.events).toEqual([]);
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
		const granted = waiters.filter((waiter) => waiter.claim);
		expect(granted).toHaveLength(1);
		granted[0].claim?.settle(true);
		await everythingElse();
		expect(waiters.map((waiter) => waiter.claim?.events.length).sort()).toEqual([0, 1]);
	});

	it('doesn’t lose its events while Okta is still connected, however long that takes', async () => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		const waiter = await ask(seen, 'a');
		for (let hour = 0; hour < 24; hour += 1) await clock.pass(60 * MINUTE);
		expect(waiter.claim).toBeUndefined();
		first.settle(true);
		await everythingElse();
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
	])('can still end in time: %s', async (handedOn, forWaiter, left) => {
		const { clock, seen } = start();
		const first = await claim(seen, 'a');
		first.abandon();
		const waiter = await ask(seen, 'a');
		await clock.pass(14 * MINUTE);
		first.settle(handedOn);
		// The waiter doesn't sleep any longer then.
		await everythingElse();
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
		await everythingElse();
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
		expect(Reflect.get(seen, 'inHand')).toHaveLength(1);
	});

	it('has each waiter wait for one moment at a time', async () => {
		const { clock, seen } = start();
		await claim(seen, 'a');
		await ask(seen, 'a');
		for (let second = 0; second < 100; second += 1) await clock.pass(1000);
		expect(clock.sleeping).toBe(1);
	});
});

describe('The memory', () => {
	it('holds the latest events, as many as it is to, at any time', async () => {
		const capacity = 7;
		const seen = memoryOf(capacity);
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
		const seen = memoryOf(capacity);
		for (let count = 1; count <= 50; count++) {
			await handOn(seen, `event ${count}`);
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
			await handOn(seen, `event ${count}`);
		}
		for (let count = 0; count < capacity; count++) await handOn(seen, `later ${count}`);
		expect(await isRemembered()).toBe(false);
	});

	it('also holds within bounds what one large delivery brought', async () => {
		const seen = memoryOf(10);
		const large = Array.from({ length: 95 }, (_, index) => `event ${index}`);
		await handOn(seen, ...large);
		const again = await wouldTake(seen, ...large);
		expect(again.length).toBeGreaterThanOrEqual(95 - 20);
		expect(again.length).toBeLessThanOrEqual(95 - 10);
		expect(again).toEqual(large.slice(0, again.length));
	});

	it('keeps nothing of deliveries without anything new, which nobody ends', async () => {
		const seen = memoryOf(10);
		await handOn(seen, 'a');
		for (let repeat = 0; repeat < 100; repeat += 1) await claim(seen, 'a');
		await claim(seen);
		expect(Reflect.get(seen, 'inHand')).toEqual([]);
	});

	it('is not used up by deliveries that failed or repeat', async () => {
		const seen = memoryOf(5);
		await handOn(seen, 'a');
		for (let index = 0; index < 30; index++) {
			(await claim(seen, `failed ${index}`)).settle(false);
			await handOn(seen, 'a');
		}
		expect(await wouldTake(seen, 'a')).toEqual([]);
	});
});
