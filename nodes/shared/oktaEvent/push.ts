import type { LogEvent } from '../okta/types';
import { debugDataOf } from './event';

const PUSH_RESPONSES = ['APPROVE', 'DENY', 'ERROR'] as const;
const NUMBER_CHALLENGES = ['VALID', 'INVALID', 'ERROR', 'NOT_APPLICABLE'] as const;

export type PushResponse = (typeof PUSH_RESPONSES)[number];

/** The value that follows the prefix in a string; null if it isn't one of these values. */
function readValue<T extends string>(text: unknown, prefix: string, values: readonly T[]) {
	return values.find((value) => text === prefix + value) ?? null;
}

/**
 * How the user responded to a push notification; null if the event doesn't report it. `APPROVE` doesn't mean
 * that they signed in: they may have chosen the wrong number.
 */
export function pushResponseOf(event: LogEvent): PushResponse | null {
	return readValue(debugDataOf(event).pushOnlyResponseType, 'OV_RESPONSE_', PUSH_RESPONSES);
}

/** The result of a number challenge; null if the event doesn't report one. */
export function numberChallengeOf(event: LogEvent): (typeof NUMBER_CHALLENGES)[number] | null {
	const { pushWithNumberChallengeResponseType: text } = debugDataOf(event);
	return readValue(text, 'OV_WITH_CHALLENGE_RESPONSE_', NUMBER_CHALLENGES);
}
