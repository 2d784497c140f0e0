const MINUTE_MS = 60_000;

/** How long Okta may be unavailable before anyone needs to know. */
const PATIENCE_MS = 30 * MINUTE_MS;

const REPEAT_AFTER_MS = 24 * 60 * MINUTE_MS;

/** Something that is wrong, from when it was first seen. Times are in ms since 1970. */
export interface Trouble {
	since: number;
	/** How many checks in a row have seen it. */
	checks: number;
	/** When the user was last told; undefined if not yet. */
	toldAt: number | undefined;
	/** Which trouble it is. Another one is told of by itself. */
	kind: string;
}

/**
 * Counts a check that saw something wrong.
 *
 * @param trouble what earlier checks in a row saw; undefined if the last one was fine
 * @param kind which trouble this one saw
 */
export function seenAgain(trouble: Trouble | undefined, kind: string, now: number): Trouble {
	if (trouble?.kind !== kind) return { since: now, checks: 1, toldAt: undefined, kind };
	return { ...trouble, checks: trouble.checks + 1 };
}

/**
 * Whether to tell the user: at the second check in a row at the earliest, and then once a day.
 *
 * @param isTransient whether waiting can help: then not before half an hour
 */
export function isDue({ since, checks, toldAt }: Trouble, isTransient: boolean, now: number) {
	if (toldAt !== undefined) return now - toldAt >= REPEAT_AFTER_MS;
	return isTransient ? now - since >= PATIENCE_MS : checks > 1;
}
