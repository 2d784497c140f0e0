import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { decodeJwt } from 'jose';
import { NodeApiError } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	JsonObject,
} from 'n8n-workflow';

import { OktaServiceAppApi } from '../../credentials/OktaServiceAppApi.credentials';
import { readFailure } from '../../nodes/shared/okta/failure';
import { needsNewToken, rejectionReasonOf } from '../../nodes/shared/okta/rejectionReason';
import { createDpopKey, exportDpopKey } from '../../nodes/shared/okta/serviceApp/dpop';
import { RENEW_HEADER, SCOPE_HEADER, TEST_HEADER } from '../../nodes/shared/okta/headers';
import { TokenUnusableError } from '../../nodes/shared/okta/serviceApp/tokenUnusableError';
import { NO_TOKEN, NO_TOKEN_NOW } from '../../nodes/shared/okta/tokenError';
import { createKey } from '../../lab/n8n/service-app-key';
import { sendAsN8n } from './fixtures/n8n';
import { node } from './fixtures/node';
import { connectionError } from './fixtures/requestErrors';

const credential = new OktaServiceAppApi();
const { privateKey } = createKey('JWK (EC)');
const ENTERED: ICredentialDataDecryptedObject = {
	url: 'https://acme.okta.com',
	clientId: '0oaClient',
	keyId: 'key-1',
	privateKey,
	accessToken: '',
	dpopPrivateKey: '',
	clockOffset: '',
};
const HOOKS = 'okta.eventHooks.manage';
const LOGS = 'okta.logs.read';
const TOKEN = { access_token: 'token-1', token_type: 'Bearer' };
const WANTS_PROOF = { error: 'invalid_dpop_proof' };

function property(name: string) {
	const found = credential.properties.find((one) => one.name === name);
	if (!found) throw new Error(`Missing property ${name}`);
	return found;
}

/** Runs `preAuthentication` with these responses from Okta in turn. An Error is thrown. */
async function preAuthenticate(changes: IDataObject, ...responses: Array<Error | object>) {
	const requests: IHttpRequestOptions[] = [];
	const helpers = {
		httpRequest: async (options: IHttpRequestOptions) => {
			const body = responses[requests.push(options) - 1];
			if (body instanceof Error) throw body;
			const statusCode = 'error' in body ? 400 : 200;
			return { statusCode, headers: {}, body, ...('statusCode' in body && body) };
		},
	};
	const result = await credential.preAuthentication
		.call(
			{ helpers } as unknown as IHttpRequestHelper,
			{ ...ENTERED, ...changes } as typeof ENTERED,
		)
		.then(
			(output) => ({ output, error: undefined }),
			(error: Error) => ({ error, output: undefined }),
		);
	return { ...result, requests };
}

async function sign(stored: object, options: IHttpRequestOptions = { url: '/api/v1/logs' }) {
	return await credential.authenticate({ ...ENTERED, accessToken: 'token-1', ...stored }, options);
}

