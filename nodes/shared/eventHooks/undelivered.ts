import type { Traffic } from './traffic';

/** How long events must have been missing before that's reported, in ms, and in how many polls. */
const UNDELIVERED_MS = 15 * 60_000;
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
 * Detects that no event arrives although Okta logs deliveries to the hook.
 *
 * @param node holds what earlier polls found; updated here
 * @param missed how many events for the hook this poll found in the System Log that never arrived
 * @param now ms since 1970
 * @returns the explanation for the user; undefined if there's nothing to report yet
 */
export function explainUndelivered(
	node: { undelivered: Undelivered },
	{ arrivedAt }: Pick<Traffic, 'arrivedAt'>,
	missed: number,
	now: number,
): string | undefined {
	const { since, polls, events } = node.undelivered;
	if (since !== undefined && arrivedAt >= since) node.undelivered = NONE_UNDELIVERED;
	else if (missed > 0) {
		node.undelivered = { since: since ?? now, polls: polls + 1, events: events + missed };
	}
	const { undelivered } = node;
	if (undelivered.since === undefined || undelivered.polls < UNDELIVERED_POLLS) return undefined;
	if (now - undelivered.since < UNDELIVERED_MS) return undefined;
	return `Okta's event hook is active and verified, but none of the ${undelivered.events} events that Okta logged for it since ${new Date(undelivered.since).toISOString()} have arrived. n8n picks them up from the System Log, but only every five minutes. Check whether a firewall or reverse proxy in front of n8n rejects Okta's POST requests.`;
}
