import { generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';

/** The formats in which a private key can be pasted into the credential. */
export const KEY_FORMATS = ['PKCS#8', 'PKCS#1', 'SEC1', 'JWK (RSA)', 'JWK (EC)'] as const;

export type KeyFormat = (typeof KEY_FORMATS)[number];

/** Creates a key pair: the public key as Okta accepts it, and the private key as a user pastes it. */
export function createKey(format: KeyFormat): { publicJwk: JsonWebKey; privateKey: string } {
	const { publicKey, privateKey } =
		format === 'SEC1' || format === 'JWK (EC)'
			? generateKeyPairSync('ec', { namedCurve: 'P-256' })
			: generateKeyPairSync('rsa', { modulusLength: 2048 });
	return { publicJwk: publicKey.export({ format: 'jwk' }), privateKey: toText(privateKey, format) };
}

function toText(key: KeyObject, format: KeyFormat): string {
	if (format === 'PKCS#8') return key.export({ format: 'pem', type: 'pkcs8' }).toString();
	if (format === 'PKCS#1') return key.export({ format: 'pem', type: 'pkcs1' }).toString();
	if (format === 'SEC1') return key.export({ format: 'pem', type: 'sec1' }).toString();
	return JSON.stringify(key.export({ format: 'jwk' }));
}
