import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import type { OAuthForm } from './oauth-form';
import { oauthError, unknownClient, type OAuthErrorResponse } from './oauth-error';
import type { ServiceApp } from './service-app';
import { SIGNING_ALGORITHMS } from './signing-algorithms';
import type { OrgState } from './state';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** How far ahead an assertion can expire, in seconds. */
const MAXIMUM_LIFETIME = 3600;

/** How far ahead the client's clock (`iat`) can be, in seconds. */
const CLOCK_SKEW = 30;

/**
 * Identifies the service app that sent a form by the JWT that it signed (`private_key_jwt`).
 *
 * @param endpoint the URL that was called. Assertions for other endpoints are rejected
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth/#jwt-with-private-key
 */
export async function authenticateServiceApp(
	org: OrgState,
	form: OAuthForm,
	endpoint: string,
): Promise<ServiceApp> {
	const assertion = form.client_assertion;
	if (assertion === undefined) throw invalidClient('The client_assertion is missing.');
	if (form.client_assertion_type !== ASSERTION_TYPE) {
		throw invalidClient('The client_assertion_type is invalid.');
	}

	const { kid, clientId } = readUnverified(assertion);
	const app = org.serviceApps.get(clientId ?? '');
	if (!app) throw unknownClient();
	if (form.client_id !== undefined && form.client_id !== app.id) throw unknownClient();
	if (app.keys.size === 0) {
		throw invalidClient(
			'The client does not have a JWKSet configured, but the client_assertion requires one.',
		);
	}
	const key = app.keys.get(kid ?? '');
	if (!key) throw invalidClient('The client_assertion JWT kid is invalid.');

	const now = new Date(org.now());
	let claims: JWTPayload;
	try {
		({ payload: claims } = await jwtVerify(assertion, key, {
			algorithms: SIGNING_ALGORITHMS,
			issuer: app.id,
			subject: app.id,
			audience: endpoint,
			requiredClaims: ['exp', 'jti'],
			currentDate: now,
		}));
	} catch (error) {
		throw explain(error);
	}

	const seconds = Math.floor(now.getTime() / 1000);
	if ((claims.exp ?? 0) > seconds + MAXIMUM_LIFETIME) {
		throw invalidClient('The client_assertion token has an expiration too far into the future.');
	}
	if ((claims.iat ?? 0) > seconds + CLOCK_SKEW) {
		throw invalidClient('The client_assertion token was issued in the future.');
	}
	if (typeof claims.jti !== 'string' || claims.jti === '') throw invalidClaim('jti');
	// Used up even if this call fails later: a client that retries must sign a new one.
	if (!app.usedAssertions.use(claims.jti)) {
		throw invalidClient('The client_assertion token has already been used.');
	}
	return app;
}

/** The sender that an assertion claims. Don't trust it before the signature is verified. */
function readUnverified(assertion: string): { kid?: string; clientId?: string } {
	try {
		return { kid: decodeProtectedHeader(assertion).kid, clientId: decodeJwt(assertion).sub };
	} catch {
		throw invalidClient('The client_assertion cannot be parsed.');
	}
}

function explain(error: unknown): OAuthErrorResponse {
	if (error instanceof errors.JWTExpired) {
		return invalidClient('The client_assertion token is expired.');
	}
	if (error instanceof errors.JWTClaimValidationFailed) {
		return error.claim === 'aud'
			? invalidClient(
					'The audience claim for client_assertion must be the endpoint invoked for the request.',
				)
			: invalidClaim(error.claim);
	}
	if (error instanceof errors.JOSEAlgNotAllowed) {
		return invalidClient('The client_assertion signing algorithm is not supported.');
	}
	return invalidClient('The client_assertion signature is invalid.');
}

function invalidClaim(name: string): OAuthErrorResponse {
	return invalidClient(`The '${name}' claim of the client_assertion is missing or invalid.`);
}

function invalidClient(description: string): OAuthErrorResponse {
	return oauthError(401, 'invalid_client', description);
}
