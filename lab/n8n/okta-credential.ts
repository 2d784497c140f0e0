import { randomUUID } from 'node:crypto';

import type { OktaOrg, ServiceAppOptions } from '../okta-org';
import { connectOAuth } from './connect-oauth';
import { createKey } from './service-app-key';
import type { KeyForm } from './service-app-key';
import type { Credential, CredentialInput, Json, N8nRest } from './rest';

/**
 * Creates an Okta OAuth2 credential and connects it to the org: somebody has consented.
 *
 * @param scopes custom scopes, separated by spaces; those that the credential itself asks for when
 * left out
 */
export async function connectToOkta(
	rest: N8nRest,
	org: OktaOrg,
	scopes?: string,
): Promise<Credential> {
	const credential = await rest.createCredential({
		name: 'Okta account',
		type: 'oktaOAuth2Api',
		data: {
			url: org.url,
			clientId: org.client.id,
			clientSecret: org.client.secret,
			...(scopes !== undefined && { customScopes: true, enabledScopes: scopes }),
		},
	});
	await connectOAuth(rest, credential.id);
	return credential;
}

export interface ServiceAppCredentialOptions extends Partial<ServiceAppOptions> {
	/** How the private key is pasted. */
	form?: KeyForm;
	/** Other than what is right. */
	data?: Json;
}

/** What a person enters for a service app that was just made in the org. */
export function serviceAppCredential(
	org: OktaOrg,
	{ form = 'PKCS#8', data, ...app }: ServiceAppCredentialOptions = {},
): CredentialInput {
	const keyId = randomUUID();
	const { publicJwk, privateKey } = createKey(form);
	const clientId = org.addServiceApp({
		jwks: { keys: [{ ...publicJwk, kid: keyId }] },
		scopes: ['okta.eventHooks.manage', 'okta.logs.read'],
		...app,
	});
	return {
		name: 'Okta service app',
		type: 'oktaServiceAppApi',
		data: { url: org.url, clientId, keyId, privateKey, ...data },
	};
}
