import type { Traffic } from './traffic';

/** How long events must have been missing before that's reported, in ms. */
const UNDELIVERED_MS = 15 * 60_000;

/** In how many polls events must have been missing before that's reported. */
const UNDELIVERED_POLLS = 3;

/** Events that Okta logged for the hook but that never arrived. */
export interface Undelivered {
	/** When a poll first found some, in ms since 1970; undefined if events arrive. */
	since: number | undefined;
	/** How many polls have found some since then. */
	polls: number;
	/** How many events. */
	events: number;
}

/** Nothing is missing. */
export const NONE_UNDELIVERED: Undelivered = { since: undefined, polls: 0, events: 0 };

/**
 * Records what a poll found. Nothing is missing anymore once any event arrives.
 *
 * @param undelivered what earlier polls found
 * @param missed how many events for the hook this poll found in the System Log that never arrived
 * @param now ms since 1970
 */
export function recordUndelivered(
	undelivered: Undelivered,
	{ arrivedAt }: Pick<Traffic, 'arrivedAt'>,
	missed: number,
	now: number,
): Undelivered {
	const { since, polls, events } = undelivered;
	if (since !== undefined && arrivedAt >= since) return NONE_UNDELIVERED;
	if (missed === 0) return undelivered;
	return { since: since ?? now, polls: polls + 1, events: events + missed };
}

/**
 * Explains to the user that no event arrives although Okta logs deliveries to the hook.
 *
 * @param now ms since 1970
 * @returns undefined if there's nothing to report yet
 */
export function explainUndelivered(undelivered: Undelivered, now: number): string | undefined {
	if (undelivered.since === undefined || undelivered.polls < UNDELIVERED_POLLS) return undefined;
	if (now - undelivered.since < UNDELIVERED_MS) return undefined;
	return `Okta's event hook is active and verified, but none of the ${undelivered.events} events that Okta logged for it since ${new Date(undelivered.since).toISOString()} have arrived. n8n picks them up from the System Log, but only every five minutes. Check whether a firewall or reverse proxy in front of n8n rejects Okta's POST requests.`;
}
