import type { IHttpRequestOptions } from 'n8n-workflow';

import { createDpopProof } from './dpop';
import { SCOPE_HEADER, TEST_HEADER } from './headers';
import type { ServiceAppToken } from './token';

interface SigningTools {
	/** The org's origin. */
	orgUrl: string;
	/** ms since 1970. */
	now: number;
	/** Another text for each request. */
	jti: string;
}

/**
 * The request with the access token and, for one that is bound to a key, the proof that n8n has the
 * key.
 *
 * @param options a URL below the org, or a path
 * @throws Error for a URL elsewhere: the token is for the org alone
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/#make-a-request-to-a-dpop-protected-resource
 */
export function signRequest(
	options: IHttpRequestOptions,
	{ accessToken, dpopKey, clockOffset }: Omit<ServiceAppToken, 'scopes'>,
	{ orgUrl, now, jti }: SigningTools,
): IHttpRequestOptions {
	// n8n's HTTP Request node has it as `uri`.
	const { url: target = (options as { uri?: string }).uri ?? '' } = options;
	const url = new URL(target, orgUrl);
	if (url.origin !== orgUrl) {
		throw new Error(`This credential is for ${orgUrl} and can't sign requests to ${url.origin}.`);
	}
	const headers = { ...options.headers };
	// That of the first try, where n8n comes again with a new token.
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
		baseURL: undefined,
		url: url.href,
		headers: {
			...headers,
			Authorization: `${dpopKey ? 'DPoP' : 'Bearer'} ${accessToken}`,
			...(proof !== undefined && { DPoP: proof }),
		},
	};
}
