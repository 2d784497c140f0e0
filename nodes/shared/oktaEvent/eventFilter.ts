import type { NodeContext } from '../context';
import type { EventFilter, Filter, FilterSettings } from './filter';
import { assertUsable, readFilterValues, toSettings } from './filterSettings';

/** Lets the events through that pass all filters. */
export function createEventFilter(
	filters: readonly Filter[],
	settings: FilterSettings,
): EventFilter {
	const predicates = filters
		.map(({ toPredicate }) => toPredicate(settings))
		.filter((predicate) => predicate !== undefined);
	return (event) => predicates.every((predicate) => predicate(event));
}

interface Cached {
	filters: readonly Filter[];
	values: readonly unknown[];
	isWanted: EventFilter;
}

/** Of earlier deliveries, the oldest first: building one from a long list of users is slow. */
const cache: Cached[] = [];

/** Expressions may give other settings for each delivery. Evicted filters are rebuilt on demand. */
const MAX_CACHED = 50;

/** Whether two values, or all entries of two lists, are the same. */
function areSame(some: unknown, others: unknown): boolean {
	if (some === others) return true;
	if (!Array.isArray(some) || !Array.isArray(others) || some.length !== others.length) return false;
	for (let index = 0; index < some.length; index += 1) {
		if (!areSame(some[index], others[index])) return false;
	}
	return true;
}

/**
 * Which events start the workflow, as the user set it in the node's panel. The same settings give the same
 * filter.
 *
 * @throws if an expression fails or returns an object, or if a filter can't work with its settings
 */
export function eventFilterFor(context: NodeContext, filters: readonly Filter[]): EventFilter {
	const values = readFilterValues(context, filters);
	for (const each of cache) {
		if (each.filters === filters && areSame(each.values, values)) return each.isWanted;
	}
	const settings = toSettings(context, filters, values);
	assertUsable(context, filters, settings);
	const isWanted = createEventFilter(filters, settings);
	cache.push({ filters, values, isWanted });
	if (cache.length > MAX_CACHED) cache.shift();
	return isWanted;
}
