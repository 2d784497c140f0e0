/**
 * DPoP at the stand-in org.
 *
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 */
import { createHash, randomUUID } from 'node:crypto';

import { SignJWT } from 'jose';
import type { JWK } from 'jose';

import type { Answer } from './okta-org.answer';
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
	stranger,
	tokenWith,
	withBearer,
} from './okta-org.service-app.setup';

startServiceAppBeforeEach();

/** What is wrong with a proof, wherever it is sent. */
const BROKEN_PROOFS: Array<[string, () => ProofChanges, string]> = [
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
		() => ({ key: rsa, signWith: stranger }),
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

describe('asking for a token with DPoP', () => {
	beforeEach(() => {
		register({ dpop: true });
	});

	test('a new app wants it', async () => {
		register({ dpop: undefined });
		expect((await requestToken()).json.error).toBe('invalid_dpop_proof');
	});

	test('without a proof is an invalid_dpop_proof', async () => {
		const { status, headers, json } = await requestToken();
		expect(status).toBe(400);
		expect(headers.has('dpop-nonce')).toBe(false);
		expect(json).toEqual({
			error: 'invalid_dpop_proof',
			error_description: 'The DPoP proof JWT header is missing.',
		});
	});

	test('without a nonce is sent back for one', async () => {
		const { status, headers, json } = await requestToken({}, { dpop: await proof() });
		expect(status).toBe(400);
		expect(headers.get('dpop-nonce')).toMatch(/^[\w-]{32}$/);
		expect(json).toEqual({
			error: 'use_dpop_nonce',
			error_description: 'Authorization server requires nonce in DPoP proof.',
		});
	});

	test.each(['RS256', 'ES256'])('%s: with the nonce brings a bound token', async (alg) => {
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

	test('needs a new assertion after being sent back for a nonce', async () => {
		const jwt = await assertion();
		const first = await requestToken({}, { jwt, dpop: await proof() });
		const nonce = first.headers.get('dpop-nonce')!;
		const again = await requestToken({}, { jwt, dpop: await proof({ nonce }) });
		expect(again.status).toBe(401);
		expect(again.json.error_description).toBe('The client_assertion token has already been used.');
	});

	test.each(BROKEN_PROOFS)('a proof with %s is refused', async (_case, changes, description) => {
		const dpop = await proof({ nonce: await currentNonce(), ...changes() });
		const { status, json } = await requestToken({}, { dpop });
		expect(json).toEqual({ error: 'invalid_dpop_proof', error_description: description });
		expect(status).toBe(400);
	});

	test('a proof with a query in its URL is refused', async () => {
		const dpop = await proof({ nonce: await currentNonce(), url: `${endpoint()}?a=b` });
		expect((await requestToken({}, { dpop })).json.error).toBe('invalid_dpop_proof');
	});

	test('a symmetric algorithm is refused', async () => {
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

	test('nonsense or two proofs at once are refused', async () => {
		const nonce = await currentNonce();
		const two = `${await proof({ nonce })}, ${await proof({ nonce })}`;
		for (const dpop of ['nonsense', two]) {
			expect((await requestToken({}, { dpop })).json).toEqual({
				error: 'invalid_dpop_proof',
				error_description: 'DPoP proof JWT cannot be parsed.',
			});
		}
	});

	test('a proof is good for one request', async () => {
		const dpop = await proof({ nonce: await currentNonce() });
		expect((await requestToken({}, { dpop })).status).toBe(200);
		expect((await requestToken({}, { dpop })).json).toEqual({
			error: 'invalid_dpop_proof',
			error_description: 'The DPoP proof JWT has already been used.',
		});
	});

	test('the client proves who it is first, and learns about scopes last', async () => {
		expect((await tokenWith({ signWith: stranger })).json.error).toBe('invalid_client');
		const scope = 'okta.users.read';
		expect((await requestToken({ scope })).json.error).toBe('invalid_dpop_proof');
		const dpop = await proof({ nonce: await currentNonce() });
		expect((await requestToken({ scope }, { dpop })).json.error).toBe('consent_required');
	});

	test('a made-up nonce is sent back for a good one', async () => {
		const dpop = await proof({ nonce: 'made up' });
		const { headers, json } = await requestToken({}, { dpop });
		expect(json.error).toBe('use_dpop_nonce');
		expect(headers.get('dpop-nonce')).toBe(await currentNonce());
	});

	test('a nonce is renewed after a day and good for three', async () => {
		const first = await currentNonce();
		passTime(24 * 3600_000 - 1000);
		expect(await currentNonce()).toBe(first);
		passTime(1000);
		const answer = await requestToken({}, { dpop: await proof({ nonce: first }) });
		expect(answer.status).toBe(200);
		expect(answer.headers.get('dpop-nonce')).not.toBe(first);

		passTime(48 * 3600_000);
		const late = await requestToken({}, { dpop: await proof({ nonce: first }) });
		expect(late.json.error).toBe('use_dpop_nonce');
	});

	test('rotateDpopNonce makes every client ask for a new one', async () => {
		const old = await currentNonce();
		org.rotateDpopNonce();
		const { headers, json } = await requestToken({}, { dpop: await proof({ nonce: old }) });
		expect(json.error).toBe('use_dpop_nonce');
		const nonce = headers.get('dpop-nonce')!;
		expect(nonce).not.toBe(old);
		expect((await requestToken({}, { dpop: await proof({ nonce }) })).status).toBe(200);
	});

	test('the skew of a proof can be chosen', async () => {
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

describe('calling the API with a bound token', () => {
	let token: string;

	beforeEach(async () => {
		register({ dpop: true });
		token = await boundToken();
	});

	function expectRefusedProof({ status, headers, text }: Answer, description: string): void {
		expect(headers.get('www-authenticate')).toBe(
			'DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", ' +
				`authorization_uri="${org.url}/oauth2/v1/authorize", realm="${org.url}", ` +
				'scope="okta.eventHooks.read", error="invalid_dpop_proof", ' +
				`error_description="${description}", resource="${HOOKS}"`,
		);
		expect(status).toBe(400);
		expect(text).toBe('');
	}

	test('and a proof for every call works, with a query too', async () => {
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

	test('as a bearer token is refused, with a proof as well', async () => {
		const dpop = await proof({ method: 'GET', url: org.url + HOOKS, token });
		for (const headers of [{}, { DPoP: dpop }]) {
			const answer = await call(HOOKS, {
				headers: { Authorization: `Bearer ${token}`, ...headers },
			});
			expect(answer.status).toBe(400);
			expect(answer.text).toBe('');
			expect(answer.headers.get('www-authenticate')).toMatch(
				/^Bearer .*error="invalid_request", error_description="The resource request requires a DPoP proof\."/,
			);
		}
	});

	test('without a proof is refused', async () => {
		const answer = await call(HOOKS, { headers: { Authorization: `DPoP ${token}` } });
		expectRefusedProof(answer, 'The DPoP proof JWT header is missing.');
	});

	test.each(BROKEN_PROOFS)('a proof with %s is refused', async (_case, changes, description) => {
		expectRefusedProof(await withDpop(token, changes()), description);
	});

	test('a proof for another token, or for none, is refused', async () => {
		const description = "'ath' claim in the DPoP proof does not match the presented access_token.";
		const other = { ath: createHash('sha256').update('another').digest('base64url') };
		expectRefusedProof(await withDpop(token, { claims: other }), description);
		expectRefusedProof(await withDpop(token, { claims: { ath: undefined } }), description);
	});

	test('a proof is good for one call', async () => {
		const claims = { jti: 'the same' };
		expect((await withDpop(token, { claims })).status).toBe(200);
		expectRefusedProof(
			await withDpop(token, { claims }),
			'The DPoP proof JWT has already been used.',
		);
	});

	test('a proof that met a 429 has been used, too', async () => {
		const claims = { jti: 'the same' };
		org.faults.addFault({ path: HOOKS, status: 429, times: 1 });
		expect((await withDpop(token, { claims })).status).toBe(429);
		expectRefusedProof(
			await withDpop(token, { claims }),
			'The DPoP proof JWT has already been used.',
		);
	});

	test('a proof of another key is refused', async () => {
		const { status, headers, text } = await withDpop(token, { key: rsa });
		expect(status).toBe(401);
		expect(text).toBe('');
		expect(headers.get('www-authenticate')).toMatch(/^DPoP algs=.*error="invalid_token"/);
	});

	test('the scheme is DPoP for bound tokens only', async () => {
		register({ dpop: false });
		const bearer = String((await requestToken()).json.access_token);
		for (const unbound of [bearer, (await org.issueTokens(SCOPE)).access_token]) {
			const { status, headers } = await withDpop(unbound);
			expect(status).toBe(401);
			expect(headers.get('www-authenticate')).toMatch(/^DPoP algs=.*error="invalid_token"/);
		}
	});

	test('a token that has ended is a 401, and a new one works with the same key', async () => {
		org.expireAccessTokens();
		const { status, headers, text } = await withDpop(token);
		expect(status).toBe(401);
		expect(text).toBe('');
		expect(headers.get('www-authenticate')).toMatch(/^DPoP algs=.*error="invalid_token"/);
		expect((await withDpop(await boundToken())).status).toBe(200);
	});

	test('a good proof does not make up for a missing scope or role', async () => {
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
