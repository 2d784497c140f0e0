import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';

function isUser(value: unknown): value is Record<string, unknown> {
	return isRecord(value) && value.type === 'User';
}

/**
 * The user that the event is about: the first target that is a user, otherwise the actor if it's a user.
 *
 * @returns the user as Okta sent it, or undefined if the event doesn't have one
 */
export function userOf({ target, actor }: LogEvent): Record<string, unknown> | undefined {
	const user: unknown = Array.isArray(target) ? target.find(isUser) : undefined;
	if (isUser(user)) return user;
	return isUser(actor) ? actor : undefined;
}

/** The event's debug data; empty if Okta left it out. Okta may change its keys at any time. */
export function debugDataOf({ debugContext }: LogEvent): Record<string, unknown> {
	return isRecord(debugContext) && isRecord(debugContext.debugData) ? debugContext.debugData : {};
}

/**
 * A value in the debug data. Okta's documentation spells some keys in two ways, e.g. `risk` and `Risk`.
 *
 * @param key with a lowercase first letter, as in most events
 */
export function debugValueOf(event: LogEvent, key: string): unknown {
	const debugData = debugDataOf(event);
	return debugData[key] ?? debugData[key[0].toUpperCase() + key.slice(1)];
}

/** The outcome, e.g. `SUCCESS`; undefined if Okta left it out. */
export function outcomeOf({ outcome }: LogEvent): string | undefined {
	return isRecord(outcome) && typeof outcome.result === 'string' ? outcome.result : undefined;
}

/** The reason for the outcome, e.g. `INVALID_CREDENTIALS` or a sentence; undefined if Okta left it out. */
export function reasonOf({ outcome }: LogEvent): string | undefined {
	return isRecord(outcome) && typeof outcome.reason === 'string' ? outcome.reason : undefined;
}
