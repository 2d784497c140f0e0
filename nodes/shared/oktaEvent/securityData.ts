import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { debugDataOf } from './event';

type Data = Record<string, unknown>;

/** The event's security context; empty if Okta left it out. */
export function securityContextOf({ securityContext }: LogEvent): Data {
	return isRecord(securityContext) ? securityContext : {};
}

/** A JSON text of Okta's, parsed; undefined if it isn't one. */
export function parseJson(text: unknown): unknown {
	if (typeof text !== 'string') return undefined;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** `debugData.logOnlySecurityData`, which is JSON as text; empty if it can't be read. */
export function logOnlySecurityDataOf(event: LogEvent): Data {
	const data = parseJson(debugDataOf(event).logOnlySecurityData);
	return isRecord(data) ? data : {};
}

/** The text between braces, e.g. of `Risk{level=LOW}`; undefined if there are none. */
export function withoutBraces(text: unknown): string | undefined {
	if (typeof text !== 'string') return undefined;
	const start = text.indexOf('{');
	const end = text.lastIndexOf('}');
	return start >= 0 && end > start ? text.slice(start + 1, end) : undefined;
}
