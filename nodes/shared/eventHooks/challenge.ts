/** The header with which Okta proves an endpoint. */
export const CHALLENGE_HEADER = 'x-okta-verification-challenge';

const MAX_CHALLENGE_LENGTH = 512;

/**
 * The body that answers Okta's one-time verification GET.
 *
 * @param header the value of {@link CHALLENGE_HEADER}
 * @returns undefined where that is no challenge: missing, over 512 characters, or with control
 * characters
 * @see https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request
 */
export function respondToChallenge(header: unknown): { verification: string } | undefined {
	if (typeof header !== 'string' || header === '') return undefined;
	if (header.length > MAX_CHALLENGE_LENGTH || /\p{Cc}/u.test(header)) return undefined;
	return { verification: header };
}
