import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';

/** Okta's name for a password in `debugData.factor`. */
export const PASSWORD = 'PASSWORD_AS_FACTOR';

function isUser(value: unknown): value is Record<string, unknown> {
	return isRecord(value) && value.type === 'User';
}

/**
 * The person who was authenticated: the first target that is a user, else the actor if that is one.
 *
 * @returns the person as Okta sent it, or undefined where the event names none
 */
export function userOf({ target, actor }: LogEvent): Record<string, unknown> | undefined {
	const user: unknown = Array.isArray(target) ? target.find(isUser) : undefined;
	if (isUser(user)) return user;
	return isUser(actor) ? actor : undefined;
}

/** The event's debug data; empty where Okta left it out. Its keys are no contract. */
export function debugDataOf({ debugContext }: LogEvent): Record<string, unknown> {
	return isRecord(debugContext) && isRecord(debugContext.debugData) ? debugContext.debugData : {};
}

/** How it ended, e.g. `SUCCESS`; undefined where Okta left it out. */
export function outcomeOf({ outcome }: LogEvent): string | undefined {
	return isRecord(outcome) && typeof outcome.result === 'string' ? outcome.result : undefined;
}

/** What the person used, e.g. `OKTA_VERIFY_PUSH`; undefined where Okta left it out. */
export function factorOf(event: LogEvent): string | undefined {
	const { factor } = debugDataOf(event);
	return typeof factor === 'string' ? factor : undefined;
}

/**
 * Whether the event is about a password, which Identity Engine reports like a second factor. Some of
 * these events have no factor, and only name the authenticator.
 */
export function isPasswordVerification(event: LogEvent): boolean {
	const factor = factorOf(event);
	if (factor !== undefined) return factor.toUpperCase() === PASSWORD;
	return (
		Array.isArray(event.target) &&
		event.target.some(
			(target: unknown) =>
				isRecord(target) &&
				target.type === 'AuthenticatorEnrollment' &&
				target.displayName === 'Password',
		)
	);
}
