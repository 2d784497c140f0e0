import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import { flushPromises, ManualClock, MINUTE } from './fixtures/clock';
import {
	requestClaim,
	claim,
	claimForOtherTrigger,
	handOff,
	itself,
	memoryOf,
	OTHER_TRIGGER,
	TRIGGER,
	claimable,
} from './fixtures/seenEvents';

describe('An execution that starts', () => {
	it('means that a poll’s events are done, even before n8n reports it', async () => {
		const seen = memoryOf(10);
		seen.claimPolled(TRIGGER, ['a', 'b'], itself);
		seen.settleExecuted(TRIGGER, ['a', 'b']);
		expect(await claimable(seen, 'a', 'b')).toEqual([]);
	});

	it('means that a delivery’s events are done, too, so waiting deliveries continue', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		const waiter = await requestClaim(seen, 'a', 'b');
		seen.settleExecuted(TRIGGER, ['a']);
		await flushPromises();
		expect(waiter.claim?.events).toEqual(['b']);
	});

	it('can contain the events of several deliveries', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		await claim(seen, 'b');
		await claim(seen, 'c');
		seen.settleExecuted(TRIGGER, ['a', 'b', 'c']);
		expect(await claimable(seen, 'a', 'b', 'c')).toEqual([]);
	});

	it('settles a whole delivery with any of its events', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a', 'b');
		seen.settleExecuted(TRIGGER, ['unknown', 'b']);
		expect(await claimable(seen, 'a', 'b')).toEqual([]);
	});

	it('has no effect on other events and other triggers', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		await claimForOtherTrigger(seen, 'b');
		seen.settleExecuted(TRIGGER, ['b']);
		expect(seen.progressOf(TRIGGER)('a')).toBe('pending');
		expect(seen.progressOf(OTHER_TRIGGER)('b')).toBe('pending');
	});

	it('isn’t remembered for unclaimed events', async () => {
		const seen = memoryOf(10);
		seen.settleExecuted(TRIGGER, ['a']);
		expect(await claimable(seen, 'a')).toEqual(['a']);
	});

	it('overrides a failure that n8n reports later', async () => {
		const seen = memoryOf(10);
		const { settle } = seen.claimPolled(TRIGGER, ['a'], itself);
		seen.settleExecuted(TRIGGER, ['a']);
		settle(false);
		expect(await claimable(seen, 'a')).toEqual([]);
	});

	it('settles an abandoned delivery', async () => {
		const clock = new ManualClock();
		const seen = new SeenEvents(10, clock);
		(await claim(seen, 'a')).abandon();
		seen.settleExecuted(TRIGGER, ['a']);
		await clock.pass(60 * MINUTE);
		expect(await claimable(seen, 'a')).toEqual([]);
	});
});

describe('A delivery to a tracked trigger that n8n has acknowledged', () => {
	/** A memory that waits for the executions of deliveries. */
	const start = (capacity = 10) => {
		const clock = new ManualClock();
		const seen = new SeenEvents(capacity, clock);
		seen.track(TRIGGER);
		const progress = (...ids: string[]) => ids.map(seen.progressOf(TRIGGER));
		return { clock, seen, progress };
	};

	it('stays pending until an execution starts with its events, because n8n 1 can lose it', async () => {
		const { seen, progress } = start();
		await handOff(seen, 'a', 'b');
		expect(progress('a', 'b')).toEqual(['pending', 'pending']);
		seen.settleExecuted(TRIGGER, ['a', 'b']);
		expect(progress('a', 'b')).toEqual(['done', 'done']);
	});

	it('is done if its execution started before n8n acknowledged it', async () => {
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

	it('isn’t handed off again if Okta repeats it, with or without an execution', async () => {
		const { clock, seen } = start();
		await handOff(seen, 'a');
		expect(await handOff(seen, 'a')).toEqual([]);
		await clock.pass(30 * MINUTE);
		expect(await handOff(seen, 'a')).toEqual([]);
	});

	it('is overdue after half an hour until an execution starts or a poll claims it', async () => {
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

	it('is new again if n8n couldn’t store it', async () => {
		const { clock, seen, progress } = start();
		(await claim(seen, 'a')).settle(false);
		await clock.pass(30 * MINUTE);
		expect(progress('a')).toEqual(['new']);
		expect(seen.countOverdue(TRIGGER)).toBe(0);
	});

	it('is not tracked for a poll’s events, because n8n reports their executions', async () => {
		const { clock, seen, progress } = start();
		seen.claimPolled(TRIGGER, ['a'], itself).settle(true);
		expect(progress('a')).toEqual(['done']);
		await clock.pass(30 * MINUTE);
		expect(progress('a')).toEqual(['done']);
	});

	it('is done immediately if its trigger isn’t tracked', async () => {
		const { clock, seen } = start();
		(await claimForOtherTrigger(seen, 'a')).settle(true);
		await clock.pass(30 * MINUTE);
		expect(seen.progressOf(OTHER_TRIGGER)('a')).toBe('done');
		expect(seen.countOverdue(OTHER_TRIGGER)).toBe(0);
	});

	it('stays pending if tracking is started again', async () => {
		const { seen, progress } = start();
		await handOff(seen, 'a');
		seen.track(TRIGGER);
		expect(progress('a')).toEqual(['pending']);
	});

	it('is new again after its trigger’s events are forgotten', async () => {
		const { clock, seen, progress } = start();
		await handOff(seen, 'a');
		seen.forget(TRIGGER);
		expect(progress('a')).toEqual(['new']);
		await clock.pass(30 * MINUTE);
		expect(seen.countOverdue(TRIGGER)).toBe(0);
	});

	it('is tracked only while it is among the latest remembered events', async () => {
		const { clock, seen, progress } = start(3);
		for (const id of ['a', 'b', 'c', 'd']) await handOff(seen, id);
		expect(progress('a', 'b', 'c', 'd')).toEqual(['done', 'pending', 'pending', 'pending']);
		await clock.pass(30 * MINUTE);
		expect(seen.countOverdue(TRIGGER)).toBe(3);
	});

	it('takes no extra room in the memory if polls claim it', async () => {
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
