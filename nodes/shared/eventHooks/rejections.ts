/** How often a cause may be written to the log. */
const INTERVAL_MS = 60_000;

/** More than one n8n has triggers. What is forgotten is logged once more at most. */
const MAX_CAUSES = 1_000;

/** Rejections of one cause since it was last logged. */
interface Count {
	loggedAt: number;
	unlogged: number;
}

/**
 * Keeps a flood of rejected requests from flooding the log: each cause of each trigger is logged once a
 * minute at most.
 */
export class Rejections {
	private readonly counts = new Map<string, Count>();

	/**
	 * Counts a rejection.
	 *
	 * @param key trigger and cause
	 * @param now ms since 1970
	 * @returns how many were not logged since the last one that was, or undefined if this one isn't to
	 * be logged either
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
