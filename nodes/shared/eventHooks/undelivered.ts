import type { Traffic } from './traffic';

/** For how long Okta must have failed to deliver before it counts, in ms, and how many polls saw it. */
const UNDELIVERED_MS = 15 * 60_000;
const UNDELIVERED_POLLS = 3;

/** Events that Okta logged for the hook, and that never arrived. */
export interface Undelivered {
	/** When the first poll found some, in ms since 1970; undefined if events arrive. */
	since: number | undefined;
	/** How many polls found some since. */
	polls: number;
	/** How many events. */
	events: number;
}

/** Nothing is missing. */
export const NONE_UNDELIVERED: Undelivered = { since: undefined, polls: 0, events: 0 };

/**
 * Whether the hook brings nothing although Okta logs events for it.
 *
 * @param node what earlier polls found; updated
 * @param missed events for the hook that this poll found in the System Log and that never arrived
 * @param now ms since 1970
 * @returns what that means to the user, or undefined
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
	return `Okta's event hook is active and verified, but none of the ${undelivered.events} events that Okta logged for it since ${new Date(undelivered.since).toISOString()} arrived. They start this workflow only every five minutes, from the System Log. Check whether a firewall or reverse proxy in front of n8n rejects Okta's POST requests.`;
}
