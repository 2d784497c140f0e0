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

/** A type of credential that nodes call Okta with. */
export interface OktaCredential {
	type: 'oktaOAuth2Api' | 'oktaServiceAppApi';
	/** Its name in n8n. */
	name: string;
	/** What to do when Okta no longer accepts it. */
	renew: string;
}

const OAUTH: OktaCredential = {
	type: 'oktaOAuth2Api',
	name: 'Okta OAuth2 API',
	renew: "Open the credential 'Okta OAuth2 API' in n8n, connect it again, then try again.",
};

const SERVICE_APP: OktaCredential = {
	type: 'oktaServiceAppApi',
	name: 'Okta Service App API',
	renew:
		"Open the credential 'Okta Service App API' in n8n and retry its connection test to see what's wrong, then try again.",
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
		name: OAUTH.type,
		required: true,
		displayOptions: { show: { authentication: ['oAuth2'] } },
	},
	{
		name: SERVICE_APP.type,
		required: true,
		displayOptions: { show: { authentication: ['serviceApp'] } },
	},
];

/** The type of credential that the node uses. */
export function credentialOf(context: OktaContext | IWebhookFunctions): OktaCredential {
	return readParameter(context, 'authentication', 'oAuth2') === 'serviceApp' ? SERVICE_APP : OAUTH;
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
