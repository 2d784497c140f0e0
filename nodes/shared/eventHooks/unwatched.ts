import type { IWebhookFunctions } from 'n8n-workflow';

import { warn } from './log';
import type { Traffic } from './traffic';

/** Checks run every five minutes. */
const MAX_CHECK_AGE_MS = 15 * 60_000;

/**
 * Warns once if a trigger receives deliveries but nothing in this process checks its hook. Usually, the
 * workflow was published with an earlier version of this package: n8n starts polling a node only when its
 * workflow is published.
 *
 * @param now ms since 1970
 */
export function warnIfUnwatched(context: IWebhookFunctions, traffic: Traffic, now: number): void {
	if (traffic.isWarned || now - traffic.checkedAt < MAX_CHECK_AGE_MS) return;
	if (context.getMode() === 'manual') return;
	traffic.isWarned = true;
	warn(
		context,
		"This process hasn't checked the trigger's event hook for 15 minutes, so changes in Okta go unnoticed. Unpublish and republish the workflow. Ignore this warning in a webhook processor of n8n's queue mode, where the main process checks the hook.",
	);
}
