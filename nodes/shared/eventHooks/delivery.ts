import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';

/** What Okta sends to an event hook: an envelope around one or more events. */
export interface Delivery {
	/** Identifies the delivery; null if Okta left it out. */
	eventId: unknown;
	/** When Okta sent it (ISO 8601); null if Okta left it out. */
	eventTime: unknown;
	/** URL of the event hook; null if Okta left it out. */
	source: unknown;
	events: LogEvent[];
}

/**
 * Reads the body of a POST request as a delivery.
 *
 * Ignores the envelope's `eventType`, which one of Okta's own samples lacks, and skips entries that aren't
 * objects.
 *
 * @param body the parsed body, which can be anything
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
