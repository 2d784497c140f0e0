import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import { flushPromises, ManualClock, MINUTE } from './fixtures/clock';
import {
	requestClaim,
	claim,
	claimForOtherTrigger,
	granted,
	handOff,
	itself,
	memoryOf,
	OTHER_TRIGGER,
	TRIGGER,
} from './fixtures/seenEvents';

describe('An event that a poll found', () => {
	const claimPolled = (seen: SeenEvents, ...ids: string[]) =>
		seen.claimPolled(TRIGGER, ids, itself);

	it('is claimed by the poll once and in order', () => {
		expect(claimPolled(memoryOf(10), 'b', 'a', 'b').events).toEqual(['b', 'a']);
	});

	it('isn’t handed off by a delivery again once the poll has handed it off', async () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a').settle(true);
		expect(await handOff(seen, 'a', 'b')).toEqual(['b']);
	});

	it('goes to the next delivery if the poll couldn’t hand it off', async () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a').settle(false);
		expect(await handOff(seen, 'a')).toEqual(['a']);
	});

	it('rejects a delivery immediately, because Okta disconnects after three seconds', () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a');
		expect(seen.claim(TRIGGER, ['a'], itself)).toBeUndefined();
		expect(seen.claim(TRIGGER, ['b', 'a'], itself)).toBeUndefined();
	});

	it('rejects a delivery that has been waiting for another one', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const second = await requestClaim(seen, 'a');
		expect(second.isRejected).toBe(false);
		first.settle(false);
		claimPolled(seen, 'a');
		await flushPromises();
		expect(second).toEqual({ claim: undefined, isRejected: true });
	});

	it('rejects a delivery that waits for another event', async () => {
		const seen = memoryOf(10);
		const first = await claim(seen, 'a');
		const second = await requestClaim(seen, 'a', 'b');
		claimPolled(seen, 'b');
		first.settle(true);
		await flushPromises();
		expect(second).toEqual({ claim: undefined, isRejected: true });
	});

	it('leaves the other events of a rejected delivery to the next one', async () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a');
		expect((await requestClaim(seen, 'a', 'b')).isRejected).toBe(true);
		expect(await handOff(seen, 'b')).toEqual(['b']);
	});

	it('doesn’t affect deliveries of other events or to other triggers', async () => {
		const seen = memoryOf(10);
		claimPolled(seen, 'a');
		expect(await handOff(seen, 'b')).toEqual(['b']);
		expect((await claimForOtherTrigger(seen, 'a')).events).toEqual(['a']);
	});

	it('can be claimed by a poll and by deliveries if it has no ID', async () => {
		const seen = memoryOf(10);
		const idOf = (): undefined => undefined;
		expect(seen.claimPolled(TRIGGER, ['x', 'x'], idOf).events).toEqual(['x', 'x']);
		expect(granted(await seen.claim(TRIGGER, ['x'], idOf)).events).toEqual(['x']);
	});

	it('stays claimed for as long as the poll asked if its outcome stays unknown', async () => {
		const clock = new ManualClock();
		const seen = new SeenEvents(10, clock);
		claimPolled(seen, 'a').abandon(30 * MINUTE);
		await clock.pass(30 * MINUTE - 1);
		expect((await requestClaim(seen, 'a')).isRejected).toBe(true);
		await clock.pass(1);
		expect(await handOff(seen, 'a')).toEqual(['a']);
	});
});

describe('An event’s progress', () => {
	it('is new, pending, or done', async () => {
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

	it('is separate for each trigger', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		await handOff(seen, 'b');
		expect(['a', 'b'].map(seen.progressOf(OTHER_TRIGGER))).toEqual(['new', 'new']);
	});

	it('is still new while its delivery waits for another event', async () => {
		const seen = memoryOf(10);
		await claim(seen, 'a');
		await requestClaim(seen, 'a', 'b');
		expect(['a', 'b'].map(seen.progressOf(TRIGGER))).toEqual(['pending', 'new']);
	});

	it('is new again 15 minutes after its delivery was abandoned', async () => {
		const clock = new ManualClock();
		const seen = new SeenEvents(10, clock);
		(await claim(seen, 'a')).abandon();
		await clock.pass(15 * MINUTE - 1);
		expect(seen.progressOf(TRIGGER)('a')).toBe('pending');
		await clock.pass(1);
		expect(seen.progressOf(TRIGGER)('a')).toBe('new');
	});
});
