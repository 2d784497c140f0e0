import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';

import { dropProcessed } from '../shared/executions';
import { openOkta } from '../shared/okta/client';
import { authenticationParameter, oktaCredentials } from '../shared/okta/credential';
import { parametersOf } from '../shared/oktaEvent/filter';
import { outputParameter } from '../shared/oktaEvent/output';
import { subtitleOf } from '../shared/oktaEvent/subtitle';
import { logSpecFor } from '../shared/systemLog/logSpec';
import { lookBackOption, readStart } from '../shared/systemLog/lookBack';
import { latestEvents, pollSystemLog } from '../shared/systemLog/poll';
import { logFilters } from '../shared/userMfa/filters';

/** How many events a manual execution shows. */
const SAMPLE_SIZE = 10;

export class OktaUserMfaPollingTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Okta User MFA Polling Trigger',
		name: 'oktaUserMfaPollingTrigger',
		icon: { light: 'file:../../icons/oktaMfa.svg', dark: 'file:../../icons/oktaMfa.dark.svg' },
		group: ['trigger'],
		version: 2,
		subtitle: subtitleOf(logFilters),
		description:
			'Starts the workflow when an MFA sign-in, or another selected event, appears in the Okta System Log',
		eventTriggerDescription: '',
		activationMessage:
			'The workflow now starts when one of the selected events appears in the Okta System Log.',
		polling: true,
		defaults: { name: 'Okta User MFA Polling Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: oktaCredentials,
		properties: [
			{
				displayName:
					"Use this trigger if Okta can't reach n8n. Otherwise, use Okta User MFA Trigger, which is instant and can also catch up from the System Log. The credential needs the okta.logs.read scope. With OAuth2, turn on its 'Custom Scopes' and enter okta.logs.read offline_access under 'Enabled Scopes'.",
				name: 'scopeNotice',
				type: 'notice',
				default: '',
			},
			authenticationParameter,
			...parametersOf(logFilters),
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

	async poll(this: IPollFunctions): Promise<null> {
		const okta = await openOkta(this);
		const inLog = logSpecFor(this, logFilters, okta.orgUrl);
		const spec = { ...inLog, howToReadMore: 'poll more often' };
		await pollSystemLog(this, okta, spec, () => readStart(this));
		return null;
	}

	/** n8n calls this instead of `poll` to run the node, which already has its events except in the editor. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (this.getMode() !== 'manual') return [await dropProcessed(this)];
		const okta = await openOkta(this);
		const spec = logSpecFor(this, logFilters, okta.orgUrl);
		const events = await latestEvents(okta, spec, SAMPLE_SIZE);
		if (events.length > 0) return [events.map(spec.toItem)];
		throw new NodeOperationError(
			this.getNode(),
			"No event in Okta's System Log from the last seven days matches 'Okta Events' and the filters. Sign in to Okta with MFA or clear some filters, then try again.",
		);
	}
}
