import type { LogEvent } from './log-event';
import { logEvent, OKTA } from './new-log-event';
import type { StoredHook } from './state';
import type { DeliveryAttempt } from './types';

/**
 * The event that Okta logs after it gives up on a delivery.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/?q=event_hook.delivery
 */
export function failedDelivery(
	hook: StoredHook,
	attempt: DeliveryAttempt,
	published: number,
): LogEvent {
	return logEvent(published, {
		eventType: 'event_hook.delivery',
		displayMessage: 'Event hook delivery',
		severity: 'WARN',
		actor: OKTA,
		outcome: {
			result: 'FAILURE',
			reason: attempt.error ?? `The external service answered with HTTP status ${attempt.status}`,
		},
		transaction: { type: 'JOB', id: attempt.eventId, detail: {} },
		debugContext: {
			debugData: {
				eventHookId: hook.id,
				eventId: attempt.eventId,
				attempts: String(attempt.attempt),
			},
		},
		target: [
			{
				id: hook.id,
				type: 'EventHook',
				alternateId: hook.input.channel.config.uri,
				displayName: hook.input.name,
				detailEntry: null,
			},
		],
	});
}
