import { explainLag, recordLag } from '../../nodes/shared/systemLog/lag';
import type { Lag } from '../../nodes/shared/systemLog/lag';

const NOW = Date.parse('2026-03-04T12:00:00.000Z');
const MINUTE = 60_000;

interface Poll {
	/** How many minutes behind it ended. */
	behind: number;
	/** How many minutes before the next poll. */
	pause?: number;
}

/** Polls that each ended before the end of the log, the last one now. */
function lagAfter(polls: Poll[]): Lag {
	let now = NOW - polls.slice(0, -1).reduce((sum, { pause = 10 }) => sum + pause, 0) * MINUTE;
	let lag: Lag | undefined;
	for (const { behind, pause = 10 } of polls) {
		lag = recordLag(lag, now - behind * MINUTE, now);
		now += pause * MINUTE;
	}
	return lag!;
}

function explain(polls: Poll[], interruption?: string): string | undefined {
	return explainLag(lagAfter(polls), interruption, 'poll more often', NOW);
}

/** Polls every ten minutes that ended this many minutes behind. */
const behind = (...minutes: number[]): Poll[] => minutes.map((each) => ({ behind: each }));

describe('A lag behind the System Log', () => {
	it.each([
		['from one poll', behind(600)],
		['that has grown for less than half an hour', behind(60, 61, 62)],
		['of less than half an hour', behind(5, 10, 15, 20, 25)],
		['that reached half an hour', behind(0, 10, 20, 30)],
		['of more than half an hour, for less than another half', behind(0, 10, 20, 30, 40, 50)],
		['that shrinks, as after a day when n8n was off', behind(1440, 1430, 1420, 1410, 1400)],
		['that shrank less than half an hour ago', behind(60, 60, 60, 60, 59, 70, 80)],
		[
			'that shrinks after an outage, before which it was small',
			[{ behind: 1 }, { behind: 2, pause: 240 }, ...behind(240, 230, 220, 210)],
		],
		[
			'that shrinks after an outage, before which it was large',
			[...behind(40, 41), { behind: 42, pause: 240 }, ...behind(280, 270, 260, 250)],
		],
	])('isn’t reported: one %s', (_what, polls) => {
		expect(explain(polls)).toBeUndefined();
	});

	it.each([
		['that has grown for half an hour', behind(31, 32, 33, 34)],
		['that hasn’t changed for half an hour', behind(60, 60, 60, 60)],
		['that passed half an hour half an hour ago', behind(0, 10, 20, 30, 40, 50, 60)],
		['that grows again after it shrank', behind(600, 50, 51, 49, 60, 60, 60)],
		[
			'that grows again after an outage',
			[...behind(40, 41), { behind: 42, pause: 240 }, ...behind(280, 281, 282, 283)],
		],
		[
			'at polls with long pauses',
			[
				{ behind: 40, pause: 120 },
				{ behind: 60, pause: 120 },
				{ behind: 80, pause: 120 },
			],
		],
	])('is reported: one %s', (_what, polls) => {
		expect(explain(polls)).toContain("isn't catching up");
	});

	it('is explained with how far n8n has read, and with what to change', () => {
		expect(explain(behind(45, 45, 45, 45))).toMatch(
			/^n8n has read Okta's System Log only up to 2026-03-04T11:15:00\.000Z .* 5,000 new events\. .*'Okta Events'.*'Outcomes', or poll more often\./,
		);
	});

	it('is explained with what interrupted the last poll, if something did', () => {
		const message = explain(behind(45, 45, 45, 45), 'The rate limit is reached.');
		expect(message).toMatch(/ The last poll ended early: The rate limit is reached\.$/);
		expect(message).not.toContain('5,000');
	});
});
