/**
 * DPoP at the stand-in org.
 *
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 */
import { createHash, randomUUID } from 'node:crypto';

import { SignJWT } from 'jose';
import type { JWK } from 'jose';

import type { OrgResponse } from './okta-org.response';
import { boundToken, currentNonce, proof, withDpop } from './okta-org.service-app.dpop.setup';
import type { ProofChanges } from './okta-org.service-app.dpop.setup';
import {
	assertion,
	call,
	ec,
	endpoint,
	HOOKS,
	org,
	passTime,
	register,
	requestToken,
	restart,
	rsa,
	SCOPE,
	seconds,
	startServiceAppBeforeEach,
	unregistered,
	tokenWith,
	withBearer,
} from './okta-org.service-app.setup';

startServiceAppBeforeEach();

/** Proofs that are invalid at every endpoint. */
const INVALID_PROOFS: Array<[string, () => ProofChanges, string]> = [
	[
		'another type of JWT',
		() => ({ header: { typ: 'JWT' } }),
		"'typ' in the DPoP proof JWT header is invalid.",
	],
	[
		'no type',
		() => ({ header: { typ: undefined } }),
		"'typ' in the DPoP proof JWT header is invalid.",
	],
	[
		'no public key',
		() => ({ header: { jwk: undefined } }),
		"'jwk' in the DPoP proof JWT header is not a public key.",
	],
	[
		'the private key in the header',
		() => ({ header: { jwk: ec.privateJwk } }),
		"'jwk' in the DPoP proof JWT header is not a public key.",
	],
	[
		'the signature of another key',
		() => ({ key: rsa, signWith: unregistered }),
		'The DPoP proof JWT signature is invalid.',
	],
	[
		'another method',
		() => ({ claims: { htm: 'PUT' } }),
		"'htm' claim in the DPoP proof JWT is invalid.",
	],
	[
		'no method',
		() => ({ claims: { htm: undefined } }),
		"'htm' claim in the DPoP proof JWT is invalid.",
	],
	[
		'another URL',
		() => ({ claims: { htu: `${org.url}/api/v1/users` } }),
		"'htu' claim in the DPoP proof JWT is invalid.",
	],
	[
		'no URL',
		() => ({ claims: { htu: undefined } }),
		"'htu' claim in the DPoP proof JWT is invalid.",
	],
	[
		'a time more than five minutes ago',
		() => ({ claims: { iat: seconds() - 301 } }),
		'The DPoP proof JWT is issued more than five minutes in the past.',
	],
	[
		'a time more than five minutes ahead',
		() => ({ claims: { iat: seconds() + 301 } }),
		'The DPoP proof JWT is issued in the future.',
	],
	[
		'no time',
		() => ({ claims: { iat: undefined } }),
		"'iat' claim in the DPoP proof JWT is invalid.",
	],
	[
		'no jti',
		() => ({ claims: { jti: undefined } }),
		"'jti' claim in the DPoP proof JWT is invalid.",
	],
	[
		'an empty jti',
		() => ({ claims: { jti: '' } }),
		"'jti' claim in the DPoP proof JWT is invalid.",
	],
];

