import { randomUUID } from 'node:crypto';

import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { orgUrlProperty } from '../nodes/shared/okta/credential';
import { EVENT_HOOKS, SYSTEM_LOG } from '../nodes/shared/okta/resources';
import { authenticate, preAuthenticate } from '../nodes/shared/okta/serviceApp/authenticate';
import { TEST_HEADER } from '../nodes/shared/okta/headers';

export class OktaServiceAppApi implements ICredentialType {
	name = 'oktaServiceAppApi';

	displayName = 'Okta Service App API';

	icon: Icon = { light: 'file:../icons/oktaMfa.svg', dark: 'file:../icons/oktaMfa.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-okta-mfa/n8n-nodes-okta-mfa/blob/HEAD/docs/service-app.md';

	properties: INodeProperties[] = [
		orgUrlProperty,
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 0oa1a2b3c4d5e6f7g8h9',
			description: 'Client ID of your API Services app integration',
		},
		{
			displayName: 'Key ID',
			name: 'keyId',
			type: 'string',
			default: '',
			placeholder: 'e.g. kJ8s2vQ4xY1zB7nM3pR6tW9c',
			description:
				"KID of the public key, as shown on the app integration's General tab in Okta. Not needed if the private key is a JWK with a kid.",
		},
		{
			displayName: 'Private Key',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			default: '',
			required: true,
			description:
				'RSA key with at least 2048 bits or EC key on the P-256 curve, in PEM (PKCS#8, PKCS#1, or SEC1) or JWK format',
		},
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'DPoP Private Key',
			name: 'dpopPrivateKey',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
		{ displayName: 'Granted Scopes', name: 'grantedScopes', type: 'hidden', default: '' },
		{ displayName: 'Clock Offset', name: 'clockOffset', type: 'hidden', default: '' },
		// Hides n8n's own field. `authenticate` rejects every URL outside the org and keeps the token off redirects.
		{
			displayName: 'Allowed HTTP Request Domains',
			name: 'allowedHttpRequestDomains',
			type: 'hidden',
			default: 'all',
		},
	];

	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		return await preAuthenticate(credentials, {
			httpRequest: async (options) => await this.helpers.httpRequest(options),
			now: Date.now,
			createId: randomUUID,
		});
	}

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> =>
		authenticate(credentials, requestOptions, Date.now(), randomUUID());

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.url}}',
			// If the access token only covers the System Log, `authenticate` calls that instead.
			url: EVENT_HOOKS.path,
			headers: { 'Accept-Language': 'en', [TEST_HEADER]: 'true' },
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message: `The service app has a scope but not the admin role for it. In the Okta Admin Console, open the app integration's 'Admin roles' tab. For the scope '${EVENT_HOOKS.scope}', assign ${EVENT_HOOKS.role}. For '${SYSTEM_LOG.scope}' alone, assign ${SYSTEM_LOG.role}.`,
				},
			},
		],
	};
}
