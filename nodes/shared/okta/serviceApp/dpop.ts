import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { signJwt, toNumericDate } from './jwt';

/**
 * The key that an access token is bound to: EC P-256.
 *
 * Okta accepts RS256 to RS512 and ES256 to ES512, and lists them in its metadata
 * (`dpop_signing_alg_values_supported`) and in its API's challenge (`WWW-Authenticate: DPoP algs="…"`).
 * Generating an EC key takes a millisecond. An RSA key takes half a second, which would block n8n.
 *
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 */
export interface DpopKey {
	key: KeyObject;
	algorithm: 'ES256';
}

/** Node's name for P-256. */
const CURVE = 'prime256v1';

/** Generates a key. A token stays bound to the key that it was requested with, so store them together. */
export function createDpopKey(): DpopKey {
	const { privateKey } = generateKeyPairSync('ec', { namedCurve: CURVE });
	return { key: privateKey, algorithm: 'ES256' };
}

/** The key as a private JWK in JSON. It's a secret, so store it like the token. */
export function exportDpopKey({ key }: DpopKey): string {
	return JSON.stringify(key.export({ format: 'jwk' }));
}

/**
 * The key from the string that {@link exportDpopKey} returned.
 *
 * @returns undefined if the string isn't such a key. The token that was stored with it is then unusable
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
	/** Unique for each request. A retried request needs a new proof. */
	jti: string;
	/** The `dpop-nonce` header from Okta, if it requires one. */
	nonce?: string;
	/** The token that the request carries, for calls to Okta's API. */
	accessToken?: string;
}

/**
 * The value of a request's `DPoP` header, which proves that the sender has the key.
 *
 * The proof contains the URL as sent, without query and fragment (RFC 9449, `htu`). Okta decodes `%40` and
 * the like before it compares, so a path must not contain anything that needs encoding. IDs, which this
 * package's paths are made of, don't.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4.2
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 * @see https://github.com/okta/okta-sdk-nodejs/issues/521 about how Okta handles encoded paths
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
