import type { IWebhookFunctions } from 'n8n-workflow';

import { warn } from './log';
import type { Traffic } from './traffic';

/** Checks come every five minutes. */
const CHECKED_WITHIN_MS = 15 * 60_000;

/**
 * Warns once if nothing in this process looks after the hook of a trigger that receives deliveries. A
 * workflow that was published with a version of this package that didn't do so yet is the usual reason:
 * n8n goes by what it stored then.
 *
 * @param now ms since 1970
 */
export function warnIfUnwatched(context: IWebhookFunctions, traffic: Traffic, now: number): void {
	if (traffic.isWarned || now - traffic.checkedAt < CHECKED_WITHIN_MS) return;
	if (context.getMode() === 'manual') return;
	traffic.isWarned = true;
	warn(
		context,
		"This process hasn't checked the trigger's event hook for 15 minutes, so a change in Okta goes unnoticed. Publish the workflow again. If this is a webhook process of n8n's queue mode, ignore this: the main process checks the hook.",
	);
}
