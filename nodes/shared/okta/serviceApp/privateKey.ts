import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { JsonWebKeyInput, KeyObject, PrivateKeyInput } from 'node:crypto';

import { isRecord } from '../../isRecord';
import type { SigningKey } from './jwt';

/** The private key of a service app. */
export interface PrivateKey extends SigningKey {
	/** The `kid` of a JWK, if it has one. PEM has none. */
	keyId?: string;
}

/** Explains why a string isn't a private key that Okta accepts, and what to do. Contains none of the string. */
export class PrivateKeyError extends Error {
	override name = 'PrivateKeyError';
}

const PASTE_WHOLE =
	"Paste the entire private key: in PEM format from the 'BEGIN PRIVATE KEY' line through the 'END PRIVATE KEY' line, or in JWK format from '{' through '}'.";

const HOW_TO_GENERATE =
	"In Okta, on the app integration's 'General' tab, edit Client Credentials, choose Add Key > Generate New Key, and copy the private key. Okta shows it only once.";

const NEW_KEY = `Generate a new key. ${HOW_TO_GENERATE}`;

const EMPTY = `'Private Key' is empty. ${PASTE_WHOLE} If you don't have one, generate it. ${HOW_TO_GENERATE}`;

const NO_KEY = `'Private Key' doesn't contain a private key. ${PASTE_WHOLE}`;

const DAMAGED = `The key in 'Private Key' is damaged or incomplete. Copy it again. ${PASTE_WHOLE}`;

const PUBLIC = `'Private Key' contains a public key or a certificate, which belongs in Okta. Use the matching private key here. ${PASTE_WHOLE} If you no longer have it, generate a new key. ${HOW_TO_GENERATE}`;

const ENCRYPTED =
	"The key in 'Private Key' is encrypted with a passphrase, which n8n can't prompt for. Remove the passphrase with 'openssl pkcs8 -in key.pem -topk8 -nocrypt', then paste the output.";

const OPENSSH =
	"The key in 'Private Key' is in OpenSSH format. Convert a copy of the file with 'ssh-keygen -p -N \"\" -m PKCS8 -f copy-of-key', then paste the contents of the copy.";

const SEVERAL =
	"'Private Key' contains several private keys. Paste only the one whose public key is registered with the app integration in Okta.";

const TOO_LONG =
	"The key in 'Private Key' is too long. RSA keys can have at most 8192 bits. Paste one private key and nothing else.";

const TOO_SHORT = `The RSA key in 'Private Key' is too short. RSA keys must have at least 2048 bits. ${NEW_KEY}`;

const OTHER_CURVE = `The EC key in 'Private Key' uses a curve other than P-256. ${NEW_KEY}`;

const OTHER_TYPE = `The key in 'Private Key' is neither an RSA key nor an EC key on the P-256 curve. ${NEW_KEY}`;

/**
 * A key of 8192 bits has about 6,500 characters, both as PEM and as JWK. The limit exists because the time to
 * read an RSA key grows with the cube of its length. A megabyte would block n8n for hours.
 */
const MAX_KEY_LENGTH = 7_000;

/** Leaves room for text next to the key, such as public keys and certificates. */
const MAX_TEXT_LENGTH = 100_000;

/** PEM labels of private keys, with Node's names for their formats. */
const PEM_TYPES: Record<string, 'pkcs8' | 'pkcs1' | 'sec1'> = {
	'PRIVATE KEY': 'pkcs8',
	'RSA PRIVATE KEY': 'pkcs1',
	'EC PRIVATE KEY': 'sec1',
};

const PEM = /-----(?:BEGIN|END) /;

// The body excludes dashes, so many BEGINs don't each trigger a scan of the rest of the text.
const PEM_KEY = /-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([^-]*)-----END \1-----/g;

/** PEM that can be rejected by its label. The first match wins. */
const UNSUPPORTED_PEM: ReadonlyArray<[RegExp, string]> = [
	[/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type:/, ENCRYPTED],
	[/BEGIN OPENSSH PRIVATE KEY/, OPENSSH],
	[/BEGIN DSA PRIVATE KEY/, OTHER_TYPE],
];

const JWK_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];

/** The function's return value, or undefined if it throws. */
function undefinedIfThrown<T>(run: () => T): T | undefined {
	try {
		return run();
	} catch {
		return undefined;
	}
}

/**
 * Removes the backslashes that a string got from JSON or source code, and replaces line breaks, real or escaped,
 * with spaces.
 */
function normalizePasted(text: string): string {
	return text
		.replace(/\\[nrt]/g, ' ')
		.replace(/\\/g, '')
		.replace(/\s+/g, ' ');
}

/** The JSON object in a string, from the first brace to the last; empty if there is no closing brace. */
function jsonObjectIn(text: string): string {
	return text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
}

