import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';

import { openOkta } from '../shared/okta/client';
import { authenticationParameter, oktaCredentials } from '../shared/okta/credential';
import { SYSTEM_LOG } from '../shared/okta/resources';
import type { LogEvent } from '../shared/okta/types';
import { lookBackOption, readStart } from '../shared/systemLog/lookBack';
import { pollSystemLog, sampleSystemLog } from '../shared/systemLog/poll';
import { chooseFilter } from '../shared/userMfa/chooseFilter';
import { chooseOutput } from '../shared/userMfa/chooseOutput';
import { toLogFilter } from '../shared/userMfa/logFilter';
import { filterParameters, outputParameter } from '../shared/userMfa/parameters';
import { readFixedFilters } from '../shared/userMfa/readFilters';
import { filtersSubtitle } from '../shared/userMfa/subtitle';

/** How many events a manual run shows. */
const SAMPLE_SIZE = 10;

export class OktaUserMfaPollingTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Okta User MFA Polling Trigger',
		name: 'oktaUserMfaPollingTrigger',
		icon: { light: 'file:../../icons/oktaMfa.svg', dark: 'file:../../icons/oktaMfa.dark.svg' },
		group: ['trigger'],
		version: 2,
		subtitle: filtersSubtitle,
		description:
			"Starts the workflow for MFA sign-ins that it finds in Okta's System Log, also those that Okta could not deliver",
		eventTriggerDescription: '',
		activationMessage: "The workflow now starts for each MFA sign-in in Okta's System Log.",
		polling: true,
		defaults: { name: 'Okta User MFA Polling Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: oktaCredentials,
		properties: [
			{
				displayName:
					"For an n8n that Okta cannot reach, or beside the Okta User MFA Trigger so that none is missed. Reads the System Log, for which the credential needs the scope okta.logs.read: with OAuth2, turn on 'Custom Scopes' and add it.",
				name: 'scopeNotice',
				type: 'notice',
				default: '',
			},
			authenticationParameter,
			...filterParameters,
			outputParameter,
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [lookBackOption],
			},
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const isWanted = chooseFilter(this);
		const filter = toLogFilter(readFixedFilters(this));
		const toItem = chooseOutput(this);
		const okta = await openOkta(this);
		const source = `${okta.orgUrl}${SYSTEM_LOG.path}`;
		const toItems = (events: LogEvent[]): INodeExecutionData[] => {
			const eventTime = new Date().toISOString();
			return events.filter(isWanted).map((event) => ({
				json: toItem(event, { eventId: event.uuid ?? null, eventTime, source }, {}),
			}));
		};

		if (this.getMode() !== 'manual') {
			const items = await pollSystemLog(this, okta, filter, readStart(this), toItems);
			return items.length > 0 ? [items] : null;
		}
		const sample = await sampleSystemLog(okta, filter, isWanted, SAMPLE_SIZE);
		if (sample.length === 0) {
			throw new NodeOperationError(
				this.getNode(),
				'Okta has no MFA sign-in of the last seven days that the filters let through. Sign in to Okta with MFA or clear some filters, then try again.',
			);
		}
		return [toItems(sample)];
	}
}
