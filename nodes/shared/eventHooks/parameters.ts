import type { INodeProperties } from 'n8n-workflow';

/** What a person may set about the event hook itself, as entries of a collection. */
export const eventHookOptions: INodeProperties[] = [
	{
		displayName: 'Filter Expression',
		name: 'filterExpression',
		type: 'string',
		default: '',
		placeholder: "e.g. event.outcome.result eq 'FAILURE'",
		description:
			'A condition in the Okta Expression Language: Okta sends only events that meet it. Needs the Early Access feature Event Hook Filtering in your org. <a href="https://help.okta.com/oie/en-us/Content/Topics/automation-hooks/event-hooks-el.htm">What it can say</a>.',
	},
	{
		displayName: 'Hook Name',
		name: 'hookName',
		type: 'string',
		default: '',
		placeholder: 'e.g. n8n MFA alerts',
		description:
			'What the event hook is called in the Okta Admin Console. If empty, it is named after the workflow and the node.',
	},
];
