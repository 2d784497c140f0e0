import type { INodeProperties } from 'n8n-workflow';

/** The user's settings for the event hook itself, as entries of a collection. */
export const eventHookOptions: INodeProperties[] = [
	{
		displayName: 'Filter Expression',
		name: 'filterExpression',
		type: 'string',
		default: '',
		placeholder: "e.g. event.outcome.result eq 'FAILURE'",
		description:
			'Condition in the Okta Expression Language. Okta sends only matching events. Requires the Early Access feature Event Hook Filtering in your org. <a href="https://help.okta.com/oie/en-us/Content/Topics/automation-hooks/event-hooks-el.htm">Learn more</a>.',
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
		// Each delivery reads it, and evaluating an expression would take longer than the rest.
		noDataExpression: true,
		default: false,
		description:
			'Whether to start one execution per request from Okta, even in a burst. When off, requests that arrive while n8n is storing executions share one execution, which is several times faster.',
	},
	{
		displayName: 'Repair Hook',
		name: 'repairHook',
		type: 'boolean',
		default: true,
		description:
			'Whether to repair the event hook when someone deactivates, edits, or deletes it in Okta. When off, n8n reports the change as a failed execution and leaves the event hook alone.',
	},
];

/**
 * How often the trigger checks its event hook. n8n reads this parameter from every node that polls. It's
 * hidden because users don't need to change it.
 *
 * @see https://docs.n8n.io/integrations/creating-nodes/plan-build-nodes/node-types/#trigger-nodes
 */
export const pollTimesParameter: INodeProperties = {
	displayName: 'Poll Times',
	name: 'pollTimes',
	type: 'hidden',
	default: { item: [{ mode: 'everyX', value: 5, unit: 'minutes' }] },
};
