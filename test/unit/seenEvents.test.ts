import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import type { Claim } from '../../nodes/shared/events/seenEvents';
import { everythingElse, ManualClock, MINUTE } from './fixtures/clock';

/** A memory on a clock that stands still: on the real one, a delivery that waits keeps Jest from ending. */
const memoryOf = (capacity: number) => new SeenEvents(capacity, new ManualClock());

const TRIGGER = 'workflow-1/node-1';
const OTHER_TRIGGER = 'workflow-1/node-2';

const itself = (id: string) => id;

/** What a delivery gets if no poll has any of its events in hand. */
function granted<Event>(claimed: Claim<Event> | undefined): Claim<Event> {
	if (claimed === undefined) throw new Error('A poll has some of its events in hand');
	return claimed;
}

const claim = async (seen: SeenEvents, ...ids: string[]) =>
	granted(await seen.claim(TRIGGER, ids, itself));

const claimForOtherTrigger = async (seen: SeenEvents, ...ids: string[]) =>
	granted(await seen.claim(OTHER_TRIGGER, ids, itself));

/** A claim that may have to wait. */
async function ask(seen: SeenEvents, ...ids: string[]) {
	const asked: { claim?: Claim<string>; isRefused: boolean } = { isRefused: false };
	void Promise.resolve(seen.claim(TRIGGER, ids, itself)).then((claimed) => {
		asked.claim = claimed;
		asked.isRefused = claimed === undefined;
	});
	await everythingElse();
	return asked;
}

async function handOff(seen: SeenEvents, ...ids: string[]): Promise<string[]> {
	const { events, settle } = await claim(seen, ...ids);
	settle(true);
	return events;
}

/** Which of these would be handed off now; none is. */
async function wouldTake(seen: SeenEvents, ...ids: string[]): Promise<string[]> {
	const { events, settle } = await claim(seen, ...ids);
	settle(false);
	return events;
}

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

	it('gets nothing once the first was handed off', async () => {
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

	it('goes to one waiter at a time, until it is handed off', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const waiters = [await ask(seen, 'a'), await ask(seen, 'a'), await ask(seen, 'a')];
		const holders = () => waiters.filter((waiter) => waiter.claim);
		first.settle(false);
		await everythingElse();
		expect(holders()).toHaveLength(1);
		expect(holders()[0].claim?.events).toEqual(['a']);
		holders()[0].claim?.settle(true);
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
		const holders = waiters.filter((waiter) => waiter.claim);
		expect(holders).toHaveLength(1);
		holders[0].claim?.settle(true);
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

describe('An event that a poll has found', () => {
	const claimPolled = (seen: SeenEvents, ...ids: string[]) =>
		seen.claimPolled(TRIGGER, ids, itself);

	it('goes to the poll once, in order with the others', () => {
		expect(claimPolled(memoryOf(10), 'b', 'a', 'b').events).toEqual(['b', 'a']);
	});

	it('isn’t handed off again by a delivery once the poll has done it', async () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a').settle(true);
		expect(await handOff(seen, 'a', 'b')).toEqual(['b']);
	});

	it('goes to the next delivery if the poll couldn’t hand it on', async () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a').settle(false);
		expect(await handOff(seen, 'a')).toEqual(['a']);
	});

	it('makes a delivery go away at once instead of waiting: Okta hangs up after three seconds', () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a');
		expect(seen.claim(TRIGGER, ['a'], itself)).toBeUndefined();
		expect(seen.claim(TRIGGER, ['b', 'a'], itself)).toBeUndefined();
	});

	it('makes a delivery go away that has waited for another one until now', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const second = await ask(seen, 'a');
		expect(second.isRefused).toBe(false);
		first.settle(false);
		claimPolled(seen, 'a');
		await everythingElse();
		expect(second).toEqual({ claim: undefined, isRefused: true });
	});

	it('makes a delivery go away that waits for another event', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const second = await ask(seen, 'a', 'b');
		claimPolled(seen, 'b');
		first.settle(true);
		await everythingElse();
		expect(second).toEqual({ claim: undefined, isRefused: true });
	});

	it('leaves the other events of such a delivery to the next one', async () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a');
		expect((await ask(seen, 'a', 'b')).isRefused).toBe(true);
		expect(await handOff(seen, 'b')).toEqual(['b']);
	});

	it('doesn’t keep a delivery of other events, or to another trigger', async () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a');
		expect(await handOff(seen, 'b')).toEqual(['b']);
		expect((await claimForOtherTrigger(seen, 'a')).events).toEqual(['a']);
	});

	it('can’t be told from others without an id: the poll gets it, and so do deliveries', async () => {
		const seen = memoryOf(10);
		const idOf = (): undefined => undefined;
		expect(seen.claimPolled(TRIGGER, ['x', 'x'], idOf).events).toEqual(['x', 'x']);
		expect(granted(await seen.claim(TRIGGER, ['x'], idOf)).events).toEqual(['x']);
	});

	it('stays claimed as long as the poll says if nobody tells how it ended', async () => {
		const clock = new ManualClock();
		const seen = new SeenEvents(10, clock);
		claimPolled(seen, 'a').abandon(30 * MINUTE);
		await clock.pass(30 * MINUTE - 1);
		expect((await ask(seen, 'a')).isRefused).toBe(true);
		await clock.pass(1);
		expect(await handOff(seen, 'a')).toEqual(['a']);
	});
});

