/**
 * Service apps in the stand-in org, seen from outside: client assertions, scopes, DPoP.
 *
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 */
import { Client } from '@okta/okta-sdk-nodejs';
import {
	calculateJwkThumbprint,
	exportJWK,
	generateKeyPair,
	SignJWT,
	type CryptoKey,
	type JWK,
	type JWTHeaderParameters,
	type JWTPayload,
} from 'jose';
import { createHash, randomUUID } from 'node:crypto';
import {
	startOktaOrg,
	type OktaOrg,
	type OktaOrgOptions,
	type ServiceAppOptions,
} from '../../lab/okta-org';

interface Key {
	alg: string;
	privateKey: CryptoKey;
	privateJwk: JWK;
	/** With its `kid`. */
	publicJwk: JWK;
}

async function newKey(alg: string): Promise<Key> {
	const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
	const publicJwk = await exportJWK(publicKey);
	const kid = await calculateJwkThumbprint(publicJwk);
	return {
		alg,
		privateKey,
		privateJwk: { ...(await exportJWK(privateKey)), kid },
		publicJwk: { ...publicJwk, kid },
	};
}

let rsa: Key;
let ec: Key;
let stranger: Key;

beforeAll(async () => {
	[rsa, ec, stranger] = await Promise.all([newKey('RS256'), newKey('ES256'), newKey('RS256')]);
});

const HOOKS = '/api/v1/eventHooks';
const SCOPE = 'okta.eventHooks.manage';

let org: OktaOrg;
let clientId: string;
/** The org's clock, in milliseconds. */
let now: number;

async function restart(options: OktaOrgOptions = {}): Promise<void> {
	await org?.stop();
	now = Date.now();
	org = await startOktaOrg({ now: () => now, ...options });
}

function register(options: Partial<ServiceAppOptions> = {}): void {
	clientId = org.addServiceApp({
		jwks: { keys: [rsa.publicJwk, ec.publicJwk] },
		scopes: [SCOPE, 'okta.logs.read'],
		dpop: false,
		...options,
	});
}

beforeEach(async () => {
	await restart();
	register();
});

afterEach(async () => {
	await org.stop();
});

const seconds = () => Math.floor(now / 1000);
const endpoint = (name = 'token') => `${org.url}/oauth2/v1/${name}`;

/** What to change in a JWT that is right otherwise; `undefined` leaves a member out. */
interface Changes {
	key?: Key;
	signWith?: Key;
	header?: Partial<JWTHeaderParameters> & Record<string, unknown>;
	claims?: Record<string, unknown>;
}

async function sign(header: JWTHeaderParameters, claims: JWTPayload, key: Key): Promise<string> {
	return await new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey);
}

async function assertion({ key = rsa, signWith = key, header, claims }: Changes = {}) {
	return await sign(
		{ alg: key.alg, kid: key.publicJwk.kid, ...header },
		{
			iss: clientId,
			sub: clientId,
			aud: endpoint(),
			iat: seconds(),
			exp: seconds() + 300,
			jti: randomUUID(),
			...claims,
		},
		signWith,
	);
}

interface Answer {
	status: number;
	headers: Headers;
	json: Record<string, unknown>;
	text: string;
}

async function call(path: string, init: RequestInit = {}): Promise<Answer> {
	const response = await fetch(new URL(path, org.url), init);
	const text = await response.text();
	const isJson = response.headers.get('content-type')?.includes('json') ?? false;
	return {
		status: response.status,
		headers: response.headers,
		json: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
		text,
	};
}

