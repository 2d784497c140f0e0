import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { debugDataOf } from './event';

/** What Okta reports about an event's risk and behaviors, as it sent it. */
export type SecurityData = Record<string, unknown>;

/** The event's security context; empty if Okta left it out. */
export function securityContextOf({ securityContext }: LogEvent): SecurityData {
	return isRecord(securityContext) ? securityContext : {};
}

/** Parses JSON; undefined if it isn't valid. */
export function parseJson(text: unknown): unknown {
	if (typeof text !== 'string') return undefined;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** The parsed JSON in `debugData.logOnlySecurityData`; empty if it's missing or can't be parsed. */
export function logOnlySecurityDataOf(event: LogEvent): SecurityData {
	const data = parseJson(debugDataOf(event).logOnlySecurityData);
	return isRecord(data) ? data : {};
}

/** The text between the braces, e.g. in `Risk{level=LOW}`; undefined if there are none. */
export function withoutBraces(text: unknown): string | undefined {
	if (typeof text !== 'string') return undefined;
	const start = text.indexOf('{');
	const end = text.lastIndexOf('}');
	return start >= 0 && end > start ? text.slice(start + 1, end) : undefined;
}
