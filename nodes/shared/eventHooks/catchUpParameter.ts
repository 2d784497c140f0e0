import type { INodeProperties } from 'n8n-workflow';

import type { NodeContext } from '../context';
import { readParameter } from '../readParameter';

/** Lets an event hook trigger read the System Log as well. */
export const catchUpParameter: INodeProperties = {
	displayName: 'Catch Up From System Log',
	name: 'catchUp',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		"Whether to also read Okta's System Log every five minutes and start the workflow for events that Okta couldn't deliver, e.g. while n8n was down. Each event still starts the workflow only once. Requires the okta.logs.read scope.",
};

/** Whether the user turned it on. */
export function isCatchUpOn(context: NodeContext): boolean {
	return readParameter(context, 'catchUp', false, true) === true;
}