describe('An event’s progress', () => {
	it('is to be new, in the hands of a delivery or a poll, or handed off', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'delivered');
		seen.claimPolled(TRIGGER, ['polled'], itself);
		await handOff(seen, 'done');
		const progressOf = seen.progressOf(TRIGGER);
		expect(progressOf('delivered')).toBe('in hand');
		expect(progressOf('polled')).toBe('in hand');
		expect(progressOf('done')).toBe('handed off');
		expect(progressOf('another')).toBe('new');
	});

	it('is new again after a failure', async () => {
		const seen = memoryOf(10);
		(await claim(seen, 'a')).settle(false);
		expect(seen.progressOf(TRIGGER)('a')).toBe('new');
	});

	it('is another for each trigger', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		await handOff(seen, 'b');
		expect(['a', 'b'].map(seen.progressOf(OTHER_TRIGGER))).toEqual(['new', 'new']);
	});

	it('is still new while a delivery with it waits for another event', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		await ask(seen, 'a', 'b');
		expect(['a', 'b'].map(seen.progressOf(TRIGGER))).toEqual(['in hand', 'new']);
	});

	it('is new again once it was abandoned long enough ago', async () => {
		const clock = new ManualClock();
		const seen = new SeenEvents(10, clock);
		(await claim(seen, 'a')).abandon();
		await clock.pass(15 * MINUTE - 1);
		expect(seen.progressOf(TRIGGER)('a')).toBe('in hand');
		await clock.pass(1);
		expect(seen.progressOf(TRIGGER)('a')).toBe('new');
	});
});

