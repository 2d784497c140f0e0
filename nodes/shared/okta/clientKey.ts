import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { CredentialType } from './credential';
import { fieldText } from './fieldText';

/** An Okta client and its secret, which n8n can read at any time. */
export interface ClientKey {
	clientId: string;
	/** The client secret, or the private key of a service app. */
	key: string;
}

/** Shorter keys can be guessed. */
const MIN_LENGTH = 16;

/**
 * Reads the client's key, from which other secrets can be derived, from a credential.
 *
 * @returns undefined if the credential has no key, or the key is too short
 */
export function readClientKey(
	type: CredentialType,
	data: ICredentialDataDecryptedObject,
): ClientKey | undefined {
	const key = fieldText(type === 'oktaServiceAppApi' ? data.privateKey : data.clientSecret);
	if (key.length < MIN_LENGTH) return undefined;
	return { clientId: fieldText(data.clientId), key };
}