describe('The credential "Okta Service App API"', () => {
	it('has the names that workflows refer to', () => {
		expect(credential.name).toBe('oktaServiceAppApi');
		expect(credential.displayName).toBe('Okta Service App API');
	});

	it('asks for the org URL, the client, and its key', () => {
		const visible = credential.properties.filter(({ type }) => type !== 'hidden');
		expect(visible.map(({ name, required = false }) => [name, required])).toEqual([
			['url', true],
			['clientId', true],
			['keyId', false],
			['privateKey', true],
		]);
	});

	it('stores the token, its key, its scopes, and the clock offset in hidden fields, and only the token expires', () => {
		const hidden = credential.properties.filter(({ type }) => type === 'hidden');
		expect(hidden.map(({ name, default: value }) => [name, value])).toEqual([
			['accessToken', ''],
			['dpopPrivateKey', ''],
			['grantedScopes', ''],
			['clockOffset', ''],
			['allowedHttpRequestDomains', 'all'],
		]);
		const expirable = credential.properties.filter(({ typeOptions }) => typeOptions?.expirable);
		expect(expirable.map(({ name }) => name)).toEqual(['accessToken']);
	});

	it.each(['privateKey', 'accessToken', 'dpopPrivateKey'])('masks %s', (name) => {
		expect(property(name).typeOptions).toMatchObject({ password: true });
	});

	it('has room for a key with many lines', () => {
		expect(property('privateKey').typeOptions?.rows).toBeGreaterThan(1);
	});

	it('has an icon for either theme', () => {
		const { light, dark } = credential.icon as { light: string; dark: string };
		expect(light).not.toBe(dark);
		for (const icon of [light, dark]) {
			expect(existsSync(join(__dirname, '../../credentials', icon.replace('file:', '')))).toBe(
				true,
			);
		}
	});

	it('is tested with a call in English that is marked as a test', () => {
		expect(credential.test.request).toEqual({
			baseURL: '={{$credentials.url}}',
			url: '/api/v1/eventHooks',
			headers: { 'Accept-Language': 'en', [TEST_HEADER]: 'true' },
		});
	});

	it('says which admin role is missing, whatever it was tested with', () => {
		const [rule, ...others] = credential.test.rules ?? [];
		expect(others).toEqual([]);
		expect(rule).toMatchObject({ type: 'responseCode', properties: { value: 403 } });
		expect(rule.properties.message).toMatch(
			/'Admin roles' tab\..*'okta\.eventHooks\.manage', assign .*Super Administrator.*'okta\.logs\.read' alone, assign .*System Log/,
		);
	});
});

describe('The test of the credential', () => {
	it.each([
		['the scope for hooks', HOOKS, '/api/v1/eventHooks'],
		['both scopes', `${HOOKS} ${LOGS}`, '/api/v1/eventHooks'],
		['both scopes, in the other order', `${LOGS} ${HOOKS}`, '/api/v1/eventHooks'],
		['the scope for the System Log', LOGS, '/api/v1/logs?limit=1'],
		['another scope', 'okta.users.read', '/api/v1/eventHooks'],
		['the scope for the System Log and another one', `x ${LOGS}`, '/api/v1/logs?limit=1'],
		['unknown scopes', '', '/api/v1/eventHooks'],
		['scopes that weren’t stored', undefined, '/api/v1/eventHooks'],
	])('with %s calls an API that the token covers', async (_what, grantedScopes, path) => {
		const { request } = credential.test;
		const options = { ...request, headers: { ...request.headers } } as IHttpRequestOptions;
		const { url, headers } = await sign(
			{ grantedScopes },
			{ ...options, baseURL: ENTERED.url as string },
		);
		expect(url).toBe(`https://acme.okta.com${path}`);
		expect(headers).toEqual({ 'Accept-Language': 'en', Authorization: 'Bearer token-1' });
	});

	it('uses the scopes of the new token', async () => {
		const { request } = credential.test;
		const options = { ...request, headers: { ...request.headers } } as IHttpRequestOptions;
		const { requests } = await sendAsN8n(ENTERED, options, { ...TOKEN, scope: LOGS });
		expect(requests.map(({ url }) => url)).toEqual(['https://acme.okta.com/api/v1/logs?limit=1']);
	});

	it('has a proof for the URL that it’s sent to', async () => {
		const dpopPrivateKey = exportDpopKey(createDpopKey());
		const options = { url: '/api/v1/eventHooks', headers: { [TEST_HEADER]: 'true' } };
		const { headers } = await sign({ dpopPrivateKey, grantedScopes: LOGS }, options);
		expect(decodeJwt(String(headers?.DPoP)).htu).toBe('https://acme.okta.com/api/v1/logs');
	});

	it.each([
		['/api/v1/eventHooks', LOGS],
		['/api/v1/logs', HOOKS],
		['/api/v1/users?limit=1', LOGS],
		['https://acme.okta.com/api/v1/apps', LOGS],
	])(
		'isn’t confused with another node’s request: %s with %s keeps its URL',
		async (url, grantedScopes) => {
			const signed = await sign({ grantedScopes }, { url, headers: { Accept: 'a' } });
			expect(signed.url).toBe(new URL(url, 'https://acme.okta.com').href);
			expect(signed.headers).toEqual({ Accept: 'a', Authorization: 'Bearer token-1' });
		},
	);
});

