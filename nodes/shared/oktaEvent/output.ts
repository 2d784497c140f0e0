import type { INodeProperties } from 'n8n-workflow';

import type { NodeContext } from '../context';
import { readParameter } from '../readParameter';
import { toEventCard, toRawEvent } from './eventCard';
import { toSummary } from './summary';

/** The field for what each item contains. */
export const outputParameter: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Event Card',
			value: 'eventCard',
			description:
				"The fields of Okta Workflows' User MFA card, such as user, message, and time, plus the full event in eventDetails",
		},
		{
			name: 'Summary',
			value: 'summary',
			description:
				'One flat object with the most important fields, such as user, location, device, risk, and behaviors',
		},
		{
			name: 'Raw Event',
			value: 'rawEvent',
			description: 'The System Log event exactly as Okta sent it',
		},
	],
	default: 'eventCard',
	description: 'The data to return for each event',
};

/** The function that turns events into items, as selected in 'Output'. */
export function itemMapperFor(context: NodeContext): typeof toEventCard {
	const output = readParameter(context, 'output', 'eventCard', true);
	if (output === 'summary') return toSummary;
	return output === 'rawEvent' ? toRawEvent : toEventCard;
}
