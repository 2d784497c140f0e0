import type { LogEvent } from '../okta/types';
import { debugDataOf } from './event';

const PUSH_RESPONSES = ['APPROVE', 'DENY', 'ERROR'] as const;
const NUMBER_CHALLENGES = ['VALID', 'INVALID', 'ERROR', 'NOT_APPLICABLE'] as const;

export type PushResponse = (typeof PUSH_RESPONSES)[number];

/** One of the values, if the text is that value with a prefix. */
function readValue<T extends string>(text: unknown, prefix: string, values: readonly T[]) {
	return values.find((value) => text === prefix + value) ?? null;
}

/**
 * What the user did with a push notification; null if the event doesn't say. `APPROVE` doesn't mean that they
 * signed in: the number they chose may be wrong.
 */
export function pushResponseOf(event: LogEvent): PushResponse | null {
	return readValue(debugDataOf(event).pushOnlyResponseType, 'OV_RESPONSE_', PUSH_RESPONSES);
}

/** How a number challenge ended; null if the event doesn't say. */
export function numberChallengeOf(event: LogEvent): (typeof NUMBER_CHALLENGES)[number] | null {
	const { pushWithNumberChallengeResponseType: text } = debugDataOf(event);
	return readValue(text, 'OV_WITH_CHALLENGE_RESPONSE_', NUMBER_CHALLENGES);
}