describe('Getting a token', () => {
	it('stores text for each hidden field, never undefined', async () => {
		const { output } = await preAuthenticate({}, TOKEN);
		expect(output).toEqual({
			accessToken: 'token-1',
			grantedScopes: '',
			dpopPrivateKey: '',
			clockOffset: '0',
		});
		const hidden = credential.properties.filter(
			({ name, type }) => type === 'hidden' && name !== 'allowedHttpRequestDomains',
		);
		expect(Object.keys(output ?? {}).sort()).toEqual(hidden.map(({ name }) => name).sort());
	});

	it.each([
		['both scopes', `${HOOKS} ${LOGS}`],
		['the scope that Okta granted', LOGS],
		['no scopes', ''],
	])('sends one request and stores %s', async (_what, scope) => {
		const { output, requests } = await preAuthenticate({ grantedScopes: 'x' }, { ...TOKEN, scope });
		expect(output).toMatchObject({ grantedScopes: scope });
		expect(requests).toHaveLength(1);
		const form = new URLSearchParams(String(requests[0].body));
		expect(form.get('scope')).toBe(`${HOOKS} ${LOGS}`);
	});

	it('asks for English', async () => {
		const { requests } = await preAuthenticate({}, WANTS_PROOF, TOKEN);
		expect(requests).toHaveLength(2);
		for (const { headers } of requests) expect(headers).toMatchObject({ 'Accept-Language': 'en' });
	});

	it.each<[string, object, string]>([
		['a client that Okta doesn’t recognize', { error: 'invalid_client' }, NO_TOKEN],
		['no scope', { error: 'consent_required' }, NO_TOKEN],
		['a web page', { statusCode: 200, body: '<html>' }, NO_TOKEN],
		['a proxy that forbids it', { statusCode: 403, body: '<html>' }, NO_TOKEN],
		['a rate limit', { statusCode: 429, body: { errorCode: 'E0000047' } }, NO_TOKEN_NOW],
		['a server error', { statusCode: 500, body: { errorCode: 'E0000009' } }, NO_TOKEN_NOW],
		['a proxy’s server error', { statusCode: 502, body: '<html>' }, NO_TOKEN_NOW],
		['a failed connection', connectionError('ECONNRESET', 'socket hang up'), NO_TOKEN_NOW],
		['a connection that timed out', connectionError('ETIMEDOUT', 'timeout'), NO_TOKEN_NOW],
	])('says whether waiting can help: %s', async (_what, response, prefix) => {
		const { error, output } = await preAuthenticate({}, response);
		expect(output).toBeUndefined();
		expect(error?.message.startsWith(prefix)).toBe(true);
	});

	it('stores the key of a bound token as text that `authenticate` can read', async () => {
		const { output } = await preAuthenticate({}, WANTS_PROOF, { ...TOKEN, token_type: 'DPoP' });
		const { headers } = await sign(output ?? {});
		expect(headers).toMatchObject({ Authorization: 'DPoP token-1', DPoP: expect.any(String) });
	});

	it('clears the previous token’s key if the new token isn’t bound', async () => {
		const { output } = await preAuthenticate({ dpopPrivateKey: 'previous' }, TOKEN);
		expect(output).toMatchObject({ dpopPrivateKey: '' });
	});

	it('accepts every response, doesn’t follow redirects, and waits at most half a minute', async () => {
		const { requests } = await preAuthenticate({}, TOKEN);
		expect(requests).toMatchObject([
			{
				method: 'POST',
				url: 'https://acme.okta.com/oauth2/v1/token',
				timeout: 30_000,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			},
		]);
	});

	it.each([
		['spaces around', { clientId: ' 0oaClient\n', keyId: ' key-1 ', url: ' acme.okta.com/ ' }],
		['the Admin Console’s URL', { url: 'https://acme-admin.okta.com/admin/dashboard' }],
	])('tolerates %s', async (_what, changes) => {
		const { requests } = await preAuthenticate(changes, TOKEN);
		const assertion = new URLSearchParams(String(requests[0].body)).get('client_assertion');
		expect(requests[0].url).toBe('https://acme.okta.com/oauth2/v1/token');
		expect(decodeJwt(assertion ?? '').sub).toBe('0oaClient');
	});

	const publicKey = JSON.stringify({ ...JSON.parse(privateKey), d: undefined });
	const jwk = JSON.stringify({ ...JSON.parse(privateKey), kid: 'of-the-jwk' });

	it.each([
		['the entered one', { privateKey: jwk }, 'key-1'],
		['the JWK’s, if none was entered', { privateKey: jwk, keyId: '' }, 'of-the-jwk'],
	])('uses the key ID: %s', async (_what, changes, keyId) => {
		const { requests } = await preAuthenticate(changes, TOKEN);
		const assertion = new URLSearchParams(String(requests[0].body)).get('client_assertion');
		const [header] = String(assertion).split('.');
		expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ kid: keyId });
	});

	it.each<[string, IDataObject, RegExp]>([
		['no org URL', { url: '' }, /'Okta Org URL'/],
		['an invalid org URL', { url: 'http://acme.okta.com' }, /'Okta Org URL'/],
		['no org URL at all', { url: undefined }, /'Okta Org URL'/],
		['no client ID', { clientId: ' ' }, /'Client ID' is empty/],
		['a client ID that isn’t text', { clientId: 1 }, /'Client ID' is empty/],
		['no key ID', { keyId: '' }, /'Key ID' is empty/],
		['no key', { privateKey: '' }, /'Private Key' is empty/],
		['a public key', { privateKey: publicKey }, /'Private Key' contains a public key/],
		['a password', { privateKey: 'hunter2hunter2' }, /'Private Key' doesn't contain a private key/],
	])('sends no request with %s, and names the field', async (_what, changes, text) => {
		const { error, requests } = await preAuthenticate(changes);
		expect(requests).toEqual([]);
		expect(error?.message).toMatch(text);
		expect(error?.message.startsWith(NO_TOKEN)).toBe(true);
		expect(error?.message).not.toContain('hunter2');
		const wrapped = new NodeApiError(node, error as unknown as JsonObject);
		expect(wrapped.message).toBe(error?.message);
	});

	it.each([
		['ECONNREFUSED', /connection to Okta at https:\/\/acme\.okta\.com failed.*try again\.$/],
		['ECONNRESET', /connection to Okta at .* failed/],
		['ECONNABORTED', /request to Okta at .* timed out/],
		['ETIMEDOUT', /request to Okta at .* timed out/],
		['ENOTFOUND', /find a server at .*'Okta Org URL'/],
		['EAI_AGAIN', /find a server at .*'Okta Org URL'/],
		['EHOSTUNREACH', /connection to Okta at .* failed/],
		[
			'SELF_SIGNED_CERT_IN_CHAIN',
			/connection to Okta at .* failed.* \(SELF_SIGNED_CERT_IN_CHAIN\)$/,
		],
		['CERT_HAS_EXPIRED', /connection to Okta at .* failed.* \(CERT_HAS_EXPIRED\)$/],
		['ERR_TLS_CERT_ALTNAME_INVALID', / \(ERR_TLS_CERT_ALTNAME_INVALID\)$/],
	])('explains a failed connection in words that n8n doesn’t replace: %s', async (code, text) => {
		const failure = connectionError(code, `connect ${code} 192.0.2.1:443`);
		const { error } = await preAuthenticate({}, failure);
		expect(error?.message).toMatch(text);
		const wrapped = new NodeApiError(node, error as unknown as JsonObject);
		expect(wrapped.message).toBe(error?.message);
		expect(readFailure(wrapped)).toMatchObject({ tokenError: error?.message, status: undefined });
		expect(error).not.toHaveProperty('cause');
	});
});

