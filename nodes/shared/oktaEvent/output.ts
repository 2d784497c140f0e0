import type { INodeProperties } from 'n8n-workflow';

import type { NodeContext } from '../context';
import { readParameter } from '../readParameter';
import { toEventCard, toRawEvent } from './eventCard';

/** What an item holds. */
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
			name: 'Raw Event',
			value: 'rawEvent',
			description: 'The System Log event exactly as Okta sent it',
		},
	],
	default: 'eventCard',
	description: 'The data to return for each event',
};

/** Makes items of events, as the user set it in 'Output'. */
export function itemMapperFor(context: NodeContext): typeof toEventCard {
	const output = readParameter(context, 'output', 'eventCard', true);
	return output === 'rawEvent' ? toRawEvent : toEventCard;
}
