import type { NodeContext } from '../context';
import { SYSTEM_LOG } from '../okta/resources';
import type { LogSubject } from '../systemLog/poll';
import { chooseFilter } from './chooseFilter';
import { chooseOutput } from './chooseOutput';
import { toLogFilter } from './logFilter';
import { readFixedFilters } from './readFilters';

/**
 * The MFA sign-ins in the System Log that the user has set the node up for, as items.
 *
 * @param orgUrl the org's origin
 * @throws if an expression fails
 */
export function mfaLogSubject(context: NodeContext, orgUrl: string): LogSubject {
	const toOutput = chooseOutput(context);
	const source = `${orgUrl}${SYSTEM_LOG.path}`;
	return {
		filter: toLogFilter(readFixedFilters(context)),
		isWanted: chooseFilter(context),
		toItem: (event) => {
			const eventTime = new Date().toISOString();
			return { json: toOutput(event, { eventId: event.uuid ?? null, eventTime, source }, {}) };
		},
	};
}
