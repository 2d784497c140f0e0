/** Minimum time between log entries for one cause, in ms. */
const INTERVAL_MS = 60_000;

/** Far more triggers than any n8n instance has. At worst, a forgotten cause is logged again early. */
const MAX_CAUSES = 1_000;

/** How often a cause occurred since it was last logged. */
interface Count {
	loggedAt: number;
	unlogged: number;
}

/**
 * Keeps rejected requests from flooding the log: each cause is logged at most once a minute per trigger.
 */
export class Rejections {
	private readonly counts = new Map<string, Count>();

	/**
	 * Counts a rejection.
	 *
	 * @param key trigger and cause
	 * @param now ms since 1970
	 * @returns how many weren't logged since the last one that was; undefined if this one shouldn't be logged
	 * either
	 */
	count(key: string, now: number): number | undefined {
		const last = this.counts.get(key);
		if (last && now - last.loggedAt < INTERVAL_MS) {
			last.unlogged += 1;
			return undefined;
		}
		if (!last && this.counts.size >= MAX_CAUSES) this.counts.clear();
		this.counts.set(key, { loggedAt: now, unlogged: 0 });
		return last?.unlogged ?? 0;
	}
}
