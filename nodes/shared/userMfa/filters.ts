import type { LogEvent } from '../okta/types';
import { factorOf, isPasswordVerification, outcomeOf, userOf } from './event';
import { toUserMatcher } from './userPatterns';

/** Which events a person wants. Empty lists mean any. */
export interface Filters {
	/** Okta's results, e.g. `FAILURE`. */
	outcomes: string[];
	/** Okta's factors, e.g. `OKTA_VERIFY_PUSH`, compared without case. */
	factors: string[];
	ignorePasswordVerifications: boolean;
	/** Ids and logins, with `*` for any text, compared without case. */
	users: string[];
}

/** Whether a person wants the event. */
export type EventFilter = (event: LogEvent) => boolean;

/**
 * Tells the events that a person wants: those that all filters let through. An event that lacks what
 * a filter asks for does not pass it.
 */
export function toEventFilter(filters: Filters): EventFilter {
	const conditions: EventFilter[] = [];
	if (filters.outcomes.length > 0) {
		const wanted = new Set<string | undefined>(filters.outcomes);
		conditions.push((event) => wanted.has(outcomeOf(event)));
	}
	if (filters.factors.length > 0) {
		const wanted = new Set<string | undefined>(
			filters.factors.map((factor) => factor.toUpperCase()),
		);
		conditions.push((event) => wanted.has(factorOf(event)?.toUpperCase()));
	}
	if (filters.ignorePasswordVerifications) {
		conditions.push((event) => !isPasswordVerification(event));
	}
	if (filters.users.length > 0) {
		const isListed = toUserMatcher(filters.users);
		const isWanted = (name: unknown) => typeof name === 'string' && isListed(name);
		conditions.push((event) => {
			const user = userOf(event);
			return isWanted(user?.id) || isWanted(user?.alternateId);
		});
	}
	return (event) => conditions.every((condition) => condition(event));
}
