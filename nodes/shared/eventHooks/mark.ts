import { createHash } from 'node:crypto';

/** Who created an event hook, as noted at the end of its description. */
export interface HookMark {
	/** Fingerprint of the n8n instance, workflow, and node. */
	owner: string;
	/** Whether the hook serves a test in n8n's editor. */
	isTest: boolean;
	/** Fingerprint of the secret's hash. Okta never returns the secret itself. */
	secret: string;
	/** When the secret was derived, in ms since 1970; undefined for a random one. */
	secretTime: number | undefined;
}

const MARK = /\[n8n (test )?([\da-f]{16}) ([\da-f]{16})(?: (\d+))?\]/;

/** A short stand-in for a string: the first 64 bits of its SHA-256 hash, in hexadecimal. */
export function fingerprint(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The mark as written in a description. */
export function formatMark({ owner, isTest, secret, secretTime }: HookMark): string {
	const kind = isTest ? 'n8n test' : 'n8n';
	const time = secretTime === undefined ? '' : ` ${secretTime}`;
	return `[${kind} ${owner} ${secret}${time}]`;
}

/**
 * Reads the mark in a description.
 *
 * @returns undefined if there is none, e.g. because Okta returned only part of the description
 */
export function parseMark(description: string): HookMark | undefined {
	const [, test, owner, secret, time] = MARK.exec(description) ?? [];
	if (owner === undefined) return undefined;
	return {
		owner,
		isTest: test !== undefined,
		secret,
		secretTime: time === undefined ? undefined : Number(time),
	};
}
