import type { NodeContext } from '../context';
import type { EventPredicate, Filter, FilterSettings } from './filter';
import { assertUsable, readFilterValues, toSettings } from './filterSettings';

/** Whether an event passes all of these filters. */
export function createEventPredicate(
	filters: readonly Filter[],
	settings: FilterSettings,
): EventPredicate {
	const predicates = filters
		.map(({ toPredicate }) => toPredicate(settings))
		.filter((predicate) => predicate !== undefined);
	return (event) => {
		for (const isWanted of predicates) if (!isWanted(event)) return false;
		return true;
	};
}

interface Cached {
	filters: readonly Filter[];
	values: readonly unknown[];
	isWanted: EventPredicate;
}

/** Predicates from earlier deliveries, oldest first. Building one from a long user list is slow. */
const cache: Cached[] = [];

/** Expressions can return different settings for each delivery. Evicted predicates are rebuilt on demand. */
const MAX_CACHED = 50;

/** Whether two values are the same. Lists are compared entry by entry. */
function areSame(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
	for (let index = 0; index < a.length; index += 1) {
		if (!areSame(a[index], b[index])) return false;
	}
	return true;
}

/**
 * Whether an event starts the workflow, according to the node's panel. The same settings return the same
 * predicate.
 *
 * @throws if an expression fails or returns a value that the field can't have, or if a filter can't work with
 * its settings
 */
export function eventPredicateFor(
	context: NodeContext,
	filters: readonly Filter[],
): EventPredicate {
	const values = readFilterValues(context, filters);
	for (const each of cache) {
		if (each.filters === filters && areSame(each.values, values)) return each.isWanted;
	}
	const settings = toSettings(context, filters, values);
	assertUsable(context, filters, settings);
	const isWanted = createEventPredicate(filters, settings);
	cache.push({ filters, values, isWanted });
	if (cache.length > MAX_CACHED) cache.shift();
	return isWanted;
}
