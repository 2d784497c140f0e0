import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';

import type { ClientKey } from '../okta/clientKey';

/** The secret that an event hook sends with each request. */
export interface HookSecret {
	value: string;
	/** When it was derived, in ms since 1970; undefined for a random one. */
	time: number | undefined;
}

/** What a derived secret is bound to. It isn't valid for another node or address. */
export interface SecretScope {
	/** `ownerOf` */
	owner: string;
	/** The webhook URL. */
	address: string;
}

/** Part of every derivation, so the same signature can't be used for anything else. */
const LABEL = 'n8n-nodes-okta-mfa event hook secret';

/** Milliseconds since 1970, a dot, and an HMAC-SHA-256 in hexadecimal. */
const DERIVED = /^(\d{13,16})\.[\da-f]{64}$/;

/** A secret of 256 random bits, as 64 hexadecimal digits. Checking it requires its stored hash. */
export function randomSecret(): HookSecret {
	return { value: randomBytes(32).toString('hex'), time: undefined };
}

/**
 * A secret that doesn't have to be stored: n8n can always derive it again from the node's credential, even if
 * its static data is lost. The time distinguishes a new secret from an earlier one.
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

/** When a secret was derived, in ms since 1970; undefined if it isn't a derived one. */
export function derivedTimeOf(value: string): number | undefined {
	const [, time] = DERIVED.exec(value) ?? [];
	return time === undefined ? undefined : Number(time);
}

/**
 * The form in which n8n stores the secret. n8n copies static data into every execution, so it must not
 * contain the secret itself. The hash is enough to check a delivery.
 */
export function hashSecret(secret: string): string {
	return hash('sha256', secret, 'hex');
}

/** Secrets of genuine deliveries, by hash. Comparing with one is four times as fast as hashing. */
const knownSecrets = new Map<string, Buffer>();

/** Far more triggers than any n8n instance has. */
const MAX_KNOWN_SECRETS = 10_000;

/** Compares two buffers in constant time. */
export function isEqual(one: Buffer, other: Buffer): boolean {
	return one.length === other.length && timingSafeEqual(one, other);
}

/** Whether a header value is the secret with this hash. Compares in constant time. */
export function isSecret(candidate: string, secretHash: string): boolean {
	const known = knownSecrets.get(secretHash);
	if (known && isEqual(known, Buffer.from(candidate))) return true;
	if (!isEqual(Buffer.from(secretHash), Buffer.from(hashSecret(candidate)))) return false;
	if (knownSecrets.size >= MAX_KNOWN_SECRETS) knownSecrets.clear();
	knownSecrets.set(secretHash, Buffer.from(candidate));
	return true;
}
