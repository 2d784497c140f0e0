import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import { flushPromises, ManualClock, MINUTE } from './fixtures/clock';
import {
	ask,
	claim,
	claimForOtherTrigger,
	handOff,
	itself,
	memoryOf,
	OTHER_TRIGGER,
	TRIGGER,
	wouldTake,
} from './fixtures/seenEvents';

describe('An execution that runs', () => {
	it('shows that a poll’s events are done, before n8n says so', async () => {
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
		await flushPromises();
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
		expect(seen.progressOf(TRIGGER)('a')).toBe('pending');
		expect(seen.progressOf(OTHER_TRIGGER)('b')).toBe('pending');
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
		expect(progress('a', 'b')).toEqual(['pending', 'pending']);
		seen.settleExecuted(TRIGGER, ['a', 'b']);
		expect(progress('a', 'b')).toEqual(['done', 'done']);
	});

	it('is done if its execution began before n8n acknowledged it', async () => {
		const { clock, seen, progress } = start();
		const { settle } = await claim(seen, 'a');
		seen.settleExecuted(TRIGGER, ['a']);
		settle(true);
		await clock.pass(30 * MINUTE);
		expect(progress('a')).toEqual(['done']);
	});

	it('is new to a poll after half an hour without an execution', async () => {
		const { clock, seen, progress } = start();
		await handOff(seen, 'a');
		await clock.pass(30 * MINUTE - 1);
		expect(progress('a')).toEqual(['pending']);
		await clock.pass(1);
		expect(progress('a')).toEqual(['new']);
		const polled = seen.claimPolled(TRIGGER, ['a'], itself);
		expect(polled.events).toEqual(['a']);
		expect(progress('a')).toEqual(['pending']);
		polled.settle(true);
		await clock.pass(60 * MINUTE);
		expect(progress('a')).toEqual(['done']);
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
		expect(progress('a')).toEqual(['done']);
		await clock.pass(30 * MINUTE);
		expect(progress('a')).toEqual(['done']);
	});

	it('is done at once if its trigger isn’t tracked', async () => {
		const { clock, seen } = start();
		(await claimForOtherTrigger(seen, 'a')).settle(true);
		await clock.pass(30 * MINUTE);
		expect(seen.progressOf(OTHER_TRIGGER)('a')).toBe('done');
		expect(seen.countOverdue(OTHER_TRIGGER)).toBe(0);
	});

	it('stays in hand when tracking is asked for once more', async () => {
		const { seen, progress } = start();
		await handOff(seen, 'a');
		seen.track(TRIGGER);
		expect(progress('a')).toEqual(['pending']);
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
		expect(progress('a', 'b', 'c', 'd')).toEqual(['done', 'pending', 'pending', 'pending']);
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
