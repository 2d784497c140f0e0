import type { INodeProperties } from 'n8n-workflow';

/** Okta's event type for "a user is authenticated through MFA". */
export const USER_MFA_EVENT_TYPE = 'user.authentication.auth_via_mfa';

/** What each item holds. */
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
				"The fields of Okta Workflows' User MFA card, such as user, message and time, with the whole event in eventDetails",
		},
		{
			name: 'Raw Event',
			value: 'rawEvent',
			description: 'The System Log event as Okta sent it, without the fields around it',
		},
	],
	default: 'eventCard',
	description: 'What each item holds',
};
