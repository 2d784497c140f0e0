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
import { lookBackOption, readStart } from '../shared/systemLog/lookBack';
import { latestEvents, pollSystemLog } from '../shared/systemLog/poll';
import { mfaLogSubject } from '../shared/userMfa/logSubject';
import { filterParameters, outputParameter } from '../shared/userMfa/parameters';
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
			"Starts the workflow for MFA sign-ins in Okta's System Log, for an n8n that Okta can't reach",
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
					"For an n8n that Okta can't reach. If it can, use the Okta User MFA Trigger, which is instant and can catch up from the System Log too. The credential needs the scope okta.logs.read: with OAuth2, turn on 'Custom Scopes' and add it.",
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

	async poll(this: IPollFunctions): Promise<null> {
		const okta = await openOkta(this);
		await pollSystemLog(this, okta, mfaLogSubject(this, okta.orgUrl), readStart(this));
		return null;
	}

	/** n8n prefers this to polling when it runs the node: it has the events already, except in the editor. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (this.getMode() !== 'manual') return [await dropProcessed(this)];
		const okta = await openOkta(this);
		const subject = mfaLogSubject(this, okta.orgUrl);
		const events = await latestEvents(okta, subject, SAMPLE_SIZE);
		if (events.length > 0) return [events.map(subject.toItem)];
		throw new NodeOperationError(
			this.getNode(),
			"Okta's System Log has no MFA sign-in of the last seven days that matches the filters. Sign in to Okta with MFA or clear some filters, then try again.",
		);
	}
}
