import type { IHttpRequestOptions } from 'n8n-workflow';

import { createDpopProof } from './dpop';
import { SCOPE_HEADER, TEST_HEADER } from '../headers';
import type { ServiceAppToken } from './token';

interface SigningTools {
	/** The org's origin. */
	orgUrl: string;
	/** ms since 1970. */
	now: number;
	/** Unique for each request. */
	jti: string;
}

/**
 * Adds the access token to a request and, if the token is bound to a key, the proof that n8n has that key.
 *
 * @param options with a URL of the org, or a path
 * @throws Error for a URL of another host, because the token is only for the org
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/#make-a-request-to-a-dpop-protected-resource
 */
export function signRequest(
	options: IHttpRequestOptions,
	{ accessToken, dpopKey, clockOffset }: Omit<ServiceAppToken, 'scopes'>,
	{ orgUrl, now, jti }: SigningTools,
): IHttpRequestOptions {
	// n8n's HTTP Request node sets `uri` instead.
	const { url: target = (options as { uri?: string }).uri ?? '' } = options;
	const url = new URL(target, orgUrl);
	if (url.origin !== orgUrl) {
		throw new Error(`This credential is for ${orgUrl} and can't sign requests to ${url.origin}.`);
	}
	const headers = { ...options.headers };
	// Left over from the first attempt if n8n retries with a new token.
	delete headers.DPoP;
	delete headers[SCOPE_HEADER];
	delete headers[TEST_HEADER];
	const { method = 'GET' } = options;
	const proof =
		dpopKey &&
		createDpopProof({
			key: dpopKey,
			method,
			url: url.href,
			now: now + clockOffset,
			jti,
			accessToken,
		});
	return {
		...options,
		// Otherwise n8n can send the token to wherever the org redirects.
		sendCredentialsOnCrossOriginRedirect: false,
		baseURL: undefined,
		url: url.href,
		headers: {
			...headers,
			Authorization: `${dpopKey ? 'DPoP' : 'Bearer'} ${accessToken}`,
			...(proof !== undefined && { DPoP: proof }),
		},
	};
}
