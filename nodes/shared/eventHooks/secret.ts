import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';

import type { ClientKey } from '../okta/clientKey';

/** The secret that an event hook sends with each request. */
export interface HookSecret {
	value: string;
	/** When it was derived, in ms since 1970; undefined for a random one. */
	time: number | undefined;
}

/** What a derived secret is bound to: it's invalid for another node or at another address. */
export interface SecretScope {
	/** `ownerOf` */
	owner: string;
	/** The webhook URL. */
	address: string;
}

/** What goes into every derivation, so that the key signs nothing else by accident. */
const LABEL = 'n8n-nodes-okta-mfa event hook secret';

/** Milliseconds since 1970, a dot, and an HMAC-SHA-256 in hexadecimal. */
const DERIVED = /^(\d{13,16})\.[\da-f]{64}$/;

/** A secret of 256 random bits, as 64 hexadecimal digits. Only who stored its hash can check it. */
export function randomSecret(): HookSecret {
	return { value: randomBytes(32).toString('hex'), time: undefined };
}

/**
 * A secret that needs no memory: whoever can read the node's credential can derive it again, whatever
 * became of n8n's static data. The time tells a new secret from an earlier one.
 *
 * @param time ms since 1970
 */
export function deriveSecret(
	{ clientId, key }: ClientKey,
	{ owner, address }: SecretScope,
	time: number,
): HookSecret {
	const message = JSON.stringify([LABEL, clientId, owner, address, time]);
	const signature = createHmac('sha256', key).update(message).digest('hex');
	return { value: `${time}.${signature}`, time };
}

/** When a secret was derived, in ms since 1970; undefined for what has another form. */
export function derivedTimeOf(value: string): number | undefined {
	const [, time] = DERIVED.exec(value) ?? [];
	return time === undefined ? undefined : Number(time);
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
