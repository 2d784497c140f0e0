import { oktaId } from './ids';

/** An error as the OAuth endpoints return it. */
export class OAuthErrorResponse extends Error {
	constructor(
		readonly status: number,
		readonly body: Readonly<Record<string, unknown>>,
		readonly headers: Readonly<Record<string, string>> = {},
	) {
		super(JSON.stringify(body));
		this.name = 'OAuthErrorResponse';
	}
}

/** @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/#tag/OrgAS/operation/token */
export function oauthError(
	status: number,
	error: string,
	description: string,
	headers: Record<string, string> = {},
): OAuthErrorResponse {
	return new OAuthErrorResponse(status, { error, error_description: description }, headers);
}

/**
 * Okta returns this one error in the format of its Management API, without `error` and `error_description`.
 * Its error list says 401, but orgs return 400.
 *
 * @see https://support.okta.com/help/s/article/invalid-client-error-returned-during-client-authentication-failure
 */
export function unknownClient(): OAuthErrorResponse {
	return new OAuthErrorResponse(400, {
		errorCode: 'invalid_client',
		errorSummary: "Invalid value for 'client_id' parameter.",
		errorLink: 'invalid_client',
		errorId: oktaId('oae', 22),
		errorCauses: [],
	});
}
