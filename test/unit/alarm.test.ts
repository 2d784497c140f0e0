import { isDue, seenAgain } from '../../nodes/shared/eventHooks/alarm';
import type { Problem } from '../../nodes/shared/eventHooks/alarm';

const NOW = Date.parse('2026-03-04T12:00:00.000Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const KIND = 'credential-invalid';

/** Problem that was first seen so many ms ago. */
function problem(age: number, checks: number, reportedAt?: number): Problem {
	return { since: NOW - age, checks, reportedAt, kind: KIND };
}

describe('Problem', () => {
	it('begins with the first check that sees it', () => {
		expect(seenAgain(undefined, KIND, NOW)).toEqual(problem(0, 1));
	});

	it('keeps its beginning and when the user was told, and counts the checks', () => {
		const reportedAt = NOW - MINUTE;
		const again = seenAgain(problem(10 * MINUTE, 2, reportedAt), KIND, NOW);
		expect(again).toEqual(problem(10 * MINUTE, 3, reportedAt));
	});

	it('begins anew if it is of another kind, of which the user was not told', () => {
		const again = seenAgain(problem(DAY, 9, NOW - MINUTE), 'passing', NOW);
		expect(again).toEqual({ since: NOW, checks: 1, reportedAt: undefined, kind: 'passing' });
	});

	it('is counted without changing what was remembered', () => {
		const before = problem(MINUTE, 1);
		seenAgain(before, KIND, NOW);
		expect(before).toEqual(problem(MINUTE, 1));
	});
});

describe('The user hears of problem', () => {
	it.each([
		[1, false],
		[2, true],
		[3, true],
	])('that waiting can’t end at the second check in a row: after %i, %s', (checks, isTold) => {
		expect(isDue(problem(5 * MINUTE, checks), false, NOW)).toBe(isTold);
	});

	it('that waiting can’t end at the second check, however soon or late it comes', () => {
		expect(isDue(problem(0, 2), false, NOW)).toBe(true);
		expect(isDue(problem(DAY, 1), false, NOW)).toBe(false);
	});

	it.each([
		[30 * MINUTE - 1, false],
		[30 * MINUTE, true],
		[DAY, true],
	])('that may pass once it lasts for half an hour: after %i ms, %s', (age, isTold) => {
		expect(isDue(problem(age, 7), true, NOW)).toBe(isTold);
		// The time counts, not how often n8n checks.
		expect(isDue(problem(age, 1), true, NOW)).toBe(isTold);
	});

	it.each([
		[0, false],
		[DAY - 1, false],
		[DAY, true],
		[3 * DAY, true],
	])('once more a day after the last time: after %i ms, %s', (age, isTold) => {
		for (const isTransient of [true, false]) {
			expect(isDue(problem(9 * DAY, 99, NOW - age), isTransient, NOW)).toBe(isTold);
		}
	});

	it('once a day in the course of three days of checks every five minutes', () => {
		for (const isTransient of [true, false]) {
			let seen: Problem | undefined;
			const told: number[] = [];
			for (let now = NOW; now < NOW + 3 * DAY; now += 5 * MINUTE) {
				seen = seenAgain(seen, KIND, now);
				if (!isDue(seen, isTransient, now)) continue;
				seen = { ...seen, reportedAt: now };
				told.push((now - NOW) / MINUTE);
			}
			const first = isTransient ? 30 : 5;
			expect(told).toEqual([first, first + 24 * 60, first + 48 * 60]);
		}
	});
});
