import { isRecord } from '../../isRecord';
import type { OktaResponse } from '../failure';
import { EVENT_HOOKS, SYSTEM_LOG } from '../resources';
import { createClientAssertion } from './clientAssertion';
import { createDpopKey, createDpopProof } from './dpop';
import type { DpopKey } from './dpop';
import { explainTokenError } from './explainTokenError';
import type { ServiceApp } from './types';

/** An access token and what a request with it needs. */
export interface ServiceAppToken {
	accessToken: string;
	/** The key that the token is bound to; undefined if it isn't bound. */
	dpopKey?: DpopKey;
	/** The granted scopes; empty if Okta doesn't return them. */
	scopes: string[];
	/** How far Okta's clock is ahead of this machine's, in ms; 0 if Okta tolerates the difference. */
	clockOffset: number;
}

/** A token request: the form to POST. */
export interface TokenRequest {
	url: string;
	headers: Record<string, string>;
	/** Form-encoded. */
	body: string;
}

/** Time, randomness, and the connection to Okta. */
export interface TokenTools {
	/** Sends the request and resolves with the response, whatever its status. */
	send: (request: TokenRequest) => Promise<OktaResponse>;
	/** ms since 1970. */
	now: () => number;
	/** Returns a unique ID on each call. */
	createId: () => string;
}

/** All scopes that nodes may need. Okta omits those that weren't granted and only fails if none were. */
const SCOPES = [EVENT_HOOKS.scope, SYSTEM_LOG.scope];

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Okta tolerates smaller clock differences. */
const TOLERATED_OFFSET_MS = 30_000;

/** What changes from one attempt to the next. */
interface Attempt {
	clockOffset: number;
	dpopKey?: DpopKey;
	nonce?: string;
}

function toRequest(app: ServiceApp, attempt: Attempt, { now, createId }: TokenTools): TokenRequest {
	const { clockOffset, dpopKey, nonce } = attempt;
	const url = `${app.orgUrl}/oauth2/v1/token`;
	const time = now() + clockOffset;
	const { clientId, keyId, privateKey } = app;
	// Okta accepts each assertion only once, even if it responded by asking for a nonce.
	const assertion = createClientAssertion({
		privateKey,
		keyId,
		clientId,
		tokenUrl: url,
		now: time,
		jti: createId(),
	});
	return {
		url,
		headers: {
			Accept: 'application/json',
			'Accept-Language': 'en',
			'Content-Type': 'application/x-www-form-urlencoded',
			...(dpopKey && {
				DPoP: createDpopProof({
					key: dpopKey,
					method: 'POST',
					url,
					now: time,
					jti: createId(),
					nonce,
				}),
			}),
		},
		body: new URLSearchParams({
			grant_type: 'client_credentials',
			scope: SCOPES.join(' '),
			client_assertion_type: ASSERTION_TYPE,
			client_assertion: assertion,
		}).toString(),
	};
}

function headerOf({ headers }: OktaResponse, name: string): string | undefined {
	const value = isRecord(headers) ? headers[name] : undefined;
	return typeof value === 'string' ? value : undefined;
}

/** How far Okta's clock is ahead, in ms, according to the response's date. */
function offsetOf(response: OktaResponse, now: number): number {
	const date = Date.parse(headerOf(response, 'date') ?? '');
	const offset = Number.isNaN(date) ? 0 : date - now;
	return Math.abs(offset) > TOLERATED_OFFSET_MS ? offset : 0;
}

/** The next attempt, changed so that Okta may issue a token; undefined if nothing would help. */
function nextAttempt(attempt: Attempt, response: OktaResponse, now: number): Attempt | undefined {
	const error = isRecord(response.body) ? response.body.error : undefined;
	if (error === 'invalid_dpop_proof' && !attempt.dpopKey) {
		return { ...attempt, dpopKey: createDpopKey() };
	}
	const nonce = headerOf(response, 'dpop-nonce');
	if (error === 'use_dpop_nonce' && nonce !== undefined && attempt.nonce === undefined) {
		return { ...attempt, nonce };
	}
	const clockOffset = offsetOf(response, now);
	if (clockOffset !== 0 && attempt.clockOffset === 0) return { ...attempt, clockOffset };
	return undefined;
}

/**
 * Requests an access token for a service app. Okta's responses show whether the token must be bound to a key
 * (DPoP), with which nonce, and how far the clocks differ.
 *
 * @throws Error whose message says what to do and contains neither key nor token; or the error of `send`
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 */
export async function requestToken(app: ServiceApp, tools: TokenTools): Promise<ServiceAppToken> {
	let attempt: Attempt = { clockOffset: 0 };
	for (;;) {
		const response = await tools.send(toRequest(app, attempt, tools));
		const { statusCode, body } = response;
		if (statusCode === 200 && isRecord(body) && typeof body.access_token === 'string') {
			const { dpopKey, clockOffset } = attempt;
			const isBound = String(body.token_type).toLowerCase() === 'dpop';
			const scopes = typeof body.scope === 'string' ? body.scope.split(' ').filter(Boolean) : [];
			return { accessToken: body.access_token, scopes, clockOffset, ...(isBound && { dpopKey }) };
		}
		// Each change is made only once, so this loop ends.
		const next = nextAttempt(attempt, response, tools.now());
		if (next === undefined) throw explainTokenError(response, app);
		attempt = next;
	}
}
