import type { NextFunction, Request, Response } from 'express';
import { OktaApiError } from './errors';
import type { OrgState } from './state';

/** The access token of a request, sent as RFC 6750 says. */
export function bearerToken(request: Request): string | undefined {
	return /^Bearer ([\w.~+/-]+=*)$/i.exec(request.get('authorization') ?? '')?.[1];
}

/**
 * Lets a call through when its access token is good, holds one of these scopes, and the person behind
 * it has the admin role: a scope alone does not prove a right.
 *
 * @param scopes any one of them is enough; the first is the one that the answer names
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta/main/
 * @see https://support.okta.com/help/s/article/insufficient-scope-error-when-making-a-request-to-an-oauth-or-management-endpoint
 */
export function requireScope(org: OrgState, ...scopes: [string, ...string[]]) {
	const challenge = (request: Request, error: string, description: string) => ({
		'WWW-Authenticate':
			`Bearer authorization_uri="${org.url}/oauth2/v1/authorize", realm="${org.url}", ` +
			`scope="${scopes[0]}", error="${error}", error_description="${description}", ` +
			`resource="${request.baseUrl}${request.path === '/' ? '' : request.path}"`,
	});

	return (request: Request, _response: Response, next: NextFunction): void => {
		if (request.get('authorization') === undefined) throw new OktaApiError('E0000005');

		const token = bearerToken(request);
		const access = token === undefined ? undefined : org.tokens.accessToken(token);
		if (!access || !org.isUserActive) {
			throw new OktaApiError('E0000011', {
				headers: challenge(request, 'invalid_token', 'The access token is invalid.'),
			});
		}
		if (access.state === 'expired') {
			throw new OktaApiError('E0000011', {
				headers: challenge(request, 'invalid_token', 'The access token has expired.'),
			});
		}
		if (!scopes.some((scope) => access.scope.includes(scope))) {
			throw new OktaApiError('E0000006', {
				headers: challenge(
					request,
					'insufficient_scope',
					'The access token provided does not contain the required scopes.',
				),
			});
		}
		if (!org.hasAdminRights) throw new OktaApiError('E0000006');
		next();
	};
}
