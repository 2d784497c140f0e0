import { SignJWT } from 'jose';

import {
	assertion,
	call,
	clientId,
	ec,
	endpoint,
	form,
	invalidClient,
	org,
	requestToken,
	rsa,
	SCOPE,
	seconds,
	startServiceAppBeforeEach,
	unregistered,
	tokenWith,
	withBearer,
} from './okta-org.service-app.setup';
import type { Changes } from './okta-org.service-app.setup';

startServiceAppBeforeEach();

describe('Signing in with a client assertion', () => {
	test.each(['RS256', 'ES256'])('%s: returns a bearer token for an hour', async (alg) => {
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

	test('the token works for the System Log too, but only within its scopes', async () => {
		const hooks = (await requestToken()).json.access_token;
		const logs = (await requestToken({ scope: 'okta.logs.read' })).json.access_token;
		expect((await withBearer(logs, '/api/v1/logs')).status).toBe(200);
		expect((await withBearer(hooks, '/api/v1/logs')).status).toBe(403);
		const rejected = await withBearer(logs);
		expect(rejected.status).toBe(403);
		expect(rejected.text).toBe('');
		expect(rejected.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
	});

	test('accepts several audiences, and the client ID next to the assertion', async () => {
		const audiences = { claims: { aud: ['https://example.com', endpoint()] } };
		expect((await tokenWith(audiences)).status).toBe(200);
		expect((await requestToken({ client_id: clientId })).status).toBe(200);
	});

	test('accepts an assertion without iat and one that is valid for up to an hour', async () => {
		expect((await tokenWith({ claims: { iat: undefined } })).status).toBe(200);
		expect((await tokenWith({ claims: { exp: seconds() + 3600 } })).status).toBe(200);
	});

	test.each<[string, () => Changes, string]>([
		['no kid', () => ({ header: { kid: undefined } }), 'The client_assertion JWT kid is invalid.'],
		[
			'an unregistered kid',
			() => ({ key: unregistered }),
			'The client_assertion JWT kid is invalid.',
		],
		[
			'the signature of another key',
			() => ({ signWith: unregistered }),
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
			() => ({ claims: { iss: 'someone' } }),
			"The 'iss' claim of the client_assertion is missing or invalid.",
		],
		[
			'an expiration in the past',
			() => ({ claims: { exp: seconds() } }),
			'The client_assertion token is expired.',
		],
		[
			'an expiration more than an hour ahead',
			() => ({ claims: { exp: seconds() + 3601 } }),
			'The client_assertion token has an expiration too far into the future.',
		],
		[
			'no expiration',
			() => ({ claims: { exp: undefined } }),
			"The 'exp' claim of the client_assertion is missing or invalid.",
		],
		[
			'an issue time in the future',
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
	])('%s is rejected', async (_case, changes, description) => {
		const { status, json } = await tokenWith(changes());
		expect(json).toEqual(invalidClient(description));
		expect(status).toBe(401);
	});

	test('an unknown client is rejected with a Management API error', async () => {
		for (const response of [
			await tokenWith({ claims: { iss: '0oaUnknown', sub: '0oaUnknown' } }),
			await requestToken({ client_id: org.client.id }),
		]) {
			expect(response.status).toBe(400);
			expect(response.json).toMatchObject({
				errorCode: 'invalid_client',
				errorSummary: "Invalid value for 'client_id' parameter.",
			});
		}
	});

	test('a symmetric algorithm or no algorithm is rejected', async () => {
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

	test('an assertion works for only one request, whatever its outcome', async () => {
		const jwt = await assertion();
		expect((await requestToken({ scope: 'okta.users.read' }, { jwt })).status).toBe(400);
		const again = await requestToken({}, { jwt });
		expect(again.status).toBe(401);
		expect(again.json).toEqual(invalidClient('The client_assertion token has already been used.'));
	});

	test('a rejected assertion does not use up its jti', async () => {
		const claims = { jti: 'the same' };
		expect((await tokenWith({ claims, signWith: unregistered })).status).toBe(401);
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
	])('%s is rejected', async (_case, changes, description) => {
		const { status, json } = await requestToken(changes);
		expect(json).toEqual(invalidClient(description));
		expect(status).toBe(401);
	});

	test('a client secret gets no token, alone or with an assertion', async () => {
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

	test('parameters count only in a form body', async () => {
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
	])('the grant type %s leads to %s', async (grant_type, error) => {
		const { status, json } = await requestToken({ grant_type });
		expect(status).toBe(400);
		expect(json.error).toBe(error);
	});

	test.each<[string, string | undefined, string]>([
		['an ungranted scope', 'okta.users.manage', 'consent_required'],
		['an unknown scope', 'okta.unknown', 'invalid_scope'],
		['no scope', undefined, 'invalid_scope'],
	])('%s is rejected', async (_case, scope, error) => {
		const { status, json } = await requestToken({ scope });
		expect(status).toBe(400);
		expect(json.error).toBe(error);
		expect(json).not.toHaveProperty('access_token');
	});
});