describe('Signing a request', () => {
	it('uses the stored token', async () => {
		const { url, headers } = await sign({});
		expect(url).toBe('https://acme.okta.com/api/v1/logs');
		expect(headers).toEqual({ Authorization: 'Bearer token-1' });
	});

	it('uses the stored clock offset', async () => {
		const dpopPrivateKey = exportDpopKey(createDpopKey());
		const { headers } = await sign({ dpopPrivateKey, clockOffset: '-600000' });
		const { iat = 0 } = decodeJwt(String(headers?.DPoP));
		expect(Math.abs(iat + 600 - Date.now() / 1000)).toBeLessThan(10);
	});

	it('creates a new proof each time', async () => {
		const dpopPrivateKey = exportDpopKey(createDpopKey());
		const ids = await Promise.all(
			[1, 2, 3].map(async () => {
				const { headers } = await sign({ dpopPrivateKey });
				return decodeJwt(String(headers?.DPoP)).jti;
			}),
		);
		expect(new Set(ids).size).toBe(3);
	});

	it.each(['', 'x', 'NaN', undefined, null])('treats the clock offset %j as 0', async (offset) => {
		const dpopPrivateKey = exportDpopKey(createDpopKey());
		const { headers } = await sign({ dpopPrivateKey, clockOffset: offset });
		const { iat = 0 } = decodeJwt(String(headers?.DPoP));
		expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(10);
	});

	it.each([
		['hooks', HOOKS, HOOKS],
		['the System Log', LOGS, LOGS],
		['hooks, with both', HOOKS, `${LOGS} ${HOOKS}`],
		['hooks, with an earlier version’s token', HOOKS, undefined],
		['hooks, with a token whose scopes are unknown', HOOKS, ''],
		['hooks, with a token whose scopes aren’t text', HOOKS, null],
		['an unspecified scope', undefined, LOGS],
	])('works for %s', async (_what, needed, grantedScopes) => {
		const headers = { Accept: 'a', ...(needed !== undefined && { [SCOPE_HEADER]: needed }) };
		const signed = await sign({ grantedScopes }, { url: '/api/v1/logs', headers });
		expect(signed.headers).toEqual({ Accept: 'a', Authorization: 'Bearer token-1' });
	});

	it.each([
		[HOOKS, LOGS],
		[LOGS, HOOKS],
		[HOOKS, 'okta.eventHooks.manage.other'],
		[HOOKS, 'okta.eventHooks.read okta.logs.read'],
	])('fails for a request that needs %s, with %s', async (needed, grantedScopes) => {
		const options = { url: '/api/v1/logs', headers: { [SCOPE_HEADER]: needed } };
		await expect(sign({ grantedScopes }, options)).rejects.toMatchObject({
			message: `The access token includes only ${grantedScopes}`,
			response: { status: 401, data: { errorCode: 'insufficient_scope' } },
		});
		// n8n retries with the same options.
		expect(options.headers).toEqual({ [SCOPE_HEADER]: needed });
	});

	it('rejects requests to another origin', async () => {
		await expect(sign({}, { url: 'https://other.example.com/' })).rejects.toThrow(
			/can't sign requests to/,
		);
	});

	it('fails if the org URL is invalid', async () => {
		await expect(sign({ url: 'nowhere' })).rejects.toThrow(/'Okta Org URL'/);
	});

	it('makes n8n get a new token if the stored one’s key can’t be read', async () => {
		await expect(sign({ dpopPrivateKey: '{"kty":"EC"' })).rejects.toThrow(TokenUnusableError);
	});

	it('makes n8n get a new token once on request, and doesn’t send the header to Okta', async () => {
		const options = { url: '/api/v1/logs', headers: { Accept: 'a', [RENEW_HEADER]: 'true' } };
		await expect(sign({}, options)).rejects.toThrow(TokenUnusableError);
		// n8n retries with the same options.
		const { headers } = await sign({ accessToken: 'token-2' }, options);
		expect(headers).toEqual({ Accept: 'a', Authorization: 'Bearer token-2' });
	});

	it('throws an error for that which n8n and the nodes recognize', () => {
		const error = new TokenUnusableError();
		expect(error.response.status).toBe(401);
		const wrapped = new NodeApiError(node, error as unknown as JsonObject);
		expect(readFailure(wrapped)).toMatchObject({ status: 401, errorCode: 'E0000011' });
	});
});

