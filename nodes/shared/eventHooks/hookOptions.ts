import type { INodeProperties } from 'n8n-workflow';

/** What a user can set about the event hook itself, as entries of a collection. */
export const eventHookOptions: INodeProperties[] = [
	{
		displayName: 'Filter Expression',
		name: 'filterExpression',
		type: 'string',
		default: '',
		placeholder: "e.g. event.outcome.result eq 'FAILURE'",
		description:
			'A condition in the Okta Expression Language. Okta sends only matching events. Requires the Early Access feature Event Hook Filtering in your org. <a href="https://help.okta.com/oie/en-us/Content/Topics/automation-hooks/event-hooks-el.htm">Learn more</a>.',
	},
	{
		displayName: 'Hook Name',
		name: 'hookName',
		type: 'string',
		default: '',
		placeholder: 'e.g. n8n MFA alerts',
		description:
			'Name of the event hook in the Okta Admin Console. Defaults to the workflow and node names.',
	},
	{
		displayName: 'One Execution per Delivery',
		name: 'oneExecutionPerDelivery',
		type: 'boolean',
		default: false,
		description:
			'Whether to start an execution for each request from Okta, also in a burst. If off, requests that arrive while n8n is busy storing executions start one execution together, which is several times faster.',
	},
	{
		displayName: 'Repair Hook',
		name: 'repairHook',
		type: 'boolean',
		default: true,
		description:
			'Whether to repair the event hook when someone deactivates, edits, or deletes it in Okta. If off, n8n reports the change in a failed execution and leaves the event hook as it is.',
	},
];

/**
 * How often the trigger checks its event hook. Hidden, since nobody needs to change it; n8n asks every
 * node that polls for a parameter of this name.
 *
 * @see https://docs.n8n.io/integrations/creating-nodes/plan-build-nodes/node-types/#trigger-nodes
 */
export const pollTimesParameter: INodeProperties = {
	displayName: 'Poll Times',
	name: 'pollTimes',
	type: 'hidden',
	default: { item: [{ mode: 'everyX', value: 5, unit: 'minutes' }] },
};
