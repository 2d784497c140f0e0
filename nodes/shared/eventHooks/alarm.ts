const MINUTE_MS = 60_000;

/** How long Okta may be unavailable before anyone needs to know. */
const GRACE_PERIOD_MS = 30 * MINUTE_MS;

const REPEAT_AFTER_MS = 24 * 60 * MINUTE_MS;

/** Something that is wrong, from when it was first seen. Times are in ms since 1970. */
export interface Problem {
	since: number;
	/** How many checks in a row have seen it. */
	checks: number;
	/** When it was last reported; undefined if not yet. */
	reportedAt: number | undefined;
	/** Which problem it is. Another one is reported separately. */
	kind: string;
}

/**
 * Counts a check that saw something wrong.
 *
 * @param problem what earlier checks in a row saw; undefined if the last one was fine
 * @param kind which problem this one saw
 */
export function seenAgain(problem: Problem | undefined, kind: string, now: number): Problem {
	if (problem?.kind !== kind) return { since: now, checks: 1, reportedAt: undefined, kind };
	return { ...problem, checks: problem.checks + 1 };
}

/**
 * Whether to report it: at the second check in a row at the earliest, and then once a day.
 *
 * @param isTransient whether waiting can help: then not before half an hour
 */
export function isDue({ since, checks, reportedAt }: Problem, isTransient: boolean, now: number) {
	if (reportedAt !== undefined) return now - reportedAt >= REPEAT_AFTER_MS;
	return isTransient ? now - since >= GRACE_PERIOD_MS : checks > 1;
}
