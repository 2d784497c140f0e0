import OAuth2Server from '@node-oauth/oauth2-server';
import { Router, urlencoded, type NextFunction, type Request, type Response } from 'express';
import {
	AUTHORIZE_PARAMETERS,
	checkAuthorizeRequest,
	errorRedirect,
	type AuthorizeParameters,
} from './authorize-request';
import { authenticateServiceApp } from './client-assertion';
import { clientCredentials } from './client-credentials';
import { consentPage, signInErrorPage } from './consent-page';
import { isClient, readClientCredentials } from './oauth-client';
import { OAuthErrorResponse, unknownClient } from './oauth-error';
import { oauthForm, type OAuthForm } from './oauth-form';
import { consentingUser, oauthModel } from './oauth-model';
import type { OrgState } from './state';

/**
 * The org authorization server, `/oauth2/v1`: authorization code with PKCE, refresh, client
 * credentials, revocation.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/
 */
export function oauthApi(org: OrgState): Router {
	const authorizeServer = new OAuth2Server({ model: oauthModel(org, false) });
	const tokenServer = new OAuth2Server({ model: oauthModel(org, true) });
	const router = Router();
	router.use(urlencoded({ extended: false }));

	router
		.route('/authorize')
		.get((request, response) => {
			const query = new URL(request.originalUrl, org.url).searchParams;
			const parameters = Object.fromEntries(query);
			const check = checkAuthorizeRequest(org, parameters);
			if (check.result !== 'ok') sendRejection(response, check);
			else sendPage(response, 200, consentPage(hiddenFields(parameters), check.scope));
		})
		.post(async (request, response) => {
			const parameters = oauthForm(request);
			const check = checkAuthorizeRequest(org, parameters);
			if (check.result !== 'ok') return sendRejection(response, check);
			if (parameters.allowed !== 'true') {
				response.redirect(
					errorRedirect(parameters, 'access_denied', 'The resource owner denied the request.'),
				);
				return;
			}
			const authorized = new OAuth2Server.Response();
			try {
				await authorizeServer.authorize(toLibraryRequest(request, parameters), authorized, {
					authenticateHandler: { handle: () => consentingUser },
				});
			} catch (error) {
				// The library's own errors go back to the app, too.
				if (!(error instanceof OAuth2Server.OAuthError && authorized.get('location'))) throw error;
			}
			response.redirect(String(authorized.get('location')));
		});

	router.post('/token', async (request, response) => {
		response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
		const parameters = oauthForm(request);
		const client = readClientCredentials(request, parameters);
		if (client.areAmbiguous) return sendAmbiguous(response);
		if (
			parameters.grant_type === 'client_credentials' ||
			parameters.client_assertion !== undefined
		) {
			const { body, dpopNonce } = await clientCredentials(org, request, parameters);
			if (dpopNonce !== undefined) response.set('dpop-nonce', dpopNonce);
			response.json(body);
			return;
		}
		rejectUnknownClient(org, client.id);
		const isRefresh = parameters.grant_type === 'refresh_token';
		try {
			const issued = new OAuth2Server.Response();
			await tokenServer.token(toLibraryRequest(request, parameters), issued, {
				accessTokenLifetime: org.accessTokenLifetime,
				alwaysIssueNewRefreshToken: org.rotateRefreshTokens,
			});
			response.json({
				...(issued.body as object),
				expires_in: org.accessTokenLifetime,
				// Without rotation, Okta returns the same refresh token.
				...(isRefresh && !org.rotateRefreshTokens && { refresh_token: parameters.refresh_token }),
			});
		} catch (error) {
			if (!(error instanceof OAuth2Server.OAuthError)) throw error;
			sendTokenError(response, error, isRefresh);
		}
	});

	router.post('/revoke', async (request, response) => {
		response.set('Cache-Control', 'no-store');
		const parameters = oauthForm(request);
		const { id, secret, areAmbiguous } = readClientCredentials(request, parameters);
		if (areAmbiguous) return sendAmbiguous(response);
		const serviceApp =
			parameters.client_assertion === undefined
				? undefined
				: await authenticateServiceApp(org, parameters, `${org.url}/oauth2/v1/revoke`);
		if (!serviceApp) rejectUnknownClient(org, id);
		if (!serviceApp && !isClient(org, id, secret)) return sendClientError(response);
		if (!parameters.token) {
			sendError(response, 400, 'invalid_request', "The 'token' parameter is missing.");
			return;
		}
		// RFC 7009: an unknown token counts as revoked.
		org.tokens.revoke(parameters.token, serviceApp);
		response.status(200).end();
	});

	router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
		if (!(error instanceof OAuthErrorResponse)) return next(error);
		response.status(error.status).set(error.headers).json(error.body);
	});

	return router;
}

function rejectUnknownClient(org: OrgState, id: string | undefined): void {
	const isKnown = id === undefined || id === org.client.id || org.serviceApps.has(id);
	if (!isKnown) throw unknownClient();
}

function hiddenFields(parameters: AuthorizeParameters): Array<[string, string]> {
	return AUTHORIZE_PARAMETERS.map((name) => [name, parameters[name] ?? '']);
}

function sendRejection(
	response: Response,
	check: { result: 'page'; message: string } | { result: 'redirect'; location: string },
): void {
	if (check.result === 'redirect') response.redirect(check.location);
	else sendPage(response, 400, signInErrorPage(check.message));
}

function sendPage(response: Response, status: number, html: string): void {
	response
		.status(status)
		.set({
			'Cache-Control': 'no-store',
			'Content-Security-Policy':
				"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
		})
		.type('html')
		.send(html);
}

function toLibraryRequest(request: Request, body: OAuthForm): OAuth2Server.Request {
	const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
	return new OAuth2Server.Request({
		method: request.method,
		headers: Object.fromEntries(headers) as Record<string, string>,
		query: {},
		body,
	});
}

/** Sends the library's errors the way Okta words them. */
function sendTokenError(
	response: Response,
	error: OAuth2Server.OAuthError,
	isRefresh: boolean,
): void {
	const { name, message } = error;
	if (name === 'invalid_client' || message.includes('client_secret')) {
		sendClientError(response);
	} else if (/code.verifier/.test(message)) {
		sendError(response, 400, 'invalid_grant', 'PKCE verification failed.');
	} else if (message.includes('redirect_uri')) {
		sendError(
			response,
			400,
			'invalid_grant',
			"The 'redirect_uri' does not match the redirection URI used in the authorization request.",
		);
	} else if (name === 'invalid_grant') {
		sendError(
			response,
			400,
			name,
			isRefresh
				? 'The refresh token is invalid or expired.'
				: 'The authorization code is invalid or has expired.',
		);
	} else {
		sendError(response, error.code, name, message);
	}
}

function sendClientError(response: Response): void {
	sendError(
		response,
		401,
		'invalid_client',
		'Client authentication failed. Either the client or the client credentials are invalid.',
	);
}

function sendAmbiguous(response: Response): void {
	sendError(response, 400, 'invalid_request', 'Cannot supply multiple client credentials.');
}

function sendError(response: Response, status: number, error: string, description: string): void {
	response.status(status).json({ error, error_description: description });
}
