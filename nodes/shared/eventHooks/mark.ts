import { createHash } from 'node:crypto';

/** What the end of an event hook's description says about who created it. */
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

/** A short text that stands for a longer one: the first 64 bits of its SHA-256, in hexadecimal. */
export function fingerprint(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The mark as it stands in a description. */
export function formatMark({ owner, isTest, secret, secretTime }: HookMark): string {
	const kind = isTest ? 'n8n test' : 'n8n';
	const time = secretTime === undefined ? '' : ` ${secretTime}`;
	return `[${kind} ${owner} ${secret}${time}]`;
}

/**
 * Reads the mark in a description.
 *
 * @returns undefined if there is none, for example because Okta didn't return all of the description
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
