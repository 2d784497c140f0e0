/**
 * A header that stays in n8n: a request that has it is signed with a new access token, although the
 * stored one has not expired. For answers that speak against the token and are no 401, which is all
 * that n8n itself renews a token for.
 */
export const RENEW_HEADER = 'x-n8n-renew-token';

/**
 * Thrown while a request is signed, this makes n8n get a new token and have the request signed again:
 * n8n takes it for an answer 401.
 */
export class TokenUnusableError extends Error {
	override name = 'TokenUnusableError';

	/** As in the HTTP client's errors; read only if no new token comes of it. */
	readonly response = {
		status: 401,
		data: { errorCode: 'E0000011', errorSummary: 'The stored access token cannot be used' },
	};
}
