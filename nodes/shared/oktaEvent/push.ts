import type { LogEvent } from '../okta/types';
import { debugDataOf } from './event';

export type PushResponse = 'APPROVE' | 'DENY' | 'ERROR';

export type NumberChallenge = 'VALID' | 'INVALID' | 'ERROR' | 'NOT_APPLICABLE';

const PUSH_RESPONSES = new Map<unknown, PushResponse>([
	['OV_RESPONSE_APPROVE', 'APPROVE'],
	['OV_RESPONSE_DENY', 'DENY'],
	['OV_RESPONSE_ERROR', 'ERROR'],
]);

const NUMBER_CHALLENGES = new Map<unknown, NumberChallenge>([
	['OV_WITH_CHALLENGE_RESPONSE_VALID', 'VALID'],
	['OV_WITH_CHALLENGE_RESPONSE_INVALID', 'INVALID'],
	['OV_WITH_CHALLENGE_RESPONSE_ERROR', 'ERROR'],
	['OV_WITH_CHALLENGE_RESPONSE_NOT_APPLICABLE', 'NOT_APPLICABLE'],
]);

/**
 * How the user responded to a push notification; null if the event doesn't report it. `APPROVE` doesn't mean
 * that they signed in: they may have chosen the wrong number.
 */
export function pushResponseOf(event: LogEvent): PushResponse | null {
	return PUSH_RESPONSES.get(debugDataOf(event).pushOnlyResponseType) ?? null;
}

/** The result of a number challenge; null if the event doesn't report one. */
export function numberChallengeOf(event: LogEvent): NumberChallenge | null {
	return NUMBER_CHALLENGES.get(debugDataOf(event).pushWithNumberChallengeResponseType) ?? null;
}