describe('An execution that runs', () => {
	it('shows that a poll’s events are handed off, before n8n says so', async () => {
		const seen = memoryOf(10);
		seen.claimPolled(TRIGGER, ['a', 'b'], itself);
		seen.settleExecuted(TRIGGER, ['a', 'b']);
		expect(await wouldTake(seen, 'a', 'b')).toEqual([]);
	});

	it('shows it for a delivery’s events, too, and whoever waits for them goes on', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		const waiter = await ask(seen, 'a', 'b');
		seen.settleExecuted(TRIGGER, ['a']);
		await everythingElse();
		expect(waiter.claim?.events).toEqual(['b']);
	});

	it('can have the events of several deliveries', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		await claim(seen, 'b');
		await claim(seen, 'c');
		seen.settleExecuted(TRIGGER, ['a', 'b', 'c']);
		expect(await wouldTake(seen, 'a', 'b', 'c')).toEqual([]);
	});

	it('has all events of a delivery or none: one of them is enough', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a', 'b');
		seen.settleExecuted(TRIGGER, ['unknown', 'b']);
		expect(await wouldTake(seen, 'a', 'b')).toEqual([]);
	});

	it('says nothing about other events and other triggers', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		await claimForOtherTrigger(seen, 'b');
		seen.settleExecuted(TRIGGER, ['b']);
		expect(seen.progressOf(TRIGGER)('a')).toBe('in hand');
		expect(seen.progressOf(OTHER_TRIGGER)('b')).toBe('in hand');
	});

	it('isn’t remembered for events that nothing has in hand', async () => {
		const seen = memoryOf(10);
		seen.settleExecuted(TRIGGER, ['a']);
		expect(await wouldTake(seen, 'a')).toEqual(['a']);
	});

	it('counts more than what n8n says later', async () => {
		const seen = memoryOf(10);
		const { settle } = seen.claimPolled(TRIGGER, ['a'], itself);
		seen.settleExecuted(TRIGGER, ['a']);
		settle(false);
		expect(await wouldTake(seen, 'a')).toEqual([]);
	});

	it('ends the time that an abandoned delivery has', async () => {
		const clock = new ManualClock();
		const seen = new SeenEvents(10, clock);
		(await claim(seen, 'a')).abandon();
		seen.settleExecuted(TRIGGER, ['a']);
		await clock.pass(60 * MINUTE);
		expect(await wouldTake(seen, 'a')).toEqual([]);
	});
});

