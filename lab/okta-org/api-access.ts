import type { NextFunction, Request, Response } from 'express';
import { checkDpopProof, DpopProofError } from './dpop';
import { OktaApiError } from './errors';
import { SIGNING_ALGORITHMS } from './signing-algorithms';
import type { OrgState } from './state';

type Scheme = 'Bearer' | 'DPoP';

/** The access token of a request, sent as RFC 6750 (bearer) or RFC 9449 (DPoP) specifies. */
export function presentedToken(request: Request): { scheme: Scheme; token: string } | undefined {
	const [, scheme, token] =
		/^(Bearer|DPoP) ([\w.~+/-]+=*)$/i.exec(request.get('authorization') ?? '') ?? [];
	return token === undefined
		? undefined
		: { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token };
}

/**
 * Lets a call through if its access token is valid, was sent by the client that it's bound to, and has one of
 * these scopes, and if the user or service app behind it has an admin role. A scope alone isn't enough.
 *
 * @param scopes any of them is enough. Errors name the first one
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta/main/
 * @see https://support.okta.com/help/s/article/insufficient-scope-error-when-making-a-request-to-an-oauth-or-management-endpoint
 */
export function requireScope(org: OrgState, ...scopes: [string, ...string[]]) {
	return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
		if (request.get('authorization') === undefined) throw new OktaApiError('E0000005');

		const { scheme, token } = presentedToken(request) ?? { scheme: 'Bearer' };
		const challenge = (error: string, description: string) =>
			`${scheme} ${scheme === 'DPoP' ? `algs="${SIGNING_ALGORITHMS.join(' ')}", ` : ''}` +
			`authorization_uri="${org.url}/oauth2/v1/authorize", realm="${org.url}", ` +
			`scope="${scopes[0]}", error="${error}", error_description="${description}", ` +
			`resource="${request.baseUrl}${request.path === '/' ? '' : request.path}"`;
		/** Okta only sends the challenge. There's no body that says what's wrong. */
		const reject = (status: number, error: string, description: string): void => {
			response.status(status).set('WWW-Authenticate', challenge(error, description)).end();
		};
		const rejectToken = (description: string) => reject(401, 'invalid_token', description);

		const access = token === undefined ? undefined : org.tokens.accessToken(token);
		if (!token || !access || !(access.serviceApp || org.isUserActive)) {
			return rejectToken('The access token is invalid.');
		}
		if (access.state === 'expired') return rejectToken('The access token has expired.');

		if (access.boundTo === undefined) {
			if (scheme === 'DPoP') return rejectToken('The access token is not bound to a DPoP key.');
		} else if (scheme === 'Bearer') {
			return reject(400, 'invalid_request', 'The resource request requires a DPoP proof.');
		} else {
			try {
				const { thumbprint } = await checkDpopProof(org, request, token);
				if (thumbprint !== access.boundTo) {
					return rejectToken('The access token is bound to another DPoP key.');
				}
			} catch (error) {
				if (!(error instanceof DpopProofError)) throw error;
				return reject(400, 'invalid_dpop_proof', error.message);
			}
		}

		if (!scopes.some((scope) => access.scope.includes(scope))) {
			return reject(
				403,
				'insufficient_scope',
				'The access token provided does not contain the required scopes.',
			);
		}
		const isAdmin = access.serviceApp ? access.serviceApp.hasAdminRole : org.hasAdminRights;
		if (!isAdmin) throw new OktaApiError('E0000006');
		next();
	};
}
