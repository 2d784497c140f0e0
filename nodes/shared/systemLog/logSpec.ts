import type { INodeExecutionData } from 'n8n-workflow';

import type { NodeContext } from '../context';
import { eventPredicateFor } from '../oktaEvent/eventPredicate';
import type { Filter } from '../oktaEvent/filter';
import { logQueryFor } from '../oktaEvent/logQuery';
import { itemMapperFor } from '../oktaEvent/output';
import { SYSTEM_LOG } from '../okta/resources';
import type { LogEvent } from '../okta/types';

/** What a trigger reads from the System Log. */
export interface LogSpec {
	/** A System Log query, e.g. `eventType eq "user.session.start"`. */
	filter: string;
	/** Whether an event passes the node's filters. */
	isWanted: (event: LogEvent) => boolean;
	/** Converts an event to an item. */
	toItem: (event: LogEvent) => INodeExecutionData;
}

/**
 * The System Log events that the node is set up for, as items.
 *
 * @param orgUrl the org's origin
 * @throws if an expression fails, or if a filter can't work with its settings
 */
export function logSpecFor(
	context: NodeContext,
	filters: readonly Filter[],
	orgUrl: string,
): LogSpec {
	const isWanted = eventPredicateFor(context, filters);
	const toOutput = itemMapperFor(context);
	const source = `${orgUrl}${SYSTEM_LOG.path}`;
	return {
		filter: logQueryFor(context, filters),
		isWanted,
		toItem: (event) => {
			const eventTime = new Date().toISOString();
			return { json: toOutput(event, { eventId: event.uuid ?? null, eventTime, source }, {}) };
		},
	};
}