describe('A delivery that n8n has acknowledged, to a trigger that is tracked', () => {
	/** A memory that waits for the executions of deliveries. */
	const start = (capacity = 10) => {
		const clock = new ManualClock();
		const seen = new SeenEvents(capacity, clock);
		seen.track(TRIGGER);
		const progress = (...ids: string[]) => ids.map(seen.progressOf(TRIGGER));
		return { clock, seen, progress };
	};

	it('stays in hand until an execution begins with its events: n8n 1 can lose it', async () => {
		const { seen, progress } = start();
		await handOff(seen, 'a', 'b');
		expect(progress('a', 'b')).toEqual(['in hand', 'in hand']);
		seen.settleExecuted(TRIGGER, ['a', 'b']);
		expect(progress('a', 'b')).toEqual(['handed off', 'handed off']);
	});

	it('is handed off if its execution began before n8n acknowledged it', async () => {
		const { clock, seen, progress } = start();
		const { settle } = await claim(seen, 'a');
		seen.settleExecuted(TRIGGER, ['a']);
		settle(true);
		await clock.pass(30 * MINUTE);
		expect(progress('a')).toEqual(['handed off']);
	});

	it('is new to a poll after half an hour without an execution', async () => {
		const { clock, seen, progress } = start();
		await handOff(seen, 'a');
		await clock.pass(30 * MINUTE - 1);
		expect(progress('a')).toEqual(['in hand']);
		await clock.pass(1);
		expect(progress('a')).toEqual(['new']);
		const polled = seen.claimPolled(TRIGGER, ['a'], itself);
		expect(polled.events).toEqual(['a']);
		expect(progress('a')).toEqual(['in hand']);
		polled.settle(true);
		await clock.pass(60 * MINUTE);
		expect(progress('a')).toEqual(['handed off']);
	});

	it('is new to a poll even if the memory has moved on since', async () => {
		const { clock, seen } = start(3);
		for (const id of ['a', 'b', 'c', 'd']) await handOff(seen, id);
		await clock.pass(30 * MINUTE);
		expect(seen.claimPolled(TRIGGER, ['b', 'c', 'd'], itself).events).toEqual(['b', 'c', 'd']);
	});

	it('isn’t handed off again when Okta repeats it, whether it has an execution or not', async () => {
		const { clock, seen } = start();
		await handOff(seen, 'a');
		expect(await handOff(seen, 'a')).toEqual([]);
		await clock.pass(30 * MINUTE);
		expect(await handOff(seen, 'a')).toEqual([]);
	});

	it('is overdue after half an hour, until an execution begins or a poll takes it', async () => {
		const { clock, seen } = start();
		await handOff(seen, 'a', 'b');
		await clock.pass(15 * MINUTE);
		await handOff(seen, 'c');
		expect(seen.countOverdue(TRIGGER)).toBe(0);
		await clock.pass(15 * MINUTE);
		expect(seen.countOverdue(TRIGGER)).toBe(2);
		await clock.pass(15 * MINUTE);
		expect(seen.countOverdue(TRIGGER)).toBe(3);
		seen.settleExecuted(TRIGGER, ['a']);
		seen.claimPolled(TRIGGER, ['b'], itself).settle(true);
		expect(seen.countOverdue(TRIGGER)).toBe(1);
	});

	it('goes to the next one if n8n couldn’t store it', async () => {
		const { clock, seen, progress } = start();
		(await claim(seen, 'a')).settle(false);
		await clock.pass(30 * MINUTE);
		expect(progress('a')).toEqual(['new']);
		expect(seen.countOverdue(TRIGGER)).toBe(0);
	});

	it('waits for nothing where a poll has handed off: n8n has told it of the execution', async () => {
		const { clock, seen, progress } = start();
		seen.claimPolled(TRIGGER, ['a'], itself).settle(true);
		expect(progress('a')).toEqual(['handed off']);
		await clock.pass(30 * MINUTE);
		expect(progress('a')).toEqual(['handed off']);
	});

	it('is handed off at once if its trigger isn’t tracked', async () => {
		const { clock, seen } = start();
		(await claimForOtherTrigger(seen, 'a')).settle(true);
		await clock.pass(30 * MINUTE);
		expect(seen.progressOf(OTHER_TRIGGER)('a')).toBe('handed off');
		expect(seen.countOverdue(OTHER_TRIGGER)).toBe(0);
	});

	it('stays in hand when tracking is asked for once more', async () => {
		const { seen, progress } = start();
		await handOff(seen, 'a');
		seen.track(TRIGGER);
		expect(progress('a')).toEqual(['in hand']);
	});

	it('is new again when its trigger is to forget', async () => {
		const { clock, seen, progress } = start();
		await handOff(seen, 'a');
		seen.forget(TRIGGER);
		expect(progress('a')).toEqual(['new']);
		await clock.pass(30 * MINUTE);
		expect(seen.countOverdue(TRIGGER)).toBe(0);
	});

	it('is one of the latest that are waited for, as many as are remembered', async () => {
		const { clock, seen, progress } = start(3);
		for (const id of ['a', 'b', 'c', 'd']) await handOff(seen, id);
		expect(progress('a', 'b', 'c', 'd')).toEqual(['handed off', 'in hand', 'in hand', 'in hand']);
		await clock.pass(30 * MINUTE);
		expect(seen.countOverdue(TRIGGER)).toBe(3);
	});

	it('leaves no gap in the memory when a poll takes it', async () => {
		const { clock, seen } = start(7);
		(await claimForOtherTrigger(seen, 'a')).settle(true);
		for (let count = 0; count < 21; count += 1) {
			await handOff(seen, 'lost');
			await clock.pass(30 * MINUTE);
			seen.claimPolled(TRIGGER, ['lost'], itself).settle(false);
		}
		expect((await claimForOtherTrigger(seen, 'a')).events).toEqual([]);
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
		expect(seen.progressOf(TRIGGER)('a')).toBe('in hand');
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
		expect(Reflect.get(seen, 'inHand')).toEqual([]);
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
