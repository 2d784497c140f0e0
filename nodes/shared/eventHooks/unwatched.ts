import type { IWebhookFunctions } from 'n8n-workflow';

import { warn } from './log';

/** Checks come every five minutes. */
const CHECKED_WITHIN_MS = 15 * 60_000;

const loadedAt = Date.now();

/** When this process last checked the hook of a trigger, in ms since 1970, by `nodeKeyOf`. */
const checkedAt = new Map<string, number>();

const warned = new Set<string>();

/** @param now ms since 1970 */
export function noteCheck(key: string, now: number): void {
	checkedAt.set(key, now);
}

/**
 * Warns once if nothing in this process looks after the hook of a trigger that receives deliveries. A
 * workflow that was published with a version of this package that didn't do so yet is the usual reason:
 * n8n goes by what it stored then.
 *
 * @param now ms since 1970
 */
export function warnIfUnwatched(context: IWebhookFunctions, key: string, now: number): void {
	const last = checkedAt.get(key) ?? loadedAt;
	if (now - last < CHECKED_WITHIN_MS || warned.has(key) || context.getMode() === 'manual') return;
	warned.add(key);
	warn(
		context,
		"This process hasn't checked the trigger's event hook for 15 minutes, so a change in Okta goes unnoticed. Publish the workflow once more. If this is a webhook process of n8n's queue mode, ignore this: the main process checks the hook.",
	);
}
