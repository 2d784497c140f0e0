import type { INodeProperties } from 'n8n-workflow';

import type { LogEvent } from '../okta/types';

/** Whether the user who set the node up wants an event. */
export type EventFilter = (event: LogEvent) => boolean;

/** What the user set in the filters' fields, as text by parameter name. A list has one entry per line. */
export type FilterSettings = Readonly<Record<string, string>>;

/** One way to choose events, with everything about it: a node has a list of these. */
export interface Filter {
	/** Its fields in the node's panel. A field that an option shows is required with that option. */
	parameters: INodeProperties[];
	/** Whether its fields are in the collection 'More Filters', for filters that few users need. */
	isInMoreFilters?: true;
	/** A JavaScript expression for n8n's subtitle of the node: a text, or a list of texts. */
	subtitle: string;
	/**
	 * Which events pass; undefined if the filter isn't set. An event that lacks what the filter looks at
	 * doesn't pass.
	 */
	toPredicate: (settings: FilterSettings) => EventFilter | undefined;
	/**
	 * A condition in Okta's Expression Language, so that Okta doesn't send what wouldn't pass. It must hold
	 * for every event that passes, and may hold for more. Undefined if there is none.
	 *
	 * @see https://help.okta.com/oie/en-us/Content/Topics/automation-hooks/event-hooks-el.htm
	 */
	toHookExpression?: (settings: FilterSettings) => string | undefined;
	/**
	 * The same as a condition of a System Log query.
	 *
	 * @see https://developer.okta.com/docs/reference/system-log-query/
	 */
	toLogQuery?: (settings: FilterSettings) => string | undefined;
	/** What the user must change before the filter can work; undefined if nothing. */
	problemOf?: (settings: FilterSettings) => string | undefined;
}

/** The name of the collection. */
export const MORE_FILTERS = 'moreFilters';

/** The fields of filters, in their order, and at the end the collection of those that few users need, if any. */
export function parametersOf(filters: readonly Filter[]): INodeProperties[] {
	const fieldsOf = (areMore: boolean) =>
		filters
			.filter(({ isInMoreFilters = false }) => isInMoreFilters === areMore)
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