function algorithmOf(key: KeyObject): SigningKey['algorithm'] {
	const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
	switch (key.asymmetricKeyType) {
		case 'rsa':
			if (modulusLength < 2048) throw new PrivateKeyError(TOO_SHORT);
			return 'RS256';
		case 'ec':
			if (namedCurve !== 'prime256v1') throw new PrivateKeyError(OTHER_CURVE);
			return 'ES256';
		default:
			throw new PrivateKeyError(OTHER_TYPE);
	}
}

/** Whether the key's private and public parts match. A single wrong character breaks this. */
function partsMatch(key: KeyObject): boolean {
	const probe = Buffer.from('probe');
	const verified = undefinedIfThrown(() => {
		return verify('sha256', probe, createPublicKey(key), sign('sha256', probe, key));
	});
	return verified === true;
}

/** @param length length of the key's text, in characters */
function readKey(input: PrivateKeyInput | JsonWebKeyInput, length: number): SigningKey {
	if (length > MAX_KEY_LENGTH) throw new PrivateKeyError(TOO_LONG);
	const key = undefinedIfThrown(() => createPrivateKey(input));
	if (key === undefined) throw new PrivateKeyError(DAMAGED);
	const algorithm = algorithmOf(key);
	if (!partsMatch(key)) throw new PrivateKeyError(DAMAGED);
	return { key, algorithm };
}

/** @param text as {@link normalizePasted} returns it */
function readPem(text: string): PrivateKey {
	const unsupported = UNSUPPORTED_PEM.find(([label]) => label.test(text));
	if (unsupported) throw new PrivateKeyError(unsupported[1]);
	const [found, another] = text.matchAll(PEM_KEY);
	if (another) throw new PrivateKeyError(SEVERAL);
	if (!found) {
		const isPublic = !text.includes('PRIVATE KEY') && /PUBLIC KEY|CERTIFICATE/.test(text);
		throw new PrivateKeyError(isPublic ? PUBLIC : DAMAGED);
	}
	const [, label, body] = found;
	const key = Buffer.from(body, 'base64');
	return readKey({ key, format: 'der', type: PEM_TYPES[label] }, body.length);
}

function readJwk(text: string): PrivateKey {
	// Tries the original text first because a key ID may contain a backslash.
	const parsed: unknown =
		undefinedIfThrown(() => JSON.parse(jsonObjectIn(text))) ??
		undefinedIfThrown(() => JSON.parse(jsonObjectIn(normalizePasted(text))));
	if (!isRecord(parsed)) throw new PrivateKeyError(DAMAGED);
	const keys = (Array.isArray(parsed.keys) ? parsed.keys : [parsed])
		.filter(isRecord)
		.filter(({ kty }) => typeof kty === 'string');
	if (keys.length === 0) throw new PrivateKeyError(NO_KEY);
	const [jwk, another] = keys.filter((key) => 'd' in key || 'k' in key);
	if (!jwk) throw new PrivateKeyError(PUBLIC);
	if (another) throw new PrivateKeyError(SEVERAL);
	if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') throw new PrivateKeyError(OTHER_TYPE);
	const key: Record<string, string> = {};
	for (const name of JWK_MEMBERS) {
		const value = jwk[name];
		if (typeof value === 'string') key[name] = value;
	}
	const { length } = Object.values(key).join('');
	const keyId = typeof jwk.kid === 'string' && jwk.kid !== '' ? { keyId: jwk.kid } : {};
	return { ...readKey({ key, format: 'jwk' }, length), ...keyId };
}

/**
 * Parses the private key of a service app as users paste it: PEM (PKCS#8, PKCS#1, or SEC1), a JWK, or a JWKS
 * with one private key. Tolerates paste damage: lost line breaks, line breaks written as `\n`, quotes, and
 * other text before and after the key.
 *
 * Okta accepts RSA keys and EC keys. This package supports EC keys on P-256 only.
 *
 * @throws PrivateKeyError, and nothing else, for any input
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/#create-a-public-private-key-pair
 * @see https://help.okta.com/en-us/Content/Topics/Apps/oauth-client-cred-mgmt.htm about the keys that Okta's console generates
 * @see https://www.rfc-editor.org/rfc/rfc7468 PEM
 * @see https://www.rfc-editor.org/rfc/rfc7517 JWK
 */
export function parsePrivateKey(text: unknown): PrivateKey {
	if (typeof text !== 'string' || text.trim() === '') throw new PrivateKeyError(EMPTY);
	if (text.length > MAX_TEXT_LENGTH) throw new PrivateKeyError(TOO_LONG);
	const pem = normalizePasted(text);
	if (PEM.test(pem)) return readPem(pem);
	if (text.includes('{')) return readJwk(text);
	const isPublic = /^\W*(?:ssh|ecdsa)-/.test(text);
	throw new PrivateKeyError(isPublic ? PUBLIC : NO_KEY);
}
