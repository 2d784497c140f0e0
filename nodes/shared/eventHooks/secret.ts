import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new shared secret: 256 random bits, as 64 hexadecimal digits. */
export function createSecret(): string {
	return randomBytes(32).toString('hex');
}

/**
 * The form in which n8n keeps the secret. n8n copies a workflow's static data into every execution
 * it stores, so the secret itself must not be in there; to check a delivery, its hash is enough.
 */
export function hashSecret(secret: string): string {
	return hash('sha256', secret, 'hex');
}

/**
 * Whether a header value is the secret with this hash. Takes the same time wherever the two differ,
 * whatever their lengths.
 */
export function isSecret(candidate: string, secretHash: string): boolean {
	const expected = Buffer.from(secretHash);
	const actual = Buffer.from(hashSecret(candidate));
	return expected.length === actual.length && timingSafeEqual(expected, actual);
}
