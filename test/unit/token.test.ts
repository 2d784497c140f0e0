import { generateKeyPairSync } from 'node:crypto';

import { decodeJwt, decodeProtectedHeader } from 'jose';

import type { OktaResponse } from '../../nodes/shared/okta/failure';
import { requestToken } from '../../nodes/shared/okta/serviceApp/token';
import type { TokenRequest } from '../../nodes/shared/okta/serviceApp/token';
import type { ServiceApp } from '../../nodes/shared/okta/serviceApp/types';
import { isTokenError, NO_TOKEN, NO_TOKEN_NOW } from '../../nodes/shared/okta/tokenError';

const NOW = Date.parse('2026-08-20T10:00:00.000Z');
const NOW_SECONDS = NOW / 1000;
const TOKEN_URL = 'https://acme.okta.com/oauth2/v1/token';

const APP: ServiceApp = {
	orgUrl: 'https://acme.okta.com',
	clientId: '0oaClient',
	keyId: 'key-1',
	privateKey: {
		key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
		algorithm: 'ES256',
	},
};

const HOOKS = 'okta.eventHooks.manage';
const LOGS = 'okta.logs.read';

const BEARER = response(200, { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 });
const BOUND = response(200, { access_token: 'token-1', token_type: 'DPoP', expires_in: 3600 });
const WANTS_PROOF = rejection(400, 'invalid_dpop_proof');
const WANTS_NONCE = rejection(400, 'use_dpop_nonce', { 'dpop-nonce': 'nonce-1' });
const SCOPE = rejection(400, 'invalid_scope');
const NO_SCOPE = rejection(400, 'consent_required');
const CLIENT = rejection(401, 'invalid_client');

function response(statusCode: number, body: unknown, headers: unknown = {}): OktaResponse {
	return { statusCode, headers, body };
}

function rejection(statusCode: number, error: string, headers: object = {}): OktaResponse {
	return response(statusCode, { error, error_description: `Because of ${error}` }, headers);
}

/** The response with a time from Okta's clock. */
function at(time: number, { headers, ...rest }: OktaResponse): OktaResponse {
	const date = new Date(time).toUTCString();
	return { ...rest, headers: { ...(headers as object), date } };
}

/** The interesting parts of a request. */
function read({ body, headers }: TokenRequest) {
	const form = new URLSearchParams(body);
	const assertion = form.get('client_assertion') ?? '';
	const { DPoP } = headers;
	return { form, assertion: decodeJwt(assertion), proof: DPoP ? decodeJwt(DPoP) : undefined, DPoP };
}

/** Requests a token. Okta returns these responses in turn. */
async function ask(...responses: OktaResponse[]) {
	const requests: TokenRequest[] = [];
	let ids = 0;
	const result = await requestToken(APP, {
		now: () => NOW,
		createId: () => `id-${ids++}`,
		send: async (request) => {
			const next = responses[requests.push(request) - 1];
			if (next === undefined) throw new Error('Unexpected request');
			return next;
		},
	}).then(
		(token) => ({ token, error: undefined }),
		(error: Error) => ({ error, token: undefined }),
	);
	return { ...result, requests, attempts: requests.map(read) };
}

/** What each attempt had besides its assertion. */
function proofsOf({ attempts }: Awaited<ReturnType<typeof ask>>): string[] {
	return attempts.map(({ proof }) => {
		if (proof === undefined) return 'plain';
		return proof.nonce === undefined ? 'proof' : `proof ${String(proof.nonce)}`;
	});
}

describe('The request for a token', () => {
	it('is a form to the org, with an assertion and without a client id or secret', async () => {
		const { requests, attempts } = await ask(BEARER);
		expect(requests[0].url).toBe(TOKEN_URL);
		expect(requests[0].headers).toEqual({
			Accept: 'application/json',
			'Accept-Language': 'en',
			'Content-Type': 'application/x-www-form-urlencoded',
		});
		expect(Object.fromEntries(attempts[0].form)).toEqual({
			grant_type: 'client_credentials',
			scope: 'okta.eventHooks.manage okta.logs.read',
			client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
			client_assertion: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
		});
		expect(attempts[0].assertion).toEqual({
			iss: '0oaClient',
			sub: '0oaClient',
			aud: TOKEN_URL,
			iat: NOW_SECONDS,
			exp: NOW_SECONDS + 300,
			jti: 'id-0',
		});
	});

	it('has a new assertion and a new proof each time, and the same key for all proofs', async () => {
		const { attempts } = await ask(WANTS_PROOF, WANTS_NONCE, at(NOW + 600_000, CLIENT), BOUND);
		const ids = attempts.flatMap(({ assertion, proof }) =>
			[assertion.jti, proof?.jti ?? []].flat(),
		);
		expect(ids).toHaveLength(7);
		expect(new Set(ids).size).toBe(7);
		const keys = attempts
			.slice(1)
			.map(({ DPoP }) => JSON.stringify(decodeProtectedHeader(DPoP ?? '').jwk));
		expect(new Set(keys).size).toBe(1);
	});

	it('names the method and URL in its proof, but no access token', async () => {
		const { attempts } = await ask(WANTS_PROOF, BOUND);
		expect(attempts[1].proof).toEqual({
			htm: 'POST',
			htu: TOKEN_URL,
			iat: NOW_SECONDS,
			jti: expect.any(String) as string,
		});
	});
});

