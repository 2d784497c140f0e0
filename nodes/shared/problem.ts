const MINUTE_MS = 60_000;

/** How long Okta may be unavailable before it's worth reporting. */
const GRACE_PERIOD_MS = 30 * MINUTE_MS;

const REPEAT_AFTER_MS = 24 * 60 * MINUTE_MS;

/** An ongoing problem. Times are in ms since 1970. */
export interface Problem {
	/** When it was first seen. */
	since: number;
	/** How many consecutive checks have seen it. */
	checks: number;
	/** When it was last reported; undefined if it wasn't yet. */
	reportedAt: number | undefined;
	/** Problems of different kinds are reported separately. */
	kind: string;
}

/**
 * Records a check that found a problem.
 *
 * @param problem from the previous check; undefined if that one was fine
 * @param kind of the problem that this check found
 */
export function recordProblem(problem: Problem | undefined, kind: string, now: number): Problem {
	if (problem?.kind !== kind) return { since: now, checks: 1, reportedAt: undefined, kind };
	return { ...problem, checks: problem.checks + 1 };
}

/**
 * Whether to report a problem: no earlier than the second consecutive check, then once a day.
 *
 * @param isTransient whether waiting can help; if so, report only after half an hour
 */
export function isDue({ since, checks, reportedAt }: Problem, isTransient: boolean, now: number) {
	if (reportedAt !== undefined) return now - reportedAt >= REPEAT_AFTER_MS;
	return isTransient ? now - since >= GRACE_PERIOD_MS : checks > 1;
}