describe('A request that needs a scope', () => {
	const options = () => ({
		url: 'https://acme.okta.com/api/v1/eventHooks',
		headers: { Accept: 'a', [SCOPE_HEADER]: HOOKS },
	});
	const stored = { ...ENTERED, accessToken: 'token-0' };

	it('is sent with the stored token if it includes the scope', async () => {
		const sent = await sendAsN8n({ ...stored, grantedScopes: HOOKS }, options(), TOKEN);
		expect(sent).toMatchObject({ tokens: 0, requests: [{ headers: { Accept: 'a' } }] });
		expect(sent.error).toBeUndefined();
	});

	it('is sent with a new token if only that one includes the scope', async () => {
		const token = { ...TOKEN, scope: `${HOOKS} ${LOGS}` };
		const sent = await sendAsN8n({ ...stored, grantedScopes: LOGS }, options(), token);
		expect(sent.tokens).toBe(1);
		expect(sent.requests.map(({ headers }) => headers)).toEqual([
			{ Accept: 'a', Authorization: 'Bearer token-1' },
		]);
		expect(sent.stored.grantedScopes).toBe(`${HOOKS} ${LOGS}`);
		expect(sent.error).toBeUndefined();
	});

	it('is never sent if a new token doesn’t include the scope either', async () => {
		const token = { ...TOKEN, scope: LOGS };
		const sent = await sendAsN8n({ ...stored, grantedScopes: LOGS }, options(), token);
		expect(sent).toMatchObject({ tokens: 1, requests: [] });
		const failure = readFailure(sent.error);
		expect(failure).toMatchObject({
			status: 401,
			errorCode: 'insufficient_scope',
			summary: expect.stringContaining(`only ${LOGS}`) as string,
		});
		expect(rejectionReasonOf(failure)).toBe('missing scope');
		expect(needsNewToken(failure, 'oktaServiceAppApi')).toBe(false);
	});

	it('is sent with an earlier version’s token, whose scopes weren’t stored', async () => {
		const sent = await sendAsN8n(stored, options(), TOKEN);
		expect(sent.tokens).toBe(0);
		expect(sent.error).toBeUndefined();
		expect(sent.requests).toHaveLength(1);
	});

	it('is sent with a token whose scopes Okta doesn’t return', async () => {
		const sent = await sendAsN8n(ENTERED, options(), TOKEN);
		expect(sent.tokens).toBe(1);
		expect(sent.error).toBeUndefined();
		expect(sent.requests).toHaveLength(1);
	});

	it('is sent once with a new token on request', async () => {
		const token = { ...TOKEN, scope: HOOKS };
		const { headers, ...rest } = options();
		const renewing = { ...rest, headers: { ...headers, [RENEW_HEADER]: 'true' } };
		const sent = await sendAsN8n({ ...stored, grantedScopes: HOOKS }, renewing, token);
		expect(sent.tokens).toBe(1);
		expect(sent.requests.map((request) => request.headers)).toEqual([
			{ Accept: 'a', Authorization: 'Bearer token-1' },
		]);
	});

	it.each([HOOKS, undefined])(
		'doesn’t send n8n’s own headers to Okta (scopes %s)',
		async (scopes) => {
			const headers = {
				[RENEW_HEADER]: 'true',
				[SCOPE_HEADER]: HOOKS,
				[TEST_HEADER]: 'true',
				'x-mine': 'kept',
			};
			const { requests } = await sendAsN8n(
				{ ...stored, ...(scopes !== undefined && { grantedScopes: scopes }) },
				{ url: '/api/v1/eventHooks', headers },
				{ ...TOKEN, scope: HOOKS },
			);
			expect(requests.map((request) => Object.keys(request.headers ?? {}))).toEqual([
				['x-mine', 'Authorization'],
			]);
		},
	);
});
