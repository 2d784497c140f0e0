import { generateKeyPairSync } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';

/** The forms in which a private key may be pasted into the credential. */
export const KEY_FORMS = ['PKCS#8', 'PKCS#1', 'SEC1', 'JWK (RSA)', 'JWK (EC)'] as const;

export type KeyForm = (typeof KEY_FORMS)[number];

/** A new key pair: the public key as Okta takes it, the private key as a person pastes it. */
export function createKey(form: KeyForm): { publicJwk: JsonWebKey; privateKey: string } {
	const { publicKey, privateKey } =
		form === 'SEC1' || form === 'JWK (EC)'
			? generateKeyPairSync('ec', { namedCurve: 'P-256' })
			: generateKeyPairSync('rsa', { modulusLength: 2048 });
	return { publicJwk: publicKey.export({ format: 'jwk' }), privateKey: toText(privateKey, form) };
}

function toText(key: KeyObject, form: KeyForm): string {
	if (form === 'PKCS#8') return key.export({ format: 'pem', type: 'pkcs8' }).toString();
	if (form === 'PKCS#1') return key.export({ format: 'pem', type: 'pkcs1' }).toString();
	if (form === 'SEC1') return key.export({ format: 'pem', type: 'sec1' }).toString();
	return JSON.stringify(key.export({ format: 'jwk' }));
}
