import { explainUndelivered, NONE_UNDELIVERED } from '../../nodes/shared/eventHooks/undelivered';

const MINUTE = 60_000;
const START = Date.parse('2026-03-04T12:00:00.000Z');

/** What a poll says that many minutes after the start. */
interface Poll {
	at: number;
	/** How many events for the hook it found that never arrived. */
	missed: number;
	/** When an event last arrived, if one did. */
	arrivedAt?: number;
}

/** What the polls of a node tell the user, one after the other. */
function explain(...polls: Poll[]): Array<string | undefined> {
	const node = { undelivered: NONE_UNDELIVERED };
	return polls.map(({ at, missed, arrivedAt }) => {
		const traffic = { arrivedAt: arrivedAt === undefined ? 0 : START + arrivedAt * MINUTE };
		return explainUndelivered(node, traffic, missed, START + at * MINUTE);
	});
}

/** When the user is told, in minutes after the start. */
function toldAt(...polls: Poll[]): number[] {
	const messages = explain(...polls);
	return polls.filter((_, index) => messages[index] !== undefined).map(({ at }) => at);
}

describe('A hook that brings nothing', () => {
	it('is no trouble if Okta has nothing to deliver', () => {
		expect(toldAt({ at: 0, missed: 0 }, { at: 60, missed: 0 }, { at: 120, missed: 0 })).toEqual([]);
	});

	it('is told after 15 minutes, when three polls have found events that never arrived', () => {
		const polls = [0, 5, 10, 15, 20].map((at) => ({ at, missed: 1 }));
		expect(toldAt(...polls)).toEqual([15, 20]);
	});

	it('isn’t told before three polls have found some, however long that takes', () => {
		const polls = [0, 60, 120].map((at) => ({ at, missed: 100 }));
		expect(toldAt(...polls)).toEqual([120]);
	});

	it('isn’t told before 15 minutes are over, however many polls have found some', () => {
		const polls = [0, 1, 2, 3, 14.99, 15].map((at) => ({ at, missed: 1 }));
		expect(toldAt(...polls)).toEqual([15]);
	});

	it('is told although nobody signs in for a while', () => {
		const missed = [1, 0, 0, 1, 0, 0, 1, 0];
		expect(toldAt(...missed.map((count, index) => ({ at: index * 5, missed: count })))).toEqual([
			30, 35,
		]);
	});

	it('is told with what happened, since when, and where to look', () => {
		const polls = [0, 5, 10, 15].map((at) => ({ at, missed: 2 }));
		expect(explain(...polls).at(-1)).toBe(
			"Okta's event hook is active and verified, but none of the 8 events that Okta logged for it since 2026-03-04T12:00:00.000Z arrived. They start this workflow only every five minutes, from the System Log. Check whether a firewall or reverse proxy in front of n8n rejects Okta's POST requests.",
		);
	});
});

describe('A delivery that arrives', () => {
	it('shows that the hook works: counting starts over', () => {
		const polls: Poll[] = [
			{ at: 0, missed: 1 },
			{ at: 5, missed: 1 },
			{ at: 10, missed: 1 },
			{ at: 15, missed: 1, arrivedAt: 12 },
			...[20, 25, 30, 35].map((at) => ({ at, missed: 1, arrivedAt: 12 })),
		];
		expect(toldAt(...polls)).toEqual([35]);
		expect(explain(...polls).at(-1)).toContain('none of the 4 events');
		expect(explain(...polls).at(-1)).toContain('since 2026-03-04T12:20:00.000Z');
	});

	it('ends the trouble', () => {
		const polls: Poll[] = [
			...[0, 5, 10, 15].map((at) => ({ at, missed: 1 })),
			{ at: 20, missed: 0, arrivedAt: 18 },
			{ at: 25, missed: 0, arrivedAt: 18 },
		];
		expect(toldAt(...polls)).toEqual([15]);
	});

	it('counts at the very moment of the first poll', () => {
		const polls = [0, 5, 10, 15].map((at) => ({ at, missed: 1, arrivedAt: 0 }));
		expect(toldAt(...polls)).toEqual([]);
	});

	it('shows nothing if it arrived before the first event was missing', () => {
		const polls = [0, 5, 10, 15].map((at) => ({ at, missed: 1, arrivedAt: -1 }));
		expect(toldAt(...polls)).toEqual([15]);
	});
});

describe('What nobody misses', () => {
	it('is the same for every node: counting leaves it as it is', () => {
		explain(...[0, 5, 10, 15].map((at) => ({ at, missed: 1 })));
		expect(NONE_UNDELIVERED).toEqual({ since: undefined, polls: 0, events: 0 });
	});
});
