import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';

/** What Okta sends to an event hook: an envelope around one or more events. */
export interface Delivery {
	/** Identifies the delivery; null where Okta left it out. */
	eventId: unknown;
	/** When Okta sent it (ISO 8601); null where Okta left it out. */
	eventTime: unknown;
	/** The event hook it comes from, as a URL; null where Okta left it out. */
	source: unknown;
	events: LogEvent[];
}

/**
 * Reads the body of a POST as a delivery.
 *
 * The envelope's own `eventType` doesn't matter: one of Okta's samples lacks it. Entries that aren't objects
 * are left out.
 *
 * @param body the parsed body, whatever was sent
 * @returns undefined if the body isn't a delivery
 * @see https://developer.okta.com/docs/concepts/event-hooks/#sample-event-delivery-payload
 */
export function parseDelivery(body: unknown): Delivery | undefined {
	if (!isRecord(body) || !isRecord(body.data) || !Array.isArray(body.data.events)) return undefined;
	return {
		eventId: body.eventId ?? null,
		eventTime: body.eventTime ?? null,
		source: body.source ?? null,
		events: body.data.events.filter(isRecord),
	};
}
