/**
 * How far behind a trigger may be before it's watched, and how long it may go on without catching up before
 * that's reported, in ms.
 */
const LIMIT_MS = 30 * 60_000;

/** A pause between polls that's this many times as long as the previous one is an interruption. */
const INTERRUPTION_FACTOR = 3;

/** How far a trigger is behind the System Log because its polls end before they reach the end of the log. */
export interface Lag {
	/** How far behind the last poll ended, in ms. */
	behind: number;
	/** The smallest value so far. */
	least: number;
	/** When it was that small, in ms since 1970. */
	since: number;
	/** When the last poll ended, in ms since 1970. */
	polledAt: number;
	/** The time between the last two polls, in ms; undefined after the first. */
	interval: number | undefined;
}

/**
 * Records a poll that ended before the end of the log. After an interruption, such as an outage or while the
 * workflow was unpublished, a trigger gets as much time to catch up as at first.
 *
 * @param lag as of the previous poll; undefined if that one reached the end
 * @param readUpTo the time up to which the log has been read, in ms since 1970
 * @param now ms since 1970
 */
export function recordLag(lag: Lag | undefined, readUpTo: number, now: number): Lag {
	const behind = now - readUpTo;
	const interval = lag && now - lag.polledAt;
	const wasInterrupted =
		interval !== undefined &&
		lag?.interval !== undefined &&
		interval > INTERRUPTION_FACTOR * lag.interval;
	const startsOver =
		lag === undefined || wasInterrupted || lag.least < LIMIT_MS || behind < lag.least;
	const { least, since } = startsOver ? { least: behind, since: now } : lag;
	return { behind, least, since, polledAt: now, interval };
}

/**
 * Explains to the user that a trigger doesn't keep up with the System Log.
 *
 * @param interruption what kept the last poll from reading on, if not the limits of a poll
 * @param howToReadMore a clause for the user, such as `poll more often`
 * @param now ms since 1970
 * @returns undefined if it's catching up, or if there's nothing to report yet
 */
export function explainLag(
	{ behind, since }: Lag,
	interruption: string | undefined,
	howToReadMore: string,
	now: number,
): string | undefined {
	if (behind < LIMIT_MS || now - since < LIMIT_MS) return undefined;
	const readUpTo = new Date(now - behind).toISOString();
	const what = `n8n has read Okta's System Log only up to ${readUpTo} and isn't catching up, so events can start this workflow late.`;
	return interruption === undefined
		? `${what} Okta logs events faster than n8n reads them: a poll reads at most 5,000 new events. Select fewer events in 'Okta Events', select only the results that you need in 'Outcomes', or ${howToReadMore}. If executions are waiting in n8n, give it more capacity.`
		: `${what} The last poll ended early: ${interruption}`;
}
