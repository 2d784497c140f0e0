/**
 * Headers that stay in n8n. A request uses them to pass instructions to the credential that signs it,
 * because n8n passes nothing else on.
 */

/**
 * Signs the request with a new access token even if the stored one hasn't expired. For non-401 responses
 * that mean the token is bad; n8n renews only on a 401.
 */
export const RENEW_HEADER = 'x-n8n-renew-token';

/** The OAuth scope that the request needs. Without it in the access token, the request isn't sent. */
export const SCOPE_HEADER = 'x-n8n-scope';

/** Marks the credential's test request, which goes to an API that the access token covers. */
export const TEST_HEADER = 'x-n8n-credential-test';
