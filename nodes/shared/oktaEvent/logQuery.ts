import type { NodeContext } from '../context';
import { conditionsOf } from './filter';
import type { Filter, FilterSettings } from './filter';
import { readFixedSettings } from './filterSettings';

/** The filters as a System Log query. It matches every event that passes them, and may match others. */
export function toLogQuery(filters: readonly Filter[], settings: FilterSettings): string {
	return conditionsOf(filters, settings, 'toLogQuery').join(' and ');
}

/** The System Log query for the filters in the node's panel. */
export function logQueryFor(context: NodeContext, filters: readonly Filter[]): string {
	return toLogQuery(filters, readFixedSettings(context, filters));
}