describe('Requesting a token with DPoP', () => {
	beforeEach(() => {
		register({ dpop: true });
	});

	test('is required for a new app', async () => {
		register({ dpop: undefined });
		expect((await requestToken()).json.error).toBe('invalid_dpop_proof');
	});

	test('without a proof gets an invalid_dpop_proof', async () => {
		const { status, headers, json } = await requestToken();
		expect(status).toBe(400);
		expect(headers.has('dpop-nonce')).toBe(false);
		expect(json).toEqual({
			error: 'invalid_dpop_proof',
			error_description: 'The DPoP proof JWT header is missing.',
		});
	});

	test('without a nonce gets one with the error', async () => {
		const { status, headers, json } = await requestToken({}, { dpop: await proof() });
		expect(status).toBe(400);
		expect(headers.get('dpop-nonce')).toMatch(/^[\w-]{32}$/);
		expect(json).toEqual({
			error: 'use_dpop_nonce',
			error_description: 'Authorization server requires nonce in DPoP proof.',
		});
	});

	test.each(['RS256', 'ES256'])('%s: with the nonce gets a bound token', async (alg) => {
		const key = alg === 'RS256' ? rsa : ec;
		const nonce = await currentNonce();
		const { status, headers, json } = await requestToken({}, { dpop: await proof({ key, nonce }) });
		expect(status).toBe(200);
		expect(json).toEqual({
			token_type: 'DPoP',
			expires_in: 3600,
			access_token: expect.any(String),
			scope: SCOPE,
		});
		expect(headers.get('dpop-nonce')).toBe(nonce);
		expect((await withDpop(String(json.access_token), { key })).status).toBe(200);
	});

	test('needs a new assertion after the response with the nonce', async () => {
		const jwt = await assertion();
		const first = await requestToken({}, { jwt, dpop: await proof() });
		const nonce = first.headers.get('dpop-nonce')!;
		const again = await requestToken({}, { jwt, dpop: await proof({ nonce }) });
		expect(again.status).toBe(401);
		expect(again.json.error_description).toBe('The client_assertion token has already been used.');
	});

	test.each(INVALID_PROOFS)('a proof with %s is rejected', async (_case, changes, description) => {
		const dpop = await proof({ nonce: await currentNonce(), ...changes() });
		const { status, json } = await requestToken({}, { dpop });
		expect(json).toEqual({ error: 'invalid_dpop_proof', error_description: description });
		expect(status).toBe(400);
	});

	test('a proof with a query in its URL is rejected', async () => {
		const dpop = await proof({ nonce: await currentNonce(), url: `${endpoint()}?a=b` });
		expect((await requestToken({}, { dpop })).json.error).toBe('invalid_dpop_proof');
	});

	test('a symmetric algorithm is rejected', async () => {
		const secret = Buffer.alloc(32, 'x');
		const dpop = await new SignJWT({ htm: 'POST', htu: endpoint(), jti: randomUUID() })
			.setProtectedHeader({
				typ: 'dpop+jwt',
				alg: 'HS256',
				jwk: { kty: 'oct', k: secret.toString('base64url') } as JWK,
			})
			.setIssuedAt(seconds())
			.sign(secret);
		expect((await requestToken({}, { dpop })).json).toEqual({
			error: 'invalid_dpop_proof',
			error_description: "'alg' in the DPoP proof JWT header is invalid.",
		});
	});

	test('an unparsable proof or two proofs are rejected', async () => {
		const nonce = await currentNonce();
		const two = `${await proof({ nonce })}, ${await proof({ nonce })}`;
		for (const dpop of ['nonsense', two]) {
			expect((await requestToken({}, { dpop })).json).toEqual({
				error: 'invalid_dpop_proof',
				error_description: 'DPoP proof JWT cannot be parsed.',
			});
		}
	});

	test('a proof works for only one request', async () => {
		const dpop = await proof({ nonce: await currentNonce() });
		expect((await requestToken({}, { dpop })).status).toBe(200);
		expect((await requestToken({}, { dpop })).json).toEqual({
			error: 'invalid_dpop_proof',
			error_description: 'The DPoP proof JWT has already been used.',
		});
	});

	test('the client is authenticated first and its scopes are checked last', async () => {
		expect((await tokenWith({ signWith: unregistered })).json.error).toBe('invalid_client');
		const scope = 'okta.users.read';
		expect((await requestToken({ scope })).json.error).toBe('invalid_dpop_proof');
		const dpop = await proof({ nonce: await currentNonce() });
		expect((await requestToken({ scope }, { dpop })).json.error).toBe('consent_required');
	});

	test('a made-up nonce gets a valid one with the error', async () => {
		const dpop = await proof({ nonce: 'made up' });
		const { headers, json } = await requestToken({}, { dpop });
		expect(json.error).toBe('use_dpop_nonce');
		expect(headers.get('dpop-nonce')).toBe(await currentNonce());
	});

	test('a nonce is renewed after a day and valid for three', async () => {
		const first = await currentNonce();
		passTime(24 * 3600_000 - 1000);
		expect(await currentNonce()).toBe(first);
		passTime(1000);
		const response = await requestToken({}, { dpop: await proof({ nonce: first }) });
		expect(response.status).toBe(200);
		expect(response.headers.get('dpop-nonce')).not.toBe(first);

		passTime(48 * 3600_000);
		const late = await requestToken({}, { dpop: await proof({ nonce: first }) });
		expect(late.json.error).toBe('use_dpop_nonce');
	});

	test('rotateDpopNonce() makes every client get a new nonce', async () => {
		const old = await currentNonce();
		org.rotateDpopNonce();
		const { headers, json } = await requestToken({}, { dpop: await proof({ nonce: old }) });
		expect(json.error).toBe('use_dpop_nonce');
		const nonce = headers.get('dpop-nonce')!;
		expect(nonce).not.toBe(old);
		expect((await requestToken({}, { dpop: await proof({ nonce }) })).status).toBe(200);
	});

	test('the allowed clock skew of a proof is configurable', async () => {
		await restart({ dpopClockSkew: 5 });
		register({ dpop: true });
		const nonce = await currentNonce();
		const at = async (iat: number) =>
			await requestToken({}, { dpop: await proof({ nonce, claims: { iat } }) });
		expect((await at(seconds() - 5)).status).toBe(200);
		expect((await at(seconds() + 5)).status).toBe(200);
		expect((await at(seconds() - 6)).json.error_description).toBe(
			'The DPoP proof JWT is issued more than 5 seconds in the past.',
		);
		expect((await at(seconds() + 6)).json.error).toBe('invalid_dpop_proof');
	});

	test('an app without DPoP gets a bearer token, whatever proof it sends', async () => {
		register({ dpop: false });
		const { json } = await requestToken({}, { dpop: 'nonsense' });
		expect(json.token_type).toBe('Bearer');
		expect((await withBearer(json.access_token)).status).toBe(200);
	});
});

