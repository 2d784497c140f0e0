import type { NodeContext } from '../context';
import type { EventFilter, Filter, FilterSettings } from './filter';
import { assertUsable, readFilterSettings } from './filterSettings';

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
	settings: FilterSettings;
	isWanted: EventFilter;
}

/** Of earlier deliveries, the oldest first: building one from a long list of users is slow. */
const cache: Cached[] = [];

/** Expressions may give other settings for each delivery. Evicted filters are rebuilt on demand. */
const MAX_CACHED = 50;

function areSame(some: FilterSettings, others: FilterSettings): boolean {
	for (const name in some) if (some[name] !== others[name]) return false;
	return true;
}

/**
 * Which events start the workflow, as the user set it in the node's panel. The same settings give the same
 * filter.
 *
 * @throws if an expression fails or returns an object, or if a filter can't work with its settings
 */
export function eventFilterFor(context: NodeContext, filters: readonly Filter[]): EventFilter {
	const settings = readFilterSettings(context, filters);
	const cached = cache.find((each) => each.filters === filters && areSame(each.settings, settings));
	if (cached) return cached.isWanted;
	assertUsable(context, filters, settings);
	const isWanted = createEventFilter(filters, settings);
	cache.push({ filters, settings, isWanted });
	if (cache.length > MAX_CACHED) cache.shift();
	return isWanted;
}
