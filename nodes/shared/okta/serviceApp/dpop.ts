import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { signJwt, toNumericDate } from './jwt';

/**
 * The key that an access token is bound to: EC P-256.
 *
 * Okta takes RS256 to RS512 and ES256 to ES512, and names them in its metadata
 * (`dpop_signing_alg_values_supported`) and in the challenge of its API (`WWW-Authenticate: DPoP
 * algs="…"`). EC because a new key is there in a millisecond, and an RSA key in half a second, during
 * which n8n does nothing else.
 *
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 */
export interface DpopKey {
	key: KeyObject;
	algorithm: 'ES256';
}

/** Node's name for P-256. */
const CURVE = 'prime256v1';

/** A new key. A token stays bound to the key that it was asked for with: keep them together. */
export function createDpopKey(): DpopKey {
	const { privateKey } = generateKeyPairSync('ec', { namedCurve: CURVE });
	return { key: privateKey, algorithm: 'ES256' };
}

/** The key as text, a private JWK in JSON: a secret, to be kept like the token. */
export function exportDpopKey({ key }: DpopKey): string {
	return JSON.stringify(key.export({ format: 'jwk' }));
}

/**
 * The key from the text of {@link exportDpopKey}.
 *
 * @returns undefined where the text is none: the token that it was kept with cannot be used any more
 */
export function importDpopKey(text: string): DpopKey | undefined {
	try {
		const key = createPrivateKey({ key: JSON.parse(text), format: 'jwk' });
		return key.asymmetricKeyDetails?.namedCurve === CURVE ? { key, algorithm: 'ES256' } : undefined;
	} catch {
		return undefined;
	}
}

export interface DpopProofInput {
	key: DpopKey;
	/** The request's HTTP method, in upper case. */
	method: string;
	/** The request's URL, in full. */
	url: string;
	/** ms since 1970. */
	now: number;
	/** Another one for each request: a repeated request needs a new proof. */
	jti: string;
	/** What Okta sent in the header `dpop-nonce`, where it asks for that. */
	nonce?: string;
	/** The token that the request carries, for calls to Okta's API. */
	accessToken?: string;
}

/**
 * The value of a request's `DPoP` header: proves that who sends the request has the key.
 *
 * The proof names the URL without query and fragment, in the form in which it is sent (RFC 9449,
 * `htu`). Okta compares it after decoding `%40` and the like: a path must hold nothing that needs
 * encoding. Ids, of which this package's paths are made, do not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4.2
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 * @see https://github.com/okta/okta-sdk-nodejs/issues/521 about what Okta does with encoded paths
 */
export function createDpopProof(input: DpopProofInput): string {
	const { key, method, url, now, jti, nonce, accessToken } = input;
	const { origin, pathname } = new URL(url);
	return signJwt(
		key,
		{ typ: 'dpop+jwt', jwk: createPublicKey(key.key).export({ format: 'jwk' }) },
		{
			htm: method,
			htu: `${origin}${pathname}`,
			iat: toNumericDate(now),
			jti,
			...(nonce !== undefined && { nonce }),
			...(accessToken !== undefined && {
				ath: createHash('sha256').update(accessToken).digest('base64url'),
			}),
		},
	);
}