describe('Calling the API with a bound token', () => {
	let token: string;

	beforeEach(async () => {
		register({ dpop: true });
		token = await boundToken();
	});

	function expectRejectedProof({ status, headers, text }: OrgResponse, description: string): void {
		expect(headers.get('www-authenticate')).toBe(
			'DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", ' +
				`authorization_uri="${org.url}/oauth2/v1/authorize", realm="${org.url}", ` +
				'scope="okta.eventHooks.read", error="invalid_dpop_proof", ' +
				`error_description="${description}", resource="${HOOKS}"`,
		);
		expect(status).toBe(400);
		expect(text).toBe('');
	}

	test('works with a proof for each call, even with a query', async () => {
		expect((await withDpop(token)).status).toBe(200);
		expect((await withDpop(token)).status).toBe(200);

		const withQuery = await call(`${HOOKS}?after=x`, {
			headers: {
				Authorization: `DPoP ${token}`,
				DPoP: await proof({ method: 'GET', url: org.url + HOOKS, token }),
			},
		});
		expect(withQuery.status).toBe(200);
	});

	test('fails with the bearer scheme, with or without a proof', async () => {
		const dpop = await proof({ method: 'GET', url: org.url + HOOKS, token });
		for (const headers of [{}, { DPoP: dpop }]) {
			const response = await call(HOOKS, {
				headers: { Authorization: `Bearer ${token}`, ...headers },
			});
			expect(response.status).toBe(400);
			expect(response.text).toBe('');
			expect(response.headers.get('www-authenticate')).toMatch(
				/^Bearer .*error="invalid_request", error_description="The resource request requires a DPoP proof\."/,
			);
		}
	});

	test('fails without a proof', async () => {
		const response = await call(HOOKS, { headers: { Authorization: `DPoP ${token}` } });
		expectRejectedProof(response, 'The DPoP proof JWT header is missing.');
	});

	test.each(INVALID_PROOFS)('a proof with %s is rejected', async (_case, changes, description) => {
		expectRejectedProof(await withDpop(token, changes()), description);
	});

	test('a proof for another token or for no token is rejected', async () => {
		const description = "'ath' claim in the DPoP proof does not match the presented access_token.";
		const other = { ath: createHash('sha256').update('another').digest('base64url') };
		expectRejectedProof(await withDpop(token, { claims: other }), description);
		expectRejectedProof(await withDpop(token, { claims: { ath: undefined } }), description);
	});

	test('a proof works for only one call', async () => {
		const claims = { jti: 'the same' };
		expect((await withDpop(token, { claims })).status).toBe(200);
		expectRejectedProof(
			await withDpop(token, { claims }),
			'The DPoP proof JWT has already been used.',
		);
	});

	test('a proof of a call with a 429 counts as used', async () => {
		const claims = { jti: 'the same' };
		org.faults.addFault({ path: HOOKS, status: 429, times: 1 });
		expect((await withDpop(token, { claims })).status).toBe(429);
		expectRejectedProof(
			await withDpop(token, { claims }),
			'The DPoP proof JWT has already been used.',
		);
	});

	test('a proof of another key is rejected', async () => {
		const { status, headers, text } = await withDpop(token, { key: rsa });
		expect(status).toBe(401);
		expect(text).toBe('');
		expect(headers.get('www-authenticate')).toMatch(/^DPoP algs=.*error="invalid_token"/);
	});

	test('the DPoP scheme works only for bound tokens', async () => {
		register({ dpop: false });
		const bearer = String((await requestToken()).json.access_token);
		for (const unbound of [bearer, (await org.issueTokens(SCOPE)).access_token]) {
			const { status, headers } = await withDpop(unbound);
			expect(status).toBe(401);
			expect(headers.get('www-authenticate')).toMatch(/^DPoP algs=.*error="invalid_token"/);
		}
	});

	test('an expired token gets a 401, and a new one works with the same key', async () => {
		org.expireAccessTokens();
		const { status, headers, text } = await withDpop(token);
		expect(status).toBe(401);
		expect(text).toBe('');
		expect(headers.get('www-authenticate')).toMatch(/^DPoP algs=.*error="invalid_token"/);
		expect((await withDpop(await boundToken())).status).toBe(200);
	});

	test('a valid proof does not make up for a missing scope or role', async () => {
		register({ dpop: true, scopes: ['okta.logs.read'] });
		const dpop = await proof({ nonce: await currentNonce() });
		const { json } = await requestToken({ scope: 'okta.logs.read' }, { dpop });
		const withoutScope = await withDpop(String(json.access_token));
		expect(withoutScope.status).toBe(403);
		expect(withoutScope.headers.get('www-authenticate')).toMatch(/^DPoP .*insufficient_scope/);

		register({ dpop: true, admin: false });
		expect((await withDpop(await boundToken())).status).toBe(403);
	});
});
