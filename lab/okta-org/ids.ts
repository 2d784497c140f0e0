import { randomBytes, randomInt } from 'node:crypto';

const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** An ID in Okta's format: a prefix for the type, then random alphanumerics. */
export function oktaId(prefix: string, length = 17): string {
	let id = prefix;
	for (let i = 0; i < length; i++) id += ALPHANUMERICS[randomInt(ALPHANUMERICS.length)];
	return id;
}

/** An unguessable value: tokens, codes, secrets, verification challenges. */
export function randomToken(bytes = 32): string {
	return randomBytes(bytes).toString('base64url');
}