describe('Requesting a token', () => {
	it.each<[string, OktaResponse[], string[]]>([
		['Okta issues a token immediately', [BEARER], ['plain']],
		['Okta requires DPoP', [WANTS_PROOF, BOUND], ['plain', 'proof']],
		[
			'Okta requires DPoP and a nonce',
			[WANTS_PROOF, WANTS_NONCE, BOUND],
			['plain', 'proof', 'proof nonce-1'],
		],
		[
			'Okta requires DPoP, a nonce, and another time',
			[WANTS_PROOF, WANTS_NONCE, at(NOW + 600_000, CLIENT), BOUND],
			['plain', 'proof', 'proof nonce-1', 'proof nonce-1'],
		],
	])('makes the right attempts if %s', async (_what, responses, proofs) => {
		const asked = await ask(...responses);
		expect(proofsOf(asked)).toEqual(proofs);
		expect(asked.token?.accessToken).toBe('token-1');
	});

	it.each<[string, OktaResponse[]]>([
		['Okta granted no scope', [NO_SCOPE]],
		['Okta doesn’t recognize a scope', [SCOPE]],
		['Okta rejects the proof that it required', [WANTS_PROOF, WANTS_PROOF]],
		['Okta keeps requiring new nonces', [WANTS_PROOF, WANTS_NONCE, WANTS_NONCE]],
		['Okta requires a nonce but sends none', [WANTS_PROOF, rejection(400, 'use_dpop_nonce')]],
		['Okta doesn’t recognize the client', [CLIENT]],
		['Okta returns a web page', [response(200, '<html>')]],
		['Okta returns an invalid token', [response(200, { access_token: 1 })]],
		['Okta returns a token and an error', [response(400, { access_token: 'a', error: 'x' })]],
		['Okta returns nothing', [response(204, undefined, undefined)]],
	])('ends if %s', async (_what, responses) => {
		const { error, requests } = await ask(...responses);
		expect(requests).toHaveLength(responses.length);
		expect(error?.message.startsWith(NO_TOKEN)).toBe(true);
	});

	it.each<[string, OktaResponse[]]>([
		['Okta fails', [response(503, '')]],
		['Okta fails in its own words', [response(500, { errorCode: 'E0000009' })]],
		['Okta limits the rate', [response(429, { errorCode: 'E0000047' })]],
		['Okta fails on the second attempt', [WANTS_PROOF, response(502, '<html>')]],
	])('ends for now if %s', async (_what, responses) => {
		const { error, requests } = await ask(...responses);
		expect(requests).toHaveLength(responses.length);
		expect(error?.message.startsWith(NO_TOKEN_NOW)).toBe(true);
	});

	it('ends whatever Okta returns', async () => {
		const kinds = [WANTS_PROOF, WANTS_NONCE, SCOPE, NO_SCOPE, CLIENT, response(500, null)];
		let state = 1;
		const random = (below: number) => {
			state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
			return Math.floor((state / 2 ** 31) * below);
		};
		for (let round = 0; round < 500; round++) {
			const responses = Array.from({ length: 20 }, () =>
				at(NOW + random(3) * 3600_000, kinds[random(kinds.length)]),
			);
			const { error, requests, attempts } = await ask(...responses);
			// The first attempt, DPoP, a nonce, the clock.
			expect(requests.length).toBeLessThanOrEqual(4);
			expect(isTokenError(error?.message ?? '')).toBe(true);
			const ids = attempts.map(({ assertion }) => assertion.jti);
			expect(new Set(ids).size).toBe(ids.length);
		}
	});

	it('rethrows the connection’s error', async () => {
		const failure = new Error('no connection');
		const send = async () => await Promise.reject(failure);
		const asking = requestToken(APP, { now: () => NOW, createId: () => '', send });
		await expect(asking).rejects.toBe(failure);
	});
});

