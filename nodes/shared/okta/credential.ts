import type {
	IExecuteFunctions,
	IHookFunctions,
	INodeCredentialDescription,
	INodeProperties,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import { readParameter } from '../readParameter';

/** The caller: a trigger that is being published or unpublished, polls, or runs in the editor. */
export type OktaContext = IExecuteFunctions | IHookFunctions | IPollFunctions;

export type CredentialType = 'oktaOAuth2Api' | 'oktaServiceAppApi';

/** The credential that a node calls Okta with. */
export interface OktaCredential {
	type: CredentialType;
	/** What the user named it. */
	name: string;
	/** What to do when Okta no longer accepts it. */
	renew: string;
}

const TYPE_NAMES: Record<CredentialType, string> = {
	oktaOAuth2Api: 'Okta OAuth2 API',
	oktaServiceAppApi: 'Okta Service App API',
};

/** The parameter that selects the credential, for every node that calls Okta. */
export const authenticationParameter: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'OAuth2',
			value: 'oAuth2',
			description: 'Sign in as an Okta admin. Stops working if that account is deactivated.',
		},
		{
			name: 'Service App',
			value: 'serviceApp',
			description: "Use an API Services app. Doesn't depend on a user account.",
		},
	],
	default: 'oAuth2',
	description: 'How n8n connects to Okta',
};

/** The credentials of a node with `authenticationParameter`. */
export const oktaCredentials: INodeCredentialDescription[] = [
	{
		name: 'oktaOAuth2Api',
		required: true,
		displayOptions: { show: { authentication: ['oAuth2'] } },
	},
	{
		name: 'oktaServiceAppApi',
		required: true,
		displayOptions: { show: { authentication: ['serviceApp'] } },
	},
];

/** The credential that the node uses. */
export function credentialOf(context: OktaContext | IWebhookFunctions): OktaCredential {
	const authentication = readParameter(context, 'authentication', 'oAuth2');
	const type = authentication === 'serviceApp' ? 'oktaServiceAppApi' : 'oktaOAuth2Api';
	const name = context.getNode().credentials?.[type]?.name ?? TYPE_NAMES[type];
	const what =
		type === 'oktaOAuth2Api' ? 'connect it again' : "retry its connection test to see what's wrong";
	return { type, name, renew: `Open the credential '${name}' in n8n and ${what}.` };
}

/** The org URL field of every credential type. `parseOrgUrl` reads it. */
export const orgUrlProperty: INodeProperties = {
	displayName: 'Okta Org URL',
	name: 'url',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. https://your-org.okta.com',
	description: "URL of your Okta org, as shown in the address bar when you're signed in",
};
