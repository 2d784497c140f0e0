/** How far behind a trigger may be, and for how long without gaining, before that's reported, in ms. */
const REPORT_AFTER_MS = 30 * 60_000;

/** How far a trigger is behind the System Log because its polls end before they reach the end of the log. */
export interface Lag {
	/** How far behind the last poll ended, in ms. */
	behind: number;
	/** The smallest value so far. */
	least: number;
	/** When it was that small, in ms since 1970. */
	since: number;
}

/**
 * Records a poll that ended before the end of the log.
 *
 * @param lag as of the previous poll; undefined if that one reached the end
 * @param readUpTo the time up to which the log is read, in ms since 1970
 * @param now ms since 1970
 */
export function recordLag(lag: Lag | undefined, readUpTo: number, now: number): Lag {
	const behind = now - readUpTo;
	const isGaining = lag === undefined || behind < lag.least;
	return isGaining ? { behind, least: behind, since: now } : { ...lag, behind };
}

/**
 * Explains to the user that a trigger doesn't keep up with the System Log.
 *
 * @param reason why the last poll ended early, if not because of the limits of a poll
 * @param now ms since 1970
 * @returns undefined if it's gaining, or if there's nothing to report yet
 */
export function explainLag(
	{ behind, since }: Lag,
	reason: string | undefined,
	now: number,
): string | undefined {
	if (behind < REPORT_AFTER_MS || now - since < REPORT_AFTER_MS) return undefined;
	const readUpTo = new Date(now - behind).toISOString();
	const what = `n8n has read Okta's System Log only up to ${readUpTo} and isn't catching up, so events can start this workflow late.`;
	return reason === undefined
		? `${what} Okta logs events faster than n8n reads or runs them: a poll reads at most 5,000 new events. Select fewer events in 'Okta Events' or fewer results in 'Outcomes', or use an Okta User MFA Polling Trigger that polls every minute. If executions are waiting in n8n, give it more capacity.`
		: `${what} The last poll ended early: ${reason}`;
}
