import type { NodeContext } from '../context';
import { eventPredicateFor } from '../oktaEvent/eventPredicate';
import type { Filter } from '../oktaEvent/filter';
import { logQueryFor } from '../oktaEvent/logQuery';
import { itemMapperFor } from '../oktaEvent/output';
import { SYSTEM_LOG } from '../okta/resources';
import type { LogSubject } from './poll';

/**
 * The System Log events that the node is set up for, as items.
 *
 * @param orgUrl the org's origin
 * @throws if an expression fails, or if a filter can't work with its settings
 */
export function logSubjectFor(
	context: NodeContext,
	filters: readonly Filter[],
	orgUrl: string,
): LogSubject {
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
