import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { debugDataOf, userOf } from './event';

/** How an event reached n8n: in an event hook's delivery, or from the System Log. */
export interface Envelope {
	eventId: unknown;
	/** When it was sent or fetched (ISO 8601). */
	eventTime: unknown;
	/** The URL that it came from. */
	source: unknown;
}

/** The object with only these keys. Missing ones are null. */
function pick(value: unknown, keys: readonly string[]): IDataObject {
	const from = isRecord(value) ? value : {};
	const picked: Record<string, unknown> = {};
	for (const key of keys) picked[key] = from[key] ?? null;
	return picked as IDataObject;
}

/**
 * The fields of Okta Workflows' "User MFA" event card. Every key is always there, and null if Okta left it
 * out. Values are passed on as Okta sent them.
 *
 * @param headers the request's headers without the shared secret; empty for an event from the System Log
 * @see https://help.okta.com/wf/en-us/content/topics/workflows/connector-reference/okta/events/usermfa.htm
 */
export function toEventCard(
	event: LogEvent,
	envelope: Envelope,
	headers: IDataObject,
): IDataObject {
	return {
		dateAndTime: event.published ?? null,
		message: event.displayMessage ?? null,
		eventId: envelope.eventId,
		eventType: event.eventType ?? null,
		eventTime: envelope.eventTime,
		version: event.version ?? null,
		admin: pick(event.actor, ['id', 'alternateId', 'displayName', 'type']),
		oktaUser: pick(userOf(event), ['id', 'alternateId', 'displayName']),
		uuid: event.uuid ?? null,
		eventDetails: event,
		headers,
		source: envelope.source,
		debugContext: { debugData: debugDataOf(event) },
	} as IDataObject;
}

/** The event as Okta sent it. */
export function toRawEvent(event: LogEvent): IDataObject {
	return event as IDataObject;
}
