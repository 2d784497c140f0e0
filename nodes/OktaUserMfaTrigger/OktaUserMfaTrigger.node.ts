import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import {
	catchUp,
	catchUpParameter,
	expectDelivery,
	isCatchUpOn,
} from '../shared/eventHooks/catchUp';
import { eventHookOptions, pollTimesParameter } from '../shared/eventHooks/hookOptions';
import { eventHookMethods } from '../shared/eventHooks/lifecycle';
import { receive } from '../shared/eventHooks/receive';
import { watchEventHook } from '../shared/eventHooks/watch';
import { eventHookWebhooks } from '../shared/eventHooks/webhooks';
import { dropProcessed } from '../shared/executions';
import { authenticationParameter, oktaCredentials } from '../shared/okta/credential';
import { chooseFilter } from '../shared/userMfa/chooseFilter';
import { chooseOutput } from '../shared/userMfa/chooseOutput';
import { mfaLogSubject } from '../shared/userMfa/logSubject';
import {
	filterInOktaOption,
	filterParameters,
	outputParameter,
	USER_MFA_EVENT_TYPE,
} from '../shared/userMfa/parameters';
import { chooseOktaCondition, readFilterTexts } from '../shared/userMfa/readFilters';
import { filtersSubtitle } from '../shared/userMfa/subtitle';

const SUBJECT = {
	eventTypes: [USER_MFA_EVENT_TYPE],
	conditionOf: chooseOktaCondition,
	checkParameters: readFilterTexts,
	inLog: mfaLogSubject,
};

export class OktaUserMfaTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Okta User MFA Trigger',
		name: 'oktaUserMfaTrigger',
		icon: { light: 'file:../../icons/oktaMfa.svg', dark: 'file:../../icons/oktaMfa.dark.svg' },
		group: ['trigger'],
		// n8n evaluates an expression on every request to a node of version 1.
		version: 2,
		subtitle: filtersSubtitle,
		description: 'Starts the workflow when a user is authenticated through MFA in Okta',
		eventTriggerDescription: 'Waiting for Okta to send an MFA sign-in',
		activationMessage: 'The workflow now starts for each MFA sign-in that Okta reports.',
		triggerPanel: {
			header: 'Receive an MFA sign-in from Okta',
			executionsHelp: {
				inactive:
					'<b>While building</b>, test the trigger, then send an event: sign in to Okta with MFA, or use Preview on the new event hook in the Okta Admin Console under Workflow > Event Hooks. Okta can take minutes to deliver to a new hook, and n8n listens for two.<br /><br /><b>Once the workflow is published</b>, it starts for each MFA sign-in. These executions show up in the executions list, not in the editor.',
				active:
					'<b>While building</b>, test the trigger, then send an event: sign in to Okta with MFA, or use Preview on the new event hook in the Okta Admin Console under Workflow > Event Hooks. Okta can take minutes to deliver to a new hook, and n8n listens for two.<br /><br /><b>The workflow is published</b> and starts for each MFA sign-in. These executions show up in the executions list, not in the editor.',
			},
			activationHint:
				'Once you have finished building the workflow, publish it: from then on it starts for each MFA sign-in.',
		},
		defaults: { name: 'Okta User MFA Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: oktaCredentials,
		webhooks: eventHookWebhooks,
		properties: [
			{
				displayName:
					'Publishing the workflow creates an event hook in your Okta org, which sends the MFA sign-ins to n8n; unpublishing removes it. An org can have 25 active event hooks.',
				name: 'activationNotice',
				type: 'notice',
				default: '',
			},
			authenticationParameter,
			...filterParameters,
			catchUpParameter,
			outputParameter,
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [filterInOktaOption, ...eventHookOptions],
			},
			pollTimesParameter,
		],
	};

	webhookMethods = { default: eventHookMethods(SUBJECT) };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this, SUBJECT.eventTypes, (key) => {
			expectDelivery(this, key);
			return { isWanted: chooseFilter(this), toItem: chooseOutput(this) };
		});
	}

	/** Looks after the event hook, and catches up on what it hasn't brought. */
	async poll(this: IPollFunctions): Promise<null> {
		if (await watchEventHook(this, SUBJECT)) await catchUp(this, SUBJECT);
		return null;
	}

	/** n8n prefers this to polling and webhooks when it runs the node: the events are there already. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [isCatchUpOn(this) ? await dropProcessed(this) : this.getInputData()];
	}
}
