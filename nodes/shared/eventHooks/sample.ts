import { sleep } from 'n8n-workflow';
import type { IHookFunctions } from 'n8n-workflow';

import { messageOf } from '../errors';
import type { Okta } from '../okta/client';
import { EVENT_HOOKS } from '../okta/resources';
import type { EventHook } from '../okta/types';
import type { Filter } from '../oktaEvent/filter';
import { logSpecFor } from '../systemLog/logSpec';
import { latestEvents } from '../systemLog/poll';

/** n8n starts listening after `create()` has returned and n8n has notified the editor. */
const READY_AFTER_MS = 1_000;

const TIMEOUT_MS = 10_000;

/**
 * Delivers the latest matching event of the System Log to a test in n8n's editor, since Okta can take minutes
 * to deliver to a new hook. If there's no such event, or if n8n can't reach its own public URL, the test waits
 * for Okta.
 *
 * @param secret of the hook
 */
export async function deliverSample(
	context: IHookFunctions,
	okta: Okta,
	filters: readonly Filter[],
	{ id, uri }: EventHook,
	secret: string,
): Promise<void> {
	try {
		const [event] = await latestEvents(okta, logSpecFor(context, filters, okta.orgUrl), 1);
		if (event === undefined) return;
		await sleep(READY_AFTER_MS);
		await context.helpers.httpRequest({
			method: 'POST',
			url: uri,
			headers: { Authorization: secret },
			body: {
				eventType: 'com.okta.event_hook',
				source: `${okta.orgUrl}${EVENT_HOOKS.path}/${id}`,
				eventId: event.uuid,
				eventTime: new Date().toISOString(),
				data: { events: [event] },
			},
			json: true,
			timeout: TIMEOUT_MS,
			disableFollowRedirect: true,
		});
	} catch (error) {
		context.logger.debug(
			`Couldn't deliver a sample event from the System Log: ${messageOf(error)}`,
		);
	}
}
