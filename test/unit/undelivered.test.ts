import {
	explainUndelivered,
	NONE_UNDELIVERED,
	recordUndelivered,
} from '../../nodes/shared/eventHooks/undelivered';

const MINUTE = 60_000;
const START = Date.parse('2026-03-04T12:00:00.000Z');

/** What a poll finds this many minutes after the start. */
interface Poll {
	at: number;
	/** How many events for the hook it found that hadn't arrived. */
	missed: number;
	/** When an event last arrived, if one did. */
	arrivedAt?: number;
}

/** What consecutive polls of a node report to the user. */
function explain(...polls: Poll[]): Array<string | undefined> {
	let undelivered = NONE_UNDELIVERED;
	return polls.map(({ at, missed, arrivedAt }) => {
		const traffic = { arrivedAt: arrivedAt === undefined ? 0 : START + arrivedAt * MINUTE };
		const now = START + at * MINUTE;
		undelivered = recordUndelivered(undelivered, traffic, missed, now);
		return explainUndelivered(undelivered, now);
	});
}

/** When the polls report a problem, in minutes after the start. */
function reportedAt(...polls: Poll[]): number[] {
	const messages = explain(...polls);
	return polls.filter((_, index) => messages[index] !== undefined).map(({ at }) => at);
}

describe('A hook that delivers nothing', () => {
	it('isn’t a problem if Okta has nothing to deliver', () => {
		expect(reportedAt({ at: 0, missed: 0 }, { at: 60, missed: 0 }, { at: 120, missed: 0 })).toEqual(
			[],
		);
	});

	it('is reported after 15 minutes if three polls have found events that never arrived', () => {
		const polls = [0, 5, 10, 15, 20].map((at) => ({ at, missed: 1 }));
		expect(reportedAt(...polls)).toEqual([15, 20]);
	});

	it('isn’t reported before three polls have found some, no matter how long that takes', () => {
		const polls = [0, 60, 120].map((at) => ({ at, missed: 100 }));
		expect(reportedAt(...polls)).toEqual([120]);
	});

	it('isn’t reported within 15 minutes, no matter how many polls have found some', () => {
		const polls = [0, 1, 2, 3, 14.99, 15].map((at) => ({ at, missed: 1 }));
		expect(reportedAt(...polls)).toEqual([15]);
	});

	it('is reported even if no one signs in for a while', () => {
		const missed = [1, 0, 0, 1, 0, 0, 1, 0];
		expect(reportedAt(...missed.map((count, index) => ({ at: index * 5, missed: count })))).toEqual(
			[30, 35],
		);
	});

	it('is reported with what happened, since when, and where to look', () => {
		const polls = [0, 5, 10, 15].map((at) => ({ at, missed: 2 }));
		expect(explain(...polls).at(-1)).toBe(
			"Okta's event hook is active and verified, but none of the 8 events that Okta logged for it since 2026-03-04T12:00:00.000Z have arrived. n8n picks them up from the System Log, but only every five minutes. Check whether a firewall or reverse proxy in front of n8n rejects Okta's POST requests.",
		);
	});
});

describe('A delivery that arrives', () => {
	it('shows that the hook works, so counting starts over', () => {
		const polls: Poll[] = [
			{ at: 0, missed: 1 },
			{ at: 5, missed: 1 },
			{ at: 10, missed: 1 },
			{ at: 15, missed: 1, arrivedAt: 12 },
			...[20, 25, 30, 35].map((at) => ({ at, missed: 1, arrivedAt: 12 })),
		];
		expect(reportedAt(...polls)).toEqual([35]);
		expect(explain(...polls).at(-1)).toContain('none of the 4 events');
		expect(explain(...polls).at(-1)).toContain('since 2026-03-04T12:20:00.000Z');
	});

	it('resolves the problem', () => {
		const polls: Poll[] = [
			...[0, 5, 10, 15].map((at) => ({ at, missed: 1 })),
			{ at: 20, missed: 0, arrivedAt: 18 },
			{ at: 25, missed: 0, arrivedAt: 18 },
		];
		expect(reportedAt(...polls)).toEqual([15]);
	});

	it('counts if it arrives at the same time as the first poll', () => {
		const polls = [0, 5, 10, 15].map((at) => ({ at, missed: 1, arrivedAt: 0 }));
		expect(reportedAt(...polls)).toEqual([]);
	});

	it('doesn’t count if it arrived before the first event was missing', () => {
		const polls = [0, 5, 10, 15].map((at) => ({ at, missed: 1, arrivedAt: -1 }));
		expect(reportedAt(...polls)).toEqual([15]);
	});
});

describe('The initial state', () => {
	it('is shared by all nodes, so counting doesn’t mutate it', () => {
		explain(...[0, 5, 10, 15].map((at) => ({ at, missed: 1 })));
		expect(NONE_UNDELIVERED).toEqual({ since: undefined, polls: 0, events: 0 });
	});
});
