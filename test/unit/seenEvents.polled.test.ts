import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import { flushPromises, ManualClock, MINUTE } from './fixtures/clock';
import {
	ask,
	claim,
	claimForOtherTrigger,
	granted,
	handOff,
	itself,
	memoryOf,
	OTHER_TRIGGER,
	TRIGGER,
} from './fixtures/seenEvents';

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
		await flushPromises();
		expect(second).toEqual({ claim: undefined, isRefused: true });
	});

	it('makes a delivery go away that waits for another event', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const second = await ask(seen, 'a', 'b');
		claimPolled(seen, 'b');
		first.settle(true);
		await flushPromises();
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
		expect(progressOf('delivered')).toBe('pending');
		expect(progressOf('polled')).toBe('pending');
		expect(progressOf('done')).toBe('done');
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
		expect(['a', 'b'].map(seen.progressOf(TRIGGER))).toEqual(['pending', 'new']);
	});

	it('is new again once it was abandoned long enough ago', async () => {
		const clock = new ManualClock();
		const seen = new SeenEvents(10, clock);
		(await claim(seen, 'a')).abandon();
		await clock.pass(15 * MINUTE - 1);
		expect(seen.progressOf(TRIGGER)('a')).toBe('pending');
		await clock.pass(1);
		expect(seen.progressOf(TRIGGER)('a')).toBe('new');
	});
});
