import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A private key and its JWS algorithm: RS256 for RSA, ES256 for EC P-256. */
export interface SigningKey {
	key: KeyObject;
	algorithm: 'RS256' | 'ES256';
}

function encode(value: object): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * A time in the format of JWTs (NumericDate): whole seconds since 1970.
 *
 * @param time ms since 1970
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-2
 */
export function toNumericDate(time: number): number {
	return Math.floor(time / 1000);
}

/**
 * A signed JWT in compact form: header, claims and signature.
 *
 * @param header the header without `alg`, which depends on the key
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-3
 */
export function signJwt({ key, algorithm }: SigningKey, header: object, claims: object): string {
	const content = `${encode({ alg: algorithm, ...header })}.${encode(claims)}`;
	// JWS encodes an EC signature as two concatenated numbers; Node defaults to ASN.1. RSA ignores this option.
	const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
	return `${content}.${signature.toString('base64url')}`;
}
