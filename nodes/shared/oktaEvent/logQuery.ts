import type { NodeContext } from '../context';
import type { Filter, FilterSettings } from './filter';
import { readFixedSettings } from './filterSettings';

/** The filters as a System Log query. Every event that passes them matches it, and others may. */
export function toLogQuery(filters: readonly Filter[], settings: FilterSettings): string {
	return filters
		.map((filter) => filter.toLogQuery?.(settings))
		.filter((condition) => condition !== undefined)
		.join(' and ');
}

/** The System Log query for the events that the user set the node up for. */
export function logQueryFor(context: NodeContext, filters: readonly Filter[]): string {
	return toLogQuery(filters, readFixedSettings(context, filters));
}
