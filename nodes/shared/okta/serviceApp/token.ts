import { isRecord } from '../../isRecord';
import type { OktaAnswer } from '../failure';
import { createClientAssertion } from './clientAssertion';
import { createDpopKey, createDpopProof } from './dpop';
import type { DpopKey } from './dpop';
import { explainRefusal } from './explainRefusal';
import type { SigningKey } from './jwt';

/** A service app, as a person has entered it. */
export interface ServiceApp {
	/** The org's origin. */
	orgUrl: string;
	clientId: string;
	keyId: string;
	privateKey: SigningKey;
}

/** An access token and what a request with it needs. */
export interface ServiceAppToken {
	accessToken: string;
	/** The key that the token is bound to; undefined for one that is not bound. */
	dpopKey?: DpopKey;
	/** By how many ms Okta's clock is ahead of this machine's, as far as that matters. */
	clockOffset: number;
}

/** A request for a token: a form that is posted. */
export interface TokenRequest {
	url: string;
	headers: Record<string, string>;
	/** Form-encoded. */
	body: string;
}

/** Time and randomness, and the way to Okta. */
export interface TokenTools {
	/** Sends the request and takes every answer, of whatever status. */
	send: (request: TokenRequest) => Promise<OktaAnswer>;
	/** ms since 1970. */
	now: () => number;
	/** Another text at each call. */
	createId: () => string;
}

/**
 * What the nodes need, the whole of it first. Okta refuses a request for a scope that was not granted,
 * and a person grants only what their nodes need.
 */
const SCOPES = [
	'okta.eventHooks.manage okta.logs.read',
	'okta.eventHooks.manage',
	'okta.logs.read',
] as const;

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A clock that differs by less is none that Okta minds. */
const TOLERATED_OFFSET_MS = 30_000;

/** What changes from one try to the next. */
interface Attempt {
	scopes: readonly string[];
	clockOffset: number;
	dpopKey?: DpopKey;
	nonce?: string;
}

function toRequest(app: ServiceApp, attempt: Attempt, { now, createId }: TokenTools): TokenRequest {
	const { scopes, clockOffset, dpopKey, nonce } = attempt;
	const url = `${app.orgUrl}/oauth2/v1/token`;
	const time = now() + clockOffset;
	const { clientId, keyId, privateKey } = app;
	// Okta takes no assertion twice, not even one that it answered with a request for a nonce.
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
			scope: scopes[0],
			client_assertion_type: ASSERTION_TYPE,
			client_assertion: assertion,
		}).toString(),
	};
}

function headerOf({ headers }: OktaAnswer, name: string): string | undefined {
	const value = isRecord(headers) ? headers[name] : undefined;
	return typeof value === 'string' ? value : undefined;
}

/** By how much Okta's clock is ahead, in ms, going by when it answered. */
function offsetOf(answer: OktaAnswer, now: number): number {
	const date = Date.parse(headerOf(answer, 'date') ?? '');
	const offset = Number.isNaN(date) ? 0 : date - now;
	return Math.abs(offset) > TOLERATED_OFFSET_MS ? offset : 0;
}

/** What to change so that Okta gives a token after all; undefined where nothing would help. */
function adapt(attempt: Attempt, answer: OktaAnswer, now: number): Attempt | undefined {
	const error = isRecord(answer.body) ? answer.body.error : undefined;
	if (error === 'invalid_dpop_proof' && !attempt.dpopKey) {
		return { ...attempt, dpopKey: createDpopKey() };
	}
	const nonce = headerOf(answer, 'dpop-nonce');
	if (error === 'use_dpop_nonce' && nonce !== undefined && attempt.nonce === undefined) {
		return { ...attempt, nonce };
	}
	if ((error === 'invalid_scope' || error === 'consent_required') && attempt.scopes.length > 1) {
		return { ...attempt, scopes: attempt.scopes.slice(1) };
	}
	const clockOffset = offsetOf(answer, now);
	if (clockOffset !== 0 && attempt.clockOffset === 0) return { ...attempt, clockOffset };
	return undefined;
}

/**
 * Asks Okta for an access token for a service app. Whether Okta wants it bound to a key (DPoP), with
 * which nonce, and which scopes were granted, shows in Okta's answers; so does a clock that differs.
 *
 * @throws Error whose message says what to do, and holds neither key nor token; or what `send` throws
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 */
export async function requestToken(app: ServiceApp, tools: TokenTools): Promise<ServiceAppToken> {
	let attempt: Attempt = { scopes: SCOPES, clockOffset: 0 };
	for (;;) {
		const answer = await tools.send(toRequest(app, attempt, tools));
		const { statusCode, body } = answer;
		if (statusCode === 200 && isRecord(body) && typeof body.access_token === 'string') {
			const { dpopKey, clockOffset } = attempt;
			const isBound = String(body.token_type).toLowerCase() === 'dpop';
			return { accessToken: body.access_token, clockOffset, ...(isBound && { dpopKey }) };
		}
		// Each of its changes is made once, so this comes to an end.
		const next = adapt(attempt, answer, tools.now());
		if (next === undefined) throw explainRefusal(answer, app);
		attempt = next;
	}
}
