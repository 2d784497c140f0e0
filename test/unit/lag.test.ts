import { explainLag, recordLag } from '../../nodes/shared/systemLog/lag';
import type { Lag } from '../../nodes/shared/systemLog/lag';

const NOW = Date.parse('2026-03-04T12:00:00.000Z');
const MINUTE = 60_000;

/** Polls once every ten minutes that each ended this many minutes behind, the last one now. */
function polls(...minutesBehind: number[]): Lag {
	let lag: Lag | undefined;
	minutesBehind.forEach((minutes, index) => {
		const now = NOW - (minutesBehind.length - 1 - index) * 10 * MINUTE;
		lag = recordLag(lag, now - minutes * MINUTE, now);
	});
	return lag!;
}

describe('A lag behind the System Log', () => {
	it.each([
		['from one poll', [600]],
		['that has grown for less than half an hour', [60, 61, 62]],
		['of less than half an hour', [5, 10, 15, 20, 25]],
		['that shrinks, as after a day when n8n was off', [1440, 1430, 1420, 1410, 1400]],
		['that shrank less than half an hour ago', [60, 60, 60, 60, 59, 70, 80]],
	])('isn’t reported: one %s', (_what, minutesBehind) => {
		expect(explainLag(polls(...minutesBehind), undefined, NOW)).toBeUndefined();
	});

	it.each([
		['that has grown for half an hour', [31, 32, 33, 34]],
		['that hasn’t changed for half an hour', [60, 60, 60, 60]],
		['that reached half an hour', [0, 10, 20, 30]],
		['that grows again after it shrank', [600, 50, 51, 49, 60, 60, 60]],
	])('is reported: one %s', (_what, minutesBehind) => {
		expect(explainLag(polls(...minutesBehind), undefined, NOW)).toContain("isn't catching up");
	});

	it('is explained with how far n8n has read, and with what to change', () => {
		expect(explainLag(polls(45, 45, 45, 45), undefined, NOW)).toMatch(
			/^n8n has read Okta's System Log only up to 2026-03-04T11:15:00\.000Z .* 5,000 new events\. .*'Okta Events'.*'Outcomes'.*polls every minute/,
		);
	});

	it('is explained with what interrupted the last poll, if something did', () => {
		const message = explainLag(polls(45, 45, 45, 45), 'The rate limit is reached.', NOW);
		expect(message).toMatch(/ The last poll ended early: The rate limit is reached\.$/);
		expect(message).not.toContain('5,000');
	});
});
