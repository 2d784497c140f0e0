import { generateKeyPairSync } from 'node:crypto';

import { decodeJwt, decodeProtectedHeader } from 'jose';

import type { OktaResponse } from '../../nodes/shared/okta/failure';
import { requestToken } from '../../nodes/shared/okta/serviceApp/token';
import type { ServiceApp, TokenRequest } from '../../nodes/shared/okta/serviceApp/token';
import {
	isTokenError,
	NO_TOKEN,
	NO_TOKEN_NOW,
} from '../../nodes/shared/okta/serviceApp/tokenError';

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

const BEARER = answer(200, { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 });
const BOUND = answer(200, { access_token: 'token-1', token_type: 'DPoP', expires_in: 3600 });
const WANTS_PROOF = refusal(400, 'invalid_dpop_proof');
const WANTS_NONCE = refusal(400, 'use_dpop_nonce', { 'dpop-nonce': 'nonce-1' });
const SCOPE = refusal(400, 'invalid_scope');
const NO_SCOPE = refusal(400, 'consent_required');
const CLIENT = refusal(401, 'invalid_client');

function answer(statusCode: number, body: unknown, headers: unknown = {}): OktaResponse {
	return { statusCode, headers, body };
}

function refusal(statusCode: number, error: string, headers: object = {}): OktaResponse {
	return answer(statusCode, { error, error_description: `Because of ${error}` }, headers);
}

/** The answer with the time that Okta's clock shows. */
function at(time: number, { headers, ...rest }: OktaResponse): OktaResponse {
	const date = new Date(time).toUTCString();
	return { ...rest, headers: { ...(headers as object), date } };
}

/** What is of interest in a request. */
function read({ body, headers }: TokenRequest) {
	const form = new URLSearchParams(body);
	const assertion = form.get('client_assertion') ?? '';
	const { DPoP } = headers;
	return { form, assertion: decodeJwt(assertion), proof: DPoP ? decodeJwt(DPoP) : undefined, DPoP };
}

/** Asks for a token; Okta gives these answers, one after the other. */
async function ask(...answers: OktaResponse[]) {
	const requests: TokenRequest[] = [];
	let ids = 0;
	const result = await requestToken(APP, {
		now: () => NOW,
		createId: () => `id-${ids++}`,
		send: async (request) => {
			const next = answers[requests.push(request) - 1];
			if (next === undefined) throw new Error('Okta was asked once too often');
			return next;
		},
	}).then(
		(token) => ({ token, error: undefined }),
		(error: Error) => ({ error, token: undefined }),
	);
	return { ...result, requests, tries: requests.map(read) };
}

/** What each try had besides its assertion. */
function storyOf({ tries }: Awaited<ReturnType<typeof ask>>): string[] {
	return tries.map(({ proof }) => {
		if (proof === undefined) return 'plain';
		return proof.nonce === undefined ? 'proof' : `proof ${String(proof.nonce)}`;
	});
}

describe('The request for a token', () => {
	it('is a form to the org, with an assertion and without a client id or secret', async () => {
		const { requests, tries } = await ask(BEARER);
		expect(requests[0].url).toBe(TOKEN_URL);
		expect(requests[0].headers).toEqual({
			Accept: 'application/json',
			'Accept-Language': 'en',
			'Content-Type': 'application/x-www-form-urlencoded',
		});
		expect(Object.fromEntries(tries[0].form)).toEqual({
			grant_type: 'client_credentials',
			scope: 'okta.eventHooks.manage okta.logs.read',
			client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
			client_assertion: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
		});
		expect(tries[0].assertion).toEqual({
			iss: '0oaClient',
			sub: '0oaClient',
			aud: TOKEN_URL,
			iat: NOW_SECONDS,
			exp: NOW_SECONDS + 300,
			jti: 'id-0',
		});
	});

	it('has another assertion and another proof each time, and one key for all proofs', async () => {
		const { tries } = await ask(WANTS_PROOF, WANTS_NONCE, at(NOW + 600_000, CLIENT), BOUND);
		const ids = tries.flatMap(({ assertion, proof }) => [assertion.jti, proof?.jti ?? []].flat());
		expect(ids).toHaveLength(7);
		expect(new Set(ids).size).toBe(7);
		const keys = tries
			.slice(1)
			.map(({ DPoP }) => JSON.stringify(decodeProtectedHeader(DPoP ?? '').jwk));
		expect(new Set(keys).size).toBe(1);
	});

	it('names method and URL in its proof, and no access token', async () => {
		const { tries } = await ask(WANTS_PROOF, BOUND);
		expect(tries[1].proof).toEqual({
			htm: 'POST',
			htu: TOKEN_URL,
			iat: NOW_SECONDS,
			jti: expect.any(String) as string,
		});
	});
});