/** The form of a token request; `undefined` leaves a parameter out. */
async function form(
	changes: Record<string, string | undefined> = {},
	jwt?: string,
): Promise<URLSearchParams> {
	const parameters = {
		grant_type: 'client_credentials',
		scope: SCOPE,
		client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
		client_assertion: jwt ?? (await assertion()),
		...changes,
	};
	return new URLSearchParams(
		Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
}

async function requestToken(
	changes: Record<string, string | undefined> = {},
	{ jwt, dpop, headers }: { jwt?: string; dpop?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
	return await call('/oauth2/v1/token', {
		method: 'POST',
		headers: { ...headers, ...(dpop !== undefined && { DPoP: dpop }) },
		body: await form(changes, jwt),
	});
}

async function tokenWith(changes: Changes): Promise<Answer> {
	return await requestToken({}, { jwt: await assertion(changes) });
}

async function withBearer(token: unknown, path = HOOKS, method = 'GET'): Promise<Answer> {
	return await call(path, { method, headers: { Authorization: `Bearer ${String(token)}` } });
}

function invalidClient(description: string) {
	return { error: 'invalid_client', error_description: description };
}

describe('signing in with a client assertion', () => {
	test.each(['RS256', 'ES256'])('%s: brings a bearer token for an hour', async (alg) => {
		const { status, headers, json } = await tokenWith({ key: alg === 'RS256' ? rsa : ec });
		expect(status).toBe(200);
		expect(headers.get('cache-control')).toBe('no-store');
		expect(headers.has('dpop-nonce')).toBe(false);
		expect(json).toEqual({
			token_type: 'Bearer',
			expires_in: 3600,
			access_token: expect.any(String),
			scope: SCOPE,
		});
		expect((await withBearer(json.access_token)).status).toBe(200);
	});

	test('the token serves the System Log too, and only what its scope says', async () => {
		const hooks = (await requestToken()).json.access_token;
		const logs = (await requestToken({ scope: 'okta.logs.read' })).json.access_token;
		expect((await withBearer(logs, '/api/v1/logs')).status).toBe(200);
		expect((await withBearer(hooks, '/api/v1/logs')).status).toBe(403);
		const refused = await withBearer(logs);
		expect(refused.status).toBe(403);
		expect(refused.text).toBe('');
		expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
	});

	test('takes an audience among others, and the client ID beside the assertion', async () => {
		const audiences = { claims: { aud: ['https://example.com', endpoint()] } };
		expect((await tokenWith(audiences)).status).toBe(200);
		expect((await requestToken({ client_id: clientId })).status).toBe(200);
	});

	test('an assertion without iat is good, one up to an hour ahead of its end too', async () => {
		expect((await tokenWith({ claims: { iat: undefined } })).status).toBe(200);
		expect((await tokenWith({ claims: { exp: seconds() + 3600 } })).status).toBe(200);
	});

	test.each<[string, () => Changes, string]>([
		['no kid', () => ({ header: { kid: undefined } }), 'The client_assertion JWT kid is invalid.'],
		[
			'a kid that is not registered',
			() => ({ key: stranger }),
			'The client_assertion JWT kid is invalid.',
		],
		[
			'the signature of another key',
			() => ({ signWith: stranger }),
			'The client_assertion signature is invalid.',
		],
		[
			'the kid of a key of another type',
			() => ({ header: { kid: ec.publicJwk.kid } }),
			'The client_assertion signature is invalid.',
		],
		[
			'the audience of another endpoint',
			() => ({ claims: { aud: endpoint('revoke') } }),
			'The audience claim for client_assertion must be the endpoint invoked for the request.',
		],
		[
			'the org as its audience',
			() => ({ claims: { aud: org.url } }),
			'The audience claim for client_assertion must be the endpoint invoked for the request.',
		],
		[
			'no audience',
			() => ({ claims: { aud: undefined } }),
			'The audience claim for client_assertion must be the endpoint invoked for the request.',
		],
		[
			'another issuer',
			() => ({ claims: { iss: 'somebody' } }),
			"The 'iss' claim of the client_assertion is missing or invalid.",
		],
		[
			'an end that has passed',
			() => ({ claims: { exp: seconds() } }),
			'The client_assertion token is expired.',
		],
		[
			'an end more than an hour ahead',
			() => ({ claims: { exp: seconds() + 3601 } }),
			'The client_assertion token has an expiration too far into the future.',
		],
		[
			'no end',
			() => ({ claims: { exp: undefined } }),
			"The 'exp' claim of the client_assertion is missing or invalid.",
		],
		[
			'a beginning in the future',
			() => ({ claims: { iat: seconds() + 31 } }),
			'The client_assertion token was issued in the future.',
		],
		[
			'no jti',
			() => ({ claims: { jti: undefined } }),
			"The 'jti' claim of the client_assertion is missing or invalid.",
		],
		[
			'an empty jti',
			() => ({ claims: { jti: '' } }),
			"The 'jti' claim of the client_assertion is missing or invalid.",
		],
	])('%s is refused', async (_case, changes, description) => {
		const { status, json } = await tokenWith(changes());
		expect(json).toEqual(invalidClient(description));
		expect(status).toBe(401);
	});

	test('an unknown client is refused in the words of the Management API', async () => {
		for (const answer of [
			await tokenWith({ claims: { iss: '0oaUnknown', sub: '0oaUnknown' } }),
			await requestToken({ client_id: org.client.id }),
		]) {
			expect(answer.status).toBe(400);
			expect(answer.json).toMatchObject({
				errorCode: 'invalid_client',
				errorSummary: "Invalid value for 'client_id' parameter.",
			});
		}
	});

	test('a symmetric algorithm or none is refused', async () => {
		const [, claims] = (await assertion()).split('.');
		const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
		const none = `${encode({ alg: 'none', kid: rsa.publicJwk.kid })}.${claims}.`;
		const secret = Buffer.from(JSON.stringify(rsa.publicJwk));
		const hmac = await new SignJWT({ sub: clientId })
			.setProtectedHeader({ alg: 'HS256', kid: rsa.publicJwk.kid })
			.sign(secret);
		for (const jwt of [none, hmac]) {
			const { status, json } = await requestToken({}, { jwt });
			expect(status).toBe(401);
			expect(json).toEqual(
				invalidClient('The client_assertion signing algorithm is not supported.'),
			);
		}
	});

	test('an assertion is good for one request, whatever came of it', async () => {
		const jwt = await assertion();
		expect((await requestToken({ scope: 'okta.users.read' }, { jwt })).status).toBe(400);
		const again = await requestToken({}, { jwt });
		expect(again.status).toBe(401);
		expect(again.json).toEqual(invalidClient('The client_assertion token has already been used.'));
	});

	test('one that was refused does not use up its jti', async () => {
		const claims = { jti: 'the same' };
		expect((await tokenWith({ claims, signWith: stranger })).status).toBe(401);
		expect((await tokenWith({ claims })).status).toBe(200);
	});

	test.each<[string, Record<string, string | undefined>, string]>([
		['nonsense', { client_assertion: 'nonsense' }, 'The client_assertion cannot be parsed.'],
		[
			'another assertion type',
			{ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' },
			'The client_assertion_type is invalid.',
		],
		[
			'no assertion',
			{ client_assertion: undefined },
			'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
		],
	])('%s is refused', async (_case, changes, description) => {
		const { status, json } = await requestToken(changes);
		expect(json).toEqual(invalidClient(description));
		expect(status).toBe(401);
	});

	test('a client secret gets no service token, alone or with an assertion', async () => {
		const secret = { client_id: org.client.id, client_secret: org.client.secret };
		const alone = await requestToken({ ...secret, client_assertion: undefined });
		expect(alone.status).toBe(401);

		const basic = { Authorization: `Basic ${Buffer.from(`${clientId}:x`).toString('base64')}` };
		for (const both of [
			await requestToken({ client_secret: 'x' }),
			await requestToken({}, { headers: basic }),
		]) {
			expect(both.status).toBe(400);
			expect(both.json.error).toBe('invalid_request');
		}
	});

	test('parameters count in a form body only', async () => {
		const query = await form();
		const inUrl = await call(`/oauth2/v1/token?${query}`, { method: 'POST' });
		const asJson = await call('/oauth2/v1/token', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(Object.fromEntries(query)),
		});
		for (const { status, json } of [inUrl, asJson]) {
			expect(status).toBe(400);
			expect(json.error).toBe('invalid_request');
		}
	});

	test.each([
		['authorization_code', 'unauthorized_client'],
		['refresh_token', 'unauthorized_client'],
		['urn:ietf:params:oauth:grant-type:device_code', 'unsupported_grant_type'],
		[undefined, 'invalid_request'],
	])('the grant type %s is a %s', async (grant_type, error) => {
		const { status, json } = await requestToken({ grant_type });
		expect(status).toBe(400);
		expect(json.error).toBe(error);
	});

	test.each<[string, string | undefined, string]>([
		['a scope that is not granted', 'okta.users.manage', 'consent_required'],
		['an unknown scope', 'okta.unknown', 'invalid_scope'],
		['no scope', undefined, 'invalid_scope'],
	])('%s is refused', async (_case, scope, error) => {
		const { status, json } = await requestToken({ scope });
		expect(status).toBe(400);
		expect(json.error).toBe(error);
		expect(json).not.toHaveProperty('access_token');
	});
});

describe('a service app', () => {
	test('gets no scope about a person, not even a granted one', async () => {
		register({ scopes: [SCOPE, 'offline_access'] });
		const { status, json } = await requestToken({ scope: `${SCOPE} offline_access` });
		expect(status).toBe(400);
		expect(json).toEqual({
			error: 'invalid_scope',
			error_description: "Cannot request 'offline_access' scopes using client credentials.",
		});
	});

	test("goes by the org's clock", async () => {
		const stale = await assertion();
		now += 24 * 3600_000;
		expect((await requestToken({}, { jwt: stale })).status).toBe(401);
		expect((await requestToken()).status).toBe(200);
	});

	test('registers with public keys that have a kid', () => {
		for (const keys of [
			[{ ...rsa.publicJwk, kid: undefined }],
			[rsa.publicJwk, rsa.publicJwk],
			[rsa.privateJwk],
		]) {
			expect(() => register({ jwks: { keys } })).toThrow();
		}
	});

	test('does not sign in with the key of another', async () => {
		const other = clientId;
		register({ jwks: { keys: [stranger.publicJwk] } });
		expect((await tokenWith({})).status).toBe(401);
		clientId = other;
		expect((await tokenWith({})).status).toBe(200);
	});

	test('without an admin role gets a token, but every API call is a 403', async () => {
		register({ admin: false });
		const { json } = await requestToken({ scope: `${SCOPE} okta.logs.read` });
		for (const path of [HOOKS, '/api/v1/logs']) {
			const { status, headers, json: error } = await withBearer(json.access_token, path);
			expect(status).toBe(403);
			expect(error.errorCode).toBe('E0000006');
			expect(headers.has('www-authenticate')).toBe(false);
		}
	});

	test('does not depend on a person', async () => {
		const token = (await requestToken()).json.access_token;
		org.setAdminRights(false);
		org.deactivateUser();
		expect((await withBearer(token)).status).toBe(200);
		expect((await requestToken()).status).toBe(200);
	});

	test('has tokens that end like any other', async () => {
		const first = (await requestToken()).json.access_token;
		now += 3600_000;
		expect((await withBearer(first)).status).toBe(401);

		const second = (await requestToken()).json.access_token;
		org.expireAccessTokens();
		expect((await withBearer(second)).status).toBe(401);
		expect((await requestToken()).status).toBe(200);
	});

	test('revokes its own tokens, with an assertion for that endpoint', async () => {
		const token = String((await requestToken()).json.access_token);
		const revoke = async (parameters: Record<string, string | undefined>) =>
			await call('/oauth2/v1/revoke', { method: 'POST', body: await form(parameters) });
		const forRevoke = async () => await assertion({ claims: { aud: endpoint('revoke') } });

		expect((await revoke({ token })).status).toBe(401);

		const own = clientId;
		register();
		expect((await revoke({ token, client_assertion: await forRevoke() })).status).toBe(200);
		const asWebApp = { client_id: org.client.id, client_secret: org.client.secret };
		const noAssertion = { client_assertion: undefined, client_assertion_type: undefined };
		expect((await revoke({ token, ...asWebApp, ...noAssertion })).status).toBe(200);
		expect((await withBearer(token)).status).toBe(200);

		clientId = own;
		expect((await revoke({ token, client_assertion: await forRevoke() })).status).toBe(200);
		expect((await withBearer(token)).status).toBe(401);
	});

	test('is recorded with its grant and scope, without assertions, proofs or tokens', async () => {
		register({ dpop: true });
		const token = await boundToken();
		await withDpop(token);
		expect(org.requests()).toEqual([
			expect.objectContaining({ status: 400, grantType: 'client_credentials' }),
			expect.objectContaining({ status: 200, grantType: 'client_credentials' }),
			expect.objectContaining({ path: HOOKS, status: 200, scope: SCOPE }),
		]);
		expect(JSON.stringify(org.requests())).not.toMatch(/eyJ[\w-]{10,}\.eyJ[\w-]{10,}\./);
		expect(JSON.stringify(org.requests())).not.toContain(token);
	});
});

interface ProofChanges extends Changes {
	/** Of the call that the proof goes with. */
	method?: string;
	url?: string;
	nonce?: string;
	token?: string;
}

async function proof({
	key = ec,
	signWith = key,
	method = 'POST',
	url = endpoint(),
	nonce,
	token,
	header,
	claims,
}: ProofChanges = {}): Promise<string> {
	return await sign(
		{ typ: 'dpop+jwt', alg: key.alg, jwk: key.publicJwk, ...header },
		{
			htm: method,
			htu: url,
			iat: seconds(),
			jti: randomUUID(),
			...(nonce !== undefined && { nonce }),
			...(token !== undefined && { ath: createHash('sha256').update(token).digest('base64url') }),
			...claims,
		},
		signWith,
	);
}

/** Asks for the nonce that the token endpoint wants. */
async function currentNonce(): Promise<string> {
	const { status, headers } = await requestToken({}, { dpop: await proof() });
	expect(status).toBe(400);
	return headers.get('dpop-nonce')!;
}

/** A token bound to a key: the whole way, as a client walks it. */
async function boundToken(key = ec): Promise<string> {
	const dpop = await proof({ key, nonce: await currentNonce() });
	const { status, json } = await requestToken({}, { dpop });
	expect(status).toBe(200);
	return String(json.access_token);
}

async function withDpop(token: string, changes: ProofChanges = {}): Promise<Answer> {
	const url = org.url + HOOKS;
	return await call(HOOKS, {
		headers: {
			Authorization: `DPoP ${token}`,
			DPoP: await proof({ method: 'GET', url, token, ...changes }),
		},
	});
}

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
		now += 24 * 3600_000 - 1000;
		expect(await currentNonce()).toBe(first);
		now += 1000;
		const answer = await requestToken({}, { dpop: await proof({ nonce: first }) });
		expect(answer.status).toBe(200);
		expect(answer.headers.get('dpop-nonce')).not.toBe(first);

		now += 48 * 3600_000;
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

describe("Okta's own client", () => {
	function connect(): Client {
		return new Client({
			orgUrl: org.url,
			authorizationMode: 'PrivateKey',
			clientId,
			scopes: [SCOPE],
			privateKey: JSON.stringify(rsa.privateJwk),
			cacheMiddleware: null,
		});
	}

	test.each([false, true])('signs in and calls the API, DPoP: %s', async (dpop) => {
		await restart({ now: Date.now });
		register({ dpop });
		const { eventHookApi } = connect();
		const hook = await eventHookApi.createEventHook({
			eventHook: {
				name: 'Of a service app',
				events: { type: 'EVENT_TYPE', items: ['user.authentication.auth_via_mfa'] },
				channel: { type: 'HTTP', version: '1.0.0', config: { uri: 'https://example.com/hook' } },
			},
		});
		expect(await eventHookApi.getEventHook({ eventHookId: hook.id! })).toMatchObject({
			name: 'Of a service app',
		});
	});
});
