/**
 * Headers that stay in n8n. By them a request tells the credential that signs it what it needs: n8n
 * passes nothing else along.
 */

/**
 * The request is signed with a new access token, although the stored one hasn't expired. For responses
 * that reject the token and aren't 401, the only status for which n8n itself renews a token.
 */
export const RENEW_HEADER = 'x-n8n-renew-token';

/** The OAuth scope that the request needs. If the access token doesn't include it, it isn't sent. */
export const SCOPE_HEADER = 'x-n8n-scope';

/** The request tests the credential. It goes to an API that the access token is for. */
export const TEST_HEADER = 'x-n8n-credential-test';
