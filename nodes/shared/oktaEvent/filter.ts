import type { INodeProperties } from 'n8n-workflow';

import type { LogEvent } from '../okta/types';

/** Whether an event starts the workflow. */
export type EventPredicate = (event: LogEvent) => boolean;

/** The values of the filters' fields, as text by parameter name. A list has one entry per line. */
export type FilterSettings = Readonly<Record<string, string>>;

/** One way to filter events, with everything about it. A node has a list of these. */
export interface Filter {
	/** Its fields in the node's panel. A field that 'Other' shows is required if 'Other' is selected. */
	parameters: INodeProperties[];
	/** Whether its fields are in the 'More Filters' collection, for filters that few users need. */
	isInMoreFilters?: true;
	/** A JavaScript expression for its part of the node's subtitle: a string, or a list of strings. */
	subtitle: string;
	/**
	 * Which events pass; undefined if the filter isn't set. An event without the value that the filter checks
	 * doesn't pass.
	 */
	toPredicate: (settings: FilterSettings) => EventPredicate | undefined;
	/**
	 * A condition in Okta Expression Language that keeps Okta from sending events that wouldn't pass. It must be
	 * true for every event that passes, and may be true for others. Undefined if there is none.
	 *
	 * @see https://help.okta.com/oie/en-us/Content/Topics/automation-hooks/event-hooks-el.htm
	 */
	toHookExpression?: (settings: FilterSettings) => string | undefined;
	/**
	 * The same as a condition in a System Log query.
	 *
	 * @see https://developer.okta.com/docs/reference/system-log-query/
	 */
	toLogQuery?: (settings: FilterSettings) => string | undefined;
	/** What the user must change before the filter can work; undefined if the settings are usable. */
	problemOf?: (settings: FilterSettings) => string | undefined;
}

/** The conditions of the filters that have one. */
export function conditionsOf(
	filters: readonly Filter[],
	settings: FilterSettings,
	method: 'toHookExpression' | 'toLogQuery',
): string[] {
	return filters
		.map((filter) => filter[method]?.(settings))
		.filter((condition) => condition !== undefined);
}

/** The parameter name of the 'More Filters' collection. */
export const MORE_FILTERS = 'moreFilters';

/** The fields of the filters, in order, and then the 'More Filters' collection if any of them are in it. */
export function parametersOf(filters: readonly Filter[]): INodeProperties[] {
	const fieldsOf = (inMoreFilters: boolean) =>
		filters
			.filter(({ isInMoreFilters = false }) => isInMoreFilters === inMoreFilters)
			.flatMap(({ parameters }) => parameters);
	const more = fieldsOf(true);
	if (more.length === 0) return fieldsOf(false);
	return [
		...fieldsOf(false),
		{
			displayName: 'More Filters',
			name: MORE_FILTERS,
			type: 'collection',
			placeholder: 'Add filter',
			default: {},
			options: more,
		},
	];
}
