import { isDue, recordProblem } from '../../nodes/shared/problem';
import type { Problem } from '../../nodes/shared/problem';

const NOW = Date.parse('2026-03-04T12:00:00.000Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const KIND = 'credential-invalid';

/** A problem that was first seen this many ms ago. */
function problem(age: number, checks: number, reportedAt?: number): Problem {
	return { since: NOW - age, checks, reportedAt, kind: KIND };
}

describe('Problem', () => {
	it('starts with the first check that sees it', () => {
		expect(recordProblem(undefined, KIND, NOW)).toEqual(problem(0, 1));
	});

	it('keeps when it started and when it was reported, and counts the checks', () => {
		const reportedAt = NOW - MINUTE;
		const again = recordProblem(problem(10 * MINUTE, 2, reportedAt), KIND, NOW);
		expect(again).toEqual(problem(10 * MINUTE, 3, reportedAt));
	});

	it('starts over if it’s of another kind, which hasn’t been reported', () => {
		const again = recordProblem(problem(DAY, 9, NOW - MINUTE), 'transient', NOW);
		expect(again).toEqual({ since: NOW, checks: 1, reportedAt: undefined, kind: 'transient' });
	});

	it('isn’t mutated by another check', () => {
		const before = problem(MINUTE, 1);
		recordProblem(before, KIND, NOW);
		expect(before).toEqual(problem(MINUTE, 1));
	});
});

describe('A problem', () => {
	it.each([
		[1, false],
		[2, true],
		[3, true],
	])(
		'that waiting can’t resolve is reported at the second consecutive check: after %i, %s',
		(checks, isReported) => {
			expect(isDue(problem(5 * MINUTE, checks), false, NOW)).toBe(isReported);
		},
	);

	it('that waiting can’t resolve is reported at the second check, no matter when', () => {
		expect(isDue(problem(0, 2), false, NOW)).toBe(true);
		expect(isDue(problem(DAY, 1), false, NOW)).toBe(false);
	});

	it.each([
		[30 * MINUTE - 1, false],
		[30 * MINUTE, true],
		[DAY, true],
	])(
		'that may resolve itself is reported after half an hour: after %i ms, %s',
		(age, isReported) => {
			expect(isDue(problem(age, 7), true, NOW)).toBe(isReported);
			// The elapsed time counts, not the number of checks.
			expect(isDue(problem(age, 1), true, NOW)).toBe(isReported);
		},
	);

	it.each([
		[0, false],
		[DAY - 1, false],
		[DAY, true],
		[3 * DAY, true],
	])('is reported again a day later: after %i ms, %s', (age, isReported) => {
		for (const isTransient of [true, false]) {
			expect(isDue(problem(9 * DAY, 99, NOW - age), isTransient, NOW)).toBe(isReported);
		}
	});

	it('is reported once a day during three days of checks every five minutes', () => {
		for (const isTransient of [true, false]) {
			let seen: Problem | undefined;
			const reported: number[] = [];
			for (let now = NOW; now < NOW + 3 * DAY; now += 5 * MINUTE) {
				seen = recordProblem(seen, KIND, now);
				if (!isDue(seen, isTransient, now)) continue;
				seen = { ...seen, reportedAt: now };
				reported.push((now - NOW) / MINUTE);
			}
			const first = isTransient ? 30 : 5;
			expect(reported).toEqual([first, first + 24 * 60, first + 48 * 60]);
		}
	});
});
