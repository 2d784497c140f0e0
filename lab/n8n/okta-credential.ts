import { randomUUID } from 'node:crypto';

import type { OktaOrg, ServiceAppOptions } from '../okta-org';
import { connectOAuth } from './connect-oauth';
import { createKey } from './service-app-key';
import type { KeyFormat } from './service-app-key';
import type { Credential, CredentialInput, Json, N8nRest } from './rest';

/**
 * Creates an Okta OAuth2 credential and connects it to the org, including the consent.
 *
 * @param scopes custom scopes, separated by spaces. Default: the credential's own scopes
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
	/** The format of the private key. */
	format?: KeyFormat;
	/** Overrides for the credential's fields, e.g. to make them wrong. */
	data?: Json;
}

/** Registers a service app in the org, and returns the credential that a user would enter for it. */
export function serviceAppCredential(
	org: OktaOrg,
	{ format = 'PKCS#8', data, ...app }: ServiceAppCredentialOptions = {},
): CredentialInput {
	const keyId = randomUUID();
	const { publicJwk, privateKey } = createKey(format);
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
