import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { OktaCredential } from './credential';

/** A client of Okta, and a secret of it that n8n can read at any time. */
export interface ClientKey {
	clientId: string;
	/** The client secret, or the private key of a service app. */
	key: string;
}

/** Shorter ones can be guessed. */
const MIN_LENGTH = 16;

function text(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

/**
 * The client's key in a credential, from which other secrets can be derived.
 *
 * @returns undefined if the credential has none, or one that is too short to derive from
 */
export function readClientKey(
	type: OktaCredential['type'],
	data: ICredentialDataDecryptedObject,
): ClientKey | undefined {
	const key = text(type === 'oktaServiceAppApi' ? data.privateKey : data.clientSecret);
	if (key.length < MIN_LENGTH) return undefined;
	return { clientId: text(data.clientId), key };
}
