import { signJwt, toNumericDate } from './jwt';
import type { SigningKey } from './jwt';

/** Okta accepts up to an hour. The assertion is used immediately, so this only needs to allow for clock skew. */
const LIFETIME_SECONDS = 5 * 60;

export interface ClientAssertionInput {
	privateKey: SigningKey;
	/** The `kid` under which Okta knows the public key. */
	keyId: string;
	clientId: string;
	/** Where the assertion is sent: the org's `/oauth2/v1/token`, in full. */
	tokenUrl: string;
	/** ms since 1970. */
	now: number;
	/** Unique for each assertion, because Okta accepts each one only once. */
	jti: string;
}

/**
 * The JWT that authenticates a service app when it requests an access token (`private_key_jwt`). It expires
 * after five minutes.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth/#jwt-with-private-key
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 */
export function createClientAssertion(input: ClientAssertionInput): string {
	const { privateKey, keyId, clientId, tokenUrl, now, jti } = input;
	const iat = toNumericDate(now);
	return signJwt(
		privateKey,
		{ kid: keyId, typ: 'JWT' },
		{ iss: clientId, sub: clientId, aud: tokenUrl, iat, exp: iat + LIFETIME_SECONDS, jti },
	);
}