describe('The token', () => {
	it('comes without a key if it isn’t bound', async () => {
		const { token } = await ask(BEARER);
		expect(token).toEqual({ accessToken: 'token-1', scopes: [], clockOffset: 0 });
	});

	it.each<[string, unknown, string[]]>([
		['both scopes', `${HOOKS} ${LOGS}`, [HOOKS, LOGS]],
		['both, in the other order', `${LOGS} ${HOOKS}`, [LOGS, HOOKS]],
		['the one that was granted', LOGS, [LOGS]],
		['a scope that wasn’t requested', `${HOOKS} okta.users.read`, [HOOKS, 'okta.users.read']],
		['no scopes if Okta doesn’t return any', undefined, []],
		['no scopes if they aren’t text', [HOOKS], []],
	])('comes with %s', async (_what, scope, scopes) => {
		const body = { access_token: 'token-1', token_type: 'Bearer', scope };
		const { token, requests } = await ask(response(200, body));
		expect(token?.scopes).toEqual(scopes);
		expect(requests).toHaveLength(1);
	});

	it.each(['DPoP', 'dpop', 'DPOP'])('comes with its key if it’s bound (%s)', async (type) => {
		const { token, attempts } = await ask(
			WANTS_PROOF,
			response(200, { access_token: 'token-1', token_type: type }),
		);
		const { jwk } = decodeProtectedHeader(attempts[1].DPoP ?? '');
		expect(token?.dpopKey?.key.export({ format: 'jwk' })).toMatchObject(jwk ?? {});
	});

	it('comes without a key if it isn’t bound, even after a proof', async () => {
		const { token } = await ask(WANTS_PROOF, BEARER);
		expect(token).toEqual({ accessToken: 'token-1', scopes: [], clockOffset: 0 });
	});
});

describe("A clock that differs from Okta's", () => {
	it.each([
		['behind', 600_000],
		['ahead', -600_000],
		['a year behind', 365 * 24 * 3600_000],
		['just too far behind', 31_000],
		['just too far ahead', -31_000],
	])('is corrected: %s', async (_what, offset) => {
		const { token, attempts } = await ask(at(NOW + offset, CLIENT), WANTS_PROOF, BOUND);
		const time = NOW_SECONDS + offset / 1000;
		expect(attempts[1].assertion).toMatchObject({ iat: time, exp: time + 300 });
		expect(attempts[2].proof).toMatchObject({ iat: time });
		expect(token?.clockOffset).toBe(offset);
	});

	it.each([
		['in sync', at(NOW, CLIENT)],
		['off by a tolerated amount', at(NOW + 29_000, CLIENT)],
		['unknown', CLIENT],
		['in an unknown format', { ...CLIENT, headers: { date: 'noon' } }],
		['sent twice', { ...CLIENT, headers: { date: ['a', 'b'] } }],
		['without headers', { ...CLIENT, headers: null }],
	])('is no reason to retry: %s', async (_what, rejected) => {
		const { requests } = await ask(rejected);
		expect(requests).toHaveLength(1);
	});

	it('is only corrected once', async () => {
		const { error, requests } = await ask(at(NOW + 600_000, CLIENT), at(NOW + 1_200_000, CLIENT));
		expect(requests).toHaveLength(2);
		expect(error).toBeDefined();
	});

	it('doesn’t matter if Okta issues a token', async () => {
		const { token } = await ask(at(NOW + 600_000, BEARER));
		expect(token?.clockOffset).toBe(0);
	});
});

describe('An error', () => {
	it('contains no key, assertion, or proof', async () => {
		const { error, requests } = await ask(WANTS_PROOF, WANTS_NONCE, CLIENT);
		const { d } = APP.privateKey.key.export({ format: 'jwk' });
		const text = `${error?.message} ${error?.stack} ${JSON.stringify(error)}`;
		for (const { body, headers } of requests) {
			expect(text).not.toContain(new URLSearchParams(body).get('client_assertion'));
			if (headers.DPoP) expect(text).not.toContain(headers.DPoP);
		}
		expect(text).not.toContain(d);
		expect(error).not.toHaveProperty('cause');
	});
});