describe('What Okta answers decides what is tried next', () => {
	it.each<[string, OktaResponse[], string[]]>([
		['a token at once', [BEARER], ['plain']],
		['it wants DPoP', [WANTS_PROOF, BOUND], ['plain', 'proof']],
		[
			'it wants DPoP and a nonce',
			[WANTS_PROOF, WANTS_NONCE, BOUND],
			['plain', 'proof', 'proof nonce-1'],
		],
		[
			'it wants DPoP and a nonce, and another time',
			[WANTS_PROOF, WANTS_NONCE, at(NOW + 600_000, CLIENT), BOUND],
			['plain', 'proof', 'proof nonce-1', 'proof nonce-1'],
		],
	])('%s', async (_what, answers, story) => {
		const asked = await ask(...answers);
		expect(storyOf(asked)).toEqual(story);
		expect(asked.token?.accessToken).toBe('token-1');
	});

	it.each<[string, OktaResponse[]]>([
		['no scope was granted', [NO_SCOPE]],
		['it does not know a scope', [SCOPE]],
		['it refuses the proof that it wanted', [WANTS_PROOF, WANTS_PROOF]],
		['it wants nonce after nonce', [WANTS_PROOF, WANTS_NONCE, WANTS_NONCE]],
		['it wants a nonce and gives none', [WANTS_PROOF, refusal(400, 'use_dpop_nonce')]],
		['it does not know the client', [CLIENT]],
		['it is a web page', [answer(200, '<html>')]],
		['it gives a token that is none', [answer(200, { access_token: 1 })]],
		['it has a token and an error', [answer(400, { access_token: 'a', error: 'x' })]],
		['it answers nothing', [answer(204, undefined, undefined)]],
	])('and there is an end: %s', async (_what, answers) => {
		const { error, requests } = await ask(...answers);
		expect(requests).toHaveLength(answers.length);
		expect(error?.message.startsWith(NO_TOKEN)).toBe(true);
	});

	it.each<[string, OktaResponse[]]>([
		['it is failing', [answer(503, '')]],
		['it is failing in its own words', [answer(500, { errorCode: 'E0000009' })]],
		['it limits the rate', [answer(429, { errorCode: 'E0000047' })]],
		['it is failing at the second try', [WANTS_PROOF, answer(502, '<html>')]],
	])('and there is an end for now: %s', async (_what, answers) => {
		const { error, requests } = await ask(...answers);
		expect(requests).toHaveLength(answers.length);
		expect(error?.message.startsWith(NO_TOKEN_NOW)).toBe(true);
	});

	it('and there is an end whatever it answers', async () => {
		const kinds = [WANTS_PROOF, WANTS_NONCE, SCOPE, NO_SCOPE, CLIENT, answer(500, null)];
		let state = 1;
		const random = (below: number) => {
			state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
			return Math.floor((state / 2 ** 31) * below);
		};
		for (let round = 0; round < 500; round++) {
			const answers = Array.from({ length: 20 }, () =>
				at(NOW + random(3) * 3600_000, kinds[random(kinds.length)]),
			);
			const { error, requests, tries } = await ask(...answers);
			// The first try, DPoP, a nonce, the clock.
			expect(requests.length).toBeLessThanOrEqual(4);
			expect(isTokenError(error?.message ?? '')).toBe(true);
			const ids = tries.map(({ assertion }) => assertion.jti);
			expect(new Set(ids).size).toBe(ids.length);
		}
	});

	it('hands on what the connection threw', async () => {
		const failure = new Error('no connection');
		const send = async () => await Promise.reject(failure);
		const asking = requestToken(APP, { now: () => NOW, createId: () => '', send });
		await expect(asking).rejects.toBe(failure);
	});
});

describe('The token', () => {
	it('that is not bound comes without a key', async () => {
		const { token } = await ask(BEARER);
		expect(token).toEqual({ accessToken: 'token-1', scopes: [], clockOffset: 0 });
	});

	it.each<[string, unknown, string[]]>([
		['both scopes', `${HOOKS} ${LOGS}`, [HOOKS, LOGS]],
		['both, in the other order', `${LOGS} ${HOOKS}`, [LOGS, HOOKS]],
		['the one that was granted', LOGS, [LOGS]],
		['a scope that nobody asked for', `${HOOKS} okta.users.read`, [HOOKS, 'okta.users.read']],
		['no scopes if Okta doesn’t tell', undefined, []],
		['no scopes if they are no text', [HOOKS], []],
	])('comes with %s', async (_what, scope, scopes) => {
		const body = { access_token: 'token-1', token_type: 'Bearer', scope };
		const { token, requests } = await ask(answer(200, body));
		expect(token?.scopes).toEqual(scopes);
		expect(requests).toHaveLength(1);
	});

	it.each(['DPoP', 'dpop', 'DPOP'])('that is bound (%s) comes with its key', async (type) => {
		const { token, tries } = await ask(
			WANTS_PROOF,
			answer(200, { access_token: 'token-1', token_type: type }),
		);
		const { jwk } = decodeProtectedHeader(tries[1].DPoP ?? '');
		expect(token?.dpopKey?.key.export({ format: 'jwk' })).toMatchObject(jwk ?? {});
	});

	it('that is not bound comes without a key although there was a proof', async () => {
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
	])('is made up for: %s', async (_what, offset) => {
		const { token, tries } = await ask(at(NOW + offset, CLIENT), WANTS_PROOF, BOUND);
		const time = NOW_SECONDS + offset / 1000;
		expect(tries[1].assertion).toMatchObject({ iat: time, exp: time + 300 });
		expect(tries[2].proof).toMatchObject({ iat: time });
		expect(token?.clockOffset).toBe(offset);
	});

	it.each([
		['in step', at(NOW, CLIENT)],
		['off by what does not matter', at(NOW + 29_000, CLIENT)],
		['not told', CLIENT],
		['told in no known form', { ...CLIENT, headers: { date: 'noon' } }],
		['told twice', { ...CLIENT, headers: { date: ['a', 'b'] } }],
		['told in no header', { ...CLIENT, headers: null }],
	])('is no reason to try again: %s', async (_what, refused) => {
		const { requests } = await ask(refused);
		expect(requests).toHaveLength(1);
	});

	it('is made up for once', async () => {
		const { error, requests } = await ask(at(NOW + 600_000, CLIENT), at(NOW + 1_200_000, CLIENT));
		expect(requests).toHaveLength(2);
		expect(error).toBeDefined();
	});

	it('is no matter where Okta gives a token', async () => {
		const { token } = await ask(at(NOW + 600_000, BEARER));
		expect(token?.clockOffset).toBe(0);
	});
});

describe('An error', () => {
	it('holds neither key, assertion nor proof', async () => {
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
