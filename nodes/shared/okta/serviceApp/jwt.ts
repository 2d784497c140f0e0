import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A private key and the JWS algorithm that it signs with: RSA with RS256, EC P-256 with ES256. */
export interface SigningKey {
	key: KeyObject;
	algorithm: 'RS256' | 'ES256';
}

function encode(value: object): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * A point in time as JWTs have it (NumericDate): whole seconds since 1970.
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
 * @param header the header without `alg`, which the key decides
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-3
 */
export function signJwt({ key, algorithm }: SigningKey, header: object, claims: object): string {
	const content = `${encode({ alg: algorithm, ...header })}.${encode(claims)}`;
	// JWS has an EC signature as two numbers side by side; Node's default is ASN.1. RSA has no such choice.
	const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
	return `${content}.${signature.toString('base64url')}`;
}
