import type { Request } from 'express';
import { authenticateServiceApp } from './client-assertion';
import { checkDpopProof, DpopProofError } from './dpop';
import { randomToken } from './ids';
import { oauthError } from './oauth-error';
import type { OAuthForm } from './oauth-form';
import type { ServiceApp } from './service-app';
import type { OrgState } from './state';

interface ServiceAppTokenResponse {
	token_type: 'Bearer' | 'DPoP';
	expires_in: number;
	access_token: string;
	scope: string;
}

/**
 * The client credentials grant: a service app authenticates as itself. It gets no refresh token, because it
 * can simply request another access token.
 *
 * @returns the response body, and the DPoP nonce to send with it
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/#get-an-access-token
 */
export async function clientCredentials(
	org: OrgState,
	request: Request,
	form: OAuthForm,
): Promise<{ body: ServiceAppTokenResponse; dpopNonce?: string }> {
	if (form.client_assertion === undefined) {
		throw oauthError(
			401,
			'invalid_client',
			'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
		);
	}
	const app = await authenticateServiceApp(org, form, `${org.url}/oauth2/v1/token`);
	checkGrantType(form.grant_type);
	// An app that doesn't require DPoP gets a bearer token, even if it sends a proof.
	const thumbprint = app.requiresDpop ? await checkDpop(org, request) : undefined;
	const scope = checkScope(app, form.scope);

	const accessToken = randomToken(48);
	org.tokens.saveAccessToken(
		accessToken,
		org.tokens.newGrant(scope, app),
		scope,
		org.accessTokenLifetime,
		thumbprint,
	);
	return {
		body: {
			token_type: thumbprint === undefined ? 'Bearer' : 'DPoP',
			expires_in: org.accessTokenLifetime,
			access_token: accessToken,
			scope: scope.join(' '),
		},
		...(thumbprint !== undefined && { dpopNonce: org.dpopNonces.current() }),
	};
}

function checkGrantType(grantType: string | undefined): void {
	if (grantType === 'client_credentials') return;
	if (grantType === undefined) {
		throw oauthError(400, 'invalid_request', "The 'grant_type' parameter is missing.");
	}
	if (grantType === 'authorization_code' || grantType === 'refresh_token') {
		throw oauthError(
			400,
			'unauthorized_client',
			'The client is not authorized to use the provided grant type. Configured grant types: [client_credentials].',
		);
	}
	throw oauthError(
		400,
		'unsupported_grant_type',
		'The authorization grant type is not supported by the authorization server.',
	);
}

/** @returns the thumbprint of the key to bind the token to */
async function checkDpop(org: OrgState, request: Request): Promise<string> {
	try {
		const { thumbprint, nonce } = await checkDpopProof(org, request);
		if (org.dpopNonces.accepts(nonce)) return thumbprint;
	} catch (error) {
		if (!(error instanceof DpopProofError)) throw error;
		throw oauthError(400, 'invalid_dpop_proof', error.message);
	}
	throw oauthError(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.', {
		'dpop-nonce': org.dpopNonces.current(),
	});
}

/**
 * The app gets the requested scopes that it was granted, with no mention of the others. It's rejected only
 * if it was granted none of them.
 *
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/#grant-allowed-scopes
 */
function checkScope(app: ServiceApp, requested: string | undefined): string[] {
	const scope = [...new Set((requested ?? '').split(' ').filter((name) => name !== ''))];
	if (scope.length === 0) {
		throw oauthError(400, 'invalid_scope', "The 'scope' parameter must be provided.");
	}
	const openid = scope.find((name) => OPENID_SCOPES.includes(name));
	if (openid !== undefined) {
		throw oauthError(
			400,
			'invalid_scope',
			`Cannot request '${openid}' scopes using client credentials.`,
		);
	}
	if (!scope.every((name) => OKTA_API_SCOPE.test(name))) {
		throw oauthError(
			400,
			'invalid_scope',
			'One or more scopes are not configured for the authorization server resource.',
		);
	}
	const granted = scope.filter((name) => app.grantedScopes.includes(name));
	if (granted.length === 0) {
		throw oauthError(400, 'consent_required', 'You are not allowed any of the requested scopes.');
	}
	return granted;
}

/** Scopes about a user, which a service app doesn't have. */
const OPENID_SCOPES = [
	'openid',
	'profile',
	'email',
	'address',
	'phone',
	'groups',
	'offline_access',
];

const OKTA_API_SCOPE = /^okta\.[A-Za-z.]+\.(read|manage)$/;
