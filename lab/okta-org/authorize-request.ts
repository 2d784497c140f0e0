import { isRegistered } from './oauth-model';
import type { OrgState } from './state';

/** Parameters of the authorize endpoint that the consent page passes on. */
export const AUTHORIZE_PARAMETERS = [
	'client_id',
	'response_type',
	'redirect_uri',
	'scope',
	'state',
	'code_challenge',
	'code_challenge_method',
] as const;

export type AuthorizeParameters = Readonly<Record<string, string | undefined>>;

export type AuthorizeCheck =
	| { result: 'ok'; scope: string[] }
	/** The redirect URI can't be trusted, so the user sees an error page. */
	| { result: 'page'; message: string }
	| { result: 'redirect'; location: string };

/**
 * Checks an authorization request before the user is asked for consent.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/#tag/OrgAS/operation/authorize
 * @see https://support.okta.com/help/s/article/error-one-or-more-scopes-are-not-configured-for-the-authorization-server-resource
 */
export function checkAuthorizeRequest(
	org: OrgState,
	parameters: AuthorizeParameters,
): AuthorizeCheck {
	const { client_id: clientId, redirect_uri: redirectUri } = parameters;
	if (clientId !== org.client.id) {
		return { result: 'page', message: "Invalid value for 'client_id' parameter." };
	}
	if (redirectUri === undefined || !isRegistered(org, redirectUri)) {
		return {
			result: 'page',
			message:
				"The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
		};
	}

	const reject = (error: string, description: string): AuthorizeCheck => ({
		result: 'redirect',
		location: errorRedirect(parameters, error, description),
	});
	if (parameters.response_type !== 'code') {
		return reject('unsupported_response_type', "The response type must be 'code'.");
	}
	if (!parameters.state) return reject('invalid_request', "'state' is missing.");
	if (parameters.code_challenge_method !== 'S256') {
		return reject('invalid_request', "PKCE is required, with the code challenge method 'S256'.");
	}
	if (!/^[A-Za-z0-9_-]{43}$/.test(parameters.code_challenge ?? '')) {
		return reject('invalid_request', 'PKCE code challenge is required by the application.');
	}

	const scope = (parameters.scope ?? '').split(' ').filter((name) => name !== '');
	if (scope.length === 0) {
		return reject('invalid_scope', "The 'scope' parameter must be provided.");
	}
	if (scope.some((name) => !org.grantedScopes.includes(name))) {
		return reject(
			'invalid_scope',
			'One or more scopes are not configured for the authorization server resource.',
		);
	}
	if (!org.isUserActive)
		return reject('access_denied', 'User is not assigned to the client application.');
	return { result: 'ok', scope };
}

/** The URL that sends the browser back to the app with an error. */
export function errorRedirect(
	parameters: AuthorizeParameters,
	error: string,
	description: string,
): string {
	const url = new URL(parameters.redirect_uri ?? '');
	if (parameters.state) url.searchParams.set('state', parameters.state);
	url.searchParams.set('error', error);
	url.searchParams.set('error_description', description);
	return url.href;
}
