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

import { catchUp } from '../shared/eventHooks/catchUp';
import { catchUpParameter, isCatchUpOn } from '../shared/eventHooks/catchUpParameter';
import { eventHookOptions, pollTimesParameter } from '../shared/eventHooks/hookOptions';
import { eventHookMethods } from '../shared/eventHooks/lifecycle';
import { receive } from '../shared/eventHooks/receive';
import { watchEventHook } from '../shared/eventHooks/watch';
import { eventHookWebhooks } from '../shared/eventHooks/webhooks';
import { dropProcessed } from '../shared/executions';
import { authenticationParameter, oktaCredentials } from '../shared/okta/credential';
import { parametersOf } from '../shared/oktaEvent/filter';
import { filterInOktaOption } from '../shared/oktaEvent/hookExpression';
import { outputParameter } from '../shared/oktaEvent/output';
import { subtitleOf } from '../shared/oktaEvent/subtitle';
import { hookFilters } from '../shared/userMfa/filters';

export class OktaUserMfaTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Okta User MFA Trigger',
		name: 'oktaUserMfaTrigger',
		icon: { light: 'file:../../icons/oktaMfa.svg', dark: 'file:../../icons/oktaMfa.dark.svg' },
		group: ['trigger'],
		// n8n evaluates an expression on every request to a version 1 node.
		version: 2,
		subtitle: subtitleOf(hookFilters),
		description:
			'Starts the workflow when a user signs in to Okta with MFA, or on other MFA-related events that you select',
		eventTriggerDescription: 'Waiting for Okta to send an event',
		activationMessage: 'The workflow now starts when Okta sends one of the selected events.',
		triggerPanel: {
			header: 'Receive an event from Okta',
			executionsHelp: {
				inactive:
					"<b>While building your workflow</b>, click the 'execute step' button, then sign in to Okta with MFA or send a preview from the new event hook (Okta Admin Console, Workflow > Event Hooks). A new hook can take several minutes to receive its first event, and n8n stops listening after two. If nothing arrives, click the button again.<br /><br /><b>Once you publish the workflow</b>, it starts for each selected event. These executions show up in the <a data-key='executions'>executions list</a>, but not in the editor.",
				active:
					"<b>While building your workflow</b>, click the 'execute step' button, then sign in to Okta with MFA or send a preview from the new event hook (Okta Admin Console, Workflow > Event Hooks). A new hook can take several minutes to receive its first event, and n8n stops listening after two. If nothing arrives, click the button again.<br /><br /><b>Your workflow is published</b>, so it also starts for each selected event. These executions show up in the <a data-key='executions'>executions list</a>, but not in the editor.",
			},
			activationHint:
				'Once you’ve finished building your workflow, publish it to have it start for each selected event.',
		},
		defaults: { name: 'Okta User MFA Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: oktaCredentials,
		webhooks: eventHookWebhooks,
		properties: [
			{
				displayName:
					'Publishing this workflow creates an event hook in your Okta org. Unpublishing deletes it. Okta allows up to 25 active event hooks per org.',
				name: 'activationNotice',
				type: 'notice',
				default: '',
			},
			authenticationParameter,
			...parametersOf(hookFilters),
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

	webhookMethods = { default: eventHookMethods(hookFilters) };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return receive(this, hookFilters);
	}

	/** Checks and repairs the event hook, then catches up on events that it hasn't delivered. */
	async poll(this: IPollFunctions): Promise<null> {
		if (await watchEventHook(this, hookFilters)) await catchUp(this, hookFilters);
		return null;
	}

	/** n8n calls this instead of `poll` and `webhook` to run the node, which already has its events. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [isCatchUpOn(this) ? await dropProcessed(this) : this.getInputData()];
	}
}
