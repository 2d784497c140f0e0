/** The header that Okta uses to verify an endpoint. */
export const CHALLENGE_HEADER = 'x-okta-verification-challenge';

const MAX_CHALLENGE_LENGTH = 512;

/**
 * The response body for Okta's one-time verification GET request.
 *
 * @param header the value of {@link CHALLENGE_HEADER}
 * @returns undefined if the header isn't a challenge: it's missing, longer than 512 characters, or contains
 * control characters
 * @see https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request
 */
export function respondToChallenge(header: unknown): { verification: string } | undefined {
	if (typeof header !== 'string' || header === '') return undefined;
	if (header.length > MAX_CHALLENGE_LENGTH || /\p{Cc}/u.test(header)) return undefined;
	return { verification: header };
}
