import { randomUUID } from 'node:crypto';
import type { DeliveredEvent, DeliveryBody } from './types';

/** The body of a delivery to an event hook, with an `eventId` of its own. */
export function deliveryBody(
	hookUrl: string,
	events: DeliveredEvent[],
	time: number,
): DeliveryBody {
	return {
		eventType: 'com.okta.event_hook',
		eventTypeVersion: '1.0',
		cloudEventsVersion: '0.1',
		source: hookUrl,
		eventId: randomUUID(),
		data: { events },
		eventTime: new Date(time).toISOString(),
		contentType: 'application/json',
	};
}
