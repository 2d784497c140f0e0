import type { INodeProperties } from 'n8n-workflow';

import { FACTORS } from './factors';
import { OUTCOMES } from './outcomes';

/** Okta's event type for "a user is authenticated through MFA". */
export const USER_MFA_EVENT_TYPE = 'user.authentication.auth_via_mfa';

/** The option of 'Factors' that shows 'Other Factors'. */
export const OTHER_FACTORS = 'other';

/** Which events a person wants, for every node that handles this event. */
export const filterParameters: INodeProperties[] = [
	{
		displayName: 'Outcomes',
		name: 'outcomes',
		type: 'multiOptions',
		options: OUTCOMES.map((outcome) => ({ ...outcome })),
		default: [],
		description:
			'Which outcomes to start the workflow for. Any if empty. A denied push is a failure in Okta Identity Engine.',
	},
	{
		displayName: 'Factors',
		name: 'factors',
		type: 'multiOptions',
		options: [
			...FACTORS.map(({ name, value }) => ({ name, value, description: value })),
			{ name: 'Other', value: OTHER_FACTORS, description: 'Names to type in below' },
		],
		default: [],
		description: 'Which factors to start the workflow for. Any if empty.',
	},
	{
		displayName: 'Other Factors',
		name: 'otherFactors',
		type: 'string',
		default: '',
		placeholder: 'e.g. CUSTOM_OTP, RSA_SECURID',
		description:
			"Factors as Okta's events name them in debugContext.debugData.factor, separated by commas, in any case",
		displayOptions: { show: { factors: [OTHER_FACTORS] } },
	},
	{
		displayName: 'Ignore Password Verifications',
		name: 'ignorePasswordVerifications',
		type: 'boolean',
		default: false,
		description: 'Whether to leave out events about a password',
		hint: 'Okta Identity Engine sends this event for every password too, right or wrong.',
	},
	{
		displayName: 'Users',
		name: 'users',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. ada@example.com, *@contractor.example.com',
		description:
			'Whose sign-ins to start the workflow for: Okta user IDs or logins, separated by commas or lines, in any case, with * for any text. Anyone if empty.',
	},
];

/** Whether Okta filters too, as an entry of a collection. */
export const filterInOktaOption: INodeProperties = {
	displayName: 'Filter in Okta',
	name: 'filterInOkta',
	type: 'boolean',
	default: false,
	description:
		"Whether Okta shall not even send what 'Outcomes' and 'Users' leave out, so that it does not count against the org's 400,000 events a day. Okta can do so with outcomes and with user IDs, written exactly as Okta writes them; factors, logins, wildcards and expressions stay with n8n. Needs the Early Access feature Event Hook Filtering in your org.",
};

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
