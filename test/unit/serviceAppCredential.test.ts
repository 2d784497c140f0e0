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
import { createDpopKey, exportDpopKey } from '../../nodes/shared/okta/serviceApp/dpop';
import { RENEW_HEADER, TokenUnusableError } from '../../nodes/shared/okta/serviceApp/renewal';
import { NO_TOKEN } from '../../nodes/shared/okta/serviceApp/tokenError';
import { createKey } from '../n8n/service-app-key';
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
const TOKEN = { access_token: 'token-1', token_type: 'Bearer' };
const WANTS_PROOF = { error: 'invalid_dpop_proof' };

function property(name: string) {
	const found = credential.properties.find((one) => one.name === name);
	if (!found) throw new Error(`There is no property ${name}`);
	return found;
}

/** Runs `preAuthentication` with these answers of Okta, one after the other; an Error is thrown. */
async function preAuthenticate(changes: IDataObject, ...answers: Array<Error | object>) {
	const requests: IHttpRequestOptions[] = [];
	const helpers = {
		httpRequest: async (options: IHttpRequestOptions) => {
			const body = answers[requests.push(options) - 1];
			if (body instanceof Error) throw body;
			return { statusCode: 'error' in body ? 400 : 200, headers: {}, body };
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

	it('asks for the org URL, the client and its key', () => {
		const visible = credential.properties.filter(({ type }) => type !== 'hidden');
		expect(visible.map(({ name, required = false }) => [name, required])).toEqual([
			['url', true],
			['clientId', true],
			['keyId', false],
			['privateKey', true],
		]);
	});

	it('keeps the token, its key and the clock in hidden fields, of which the token expires', () => {
		const hidden = credential.properties.filter(({ type }) => type === 'hidden');
		expect(hidden.map(({ name, default: value }) => [name, value])).toEqual([
			['accessToken', ''],
			['dpopPrivateKey', ''],
			['clockOffset', ''],
		]);
		const expirable = credential.properties.filter(({ typeOptions }) => typeOptions?.expirable);
		expect(expirable.map(({ name }) => name)).toEqual(['accessToken']);
	});

	it.each(['privateKey', 'accessToken', 'dpopPrivateKey'])('hides what %s holds', (name) => {
		expect(property(name).typeOptions).toMatchObject({ password: true });
	});

	it('has room for a key of many lines', () => {
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

	it('is tested by the call that proves the right to manage event hooks', () => {
		expect(credential.test.request).toEqual({
			baseURL: '={{$credentials.url}}',
			url: '/api/v1/eventHooks',
		});
		expect(credential.test.rules).toMatchObject([
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message: expect.stringMatching(/'okta\.eventHooks\.manage'.*admin role/) as string,
				},
			},
		]);
	});
});

describe('Getting a token', () => {
	it('stores a text for each hidden field, none of them undefined', async () => {
		const { output } = await preAuthenticate({}, TOKEN);
		expect(output).toEqual({ accessToken: 'token-1', dpopPrivateKey: '', clockOffset: '0' });
	});

	it('stores the key of a bound token as text that `authenticate` can read', async () => {
		const { output } = await preAuthenticate({}, WANTS_PROOF, { ...TOKEN, token_type: 'DPoP' });
		const { headers } = await sign(output ?? {});
		expect(headers).toMatchObject({ Authorization: 'DPoP token-1', DPoP: expect.any(String) });
	});

	it('clears the key of the former token when the new one is not bound', async () => {
		const { output } = await preAuthenticate({ dpopPrivateKey: 'former' }, TOKEN);
		expect(output).toMatchObject({ dpopPrivateKey: '' });
	});

	it('takes every answer, follows no redirect, and waits for no longer than half a minute', async () => {
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
		['the address of the console', { url: 'https://acme-admin.okta.com/admin/dashboard' }],
	])('puts up with %s', async (_what, changes) => {
		const { requests } = await preAuthenticate(changes, TOKEN);
		const assertion = new URLSearchParams(String(requests[0].body)).get('client_assertion');
		expect(requests[0].url).toBe('https://acme.okta.com/oauth2/v1/token');
		expect(decodeJwt(assertion ?? '').sub).toBe('0oaClient');
	});

	const publicKey = JSON.stringify({ ...JSON.parse(privateKey), d: undefined });
	const jwk = JSON.stringify({ ...JSON.parse(privateKey), kid: 'of-the-jwk' });

	it.each([
		['the one that was entered', { privateKey: jwk }, 'key-1'],
		['that of the JWK, where none was entered', { privateKey: jwk, keyId: '' }, 'of-the-jwk'],
	])('names as key id %s', async (_what, changes, keyId) => {
		const { requests } = await preAuthenticate(changes, TOKEN);
		const assertion = new URLSearchParams(String(requests[0].body)).get('client_assertion');
		const [header] = String(assertion).split('.');
		expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ kid: keyId });
	});

	it.each<[string, IDataObject, RegExp]>([
		['no org URL', { url: '' }, /'Okta Org URL'/],
		['an org URL that is none', { url: 'http://acme.okta.com' }, /'Okta Org URL'/],
		['no org URL at all', { url: undefined }, /'Okta Org URL'/],
		['no client id', { clientId: ' ' }, /'Client ID' is empty/],
		['a client id that is no text', { clientId: 1 }, /'Client ID' is empty/],
		['no key id', { keyId: '' }, /'Key ID' is empty/],
		['no key', { privateKey: '' }, /'Private Key' is empty/],
		['a public key', { privateKey: publicKey }, /'Private Key' holds a public key/],
		['a password', { privateKey: 'hunter2hunter2' }, /'Private Key' holds something else/],
	])('asks Okta nothing with %s, and names the field', async (_what, changes, text) => {
		const { error, requests } = await preAuthenticate(changes);
		expect(requests).toEqual([]);
		expect(error?.message).toMatch(text);
		expect(error?.message.startsWith(NO_TOKEN)).toBe(true);
		expect(error?.message).not.toContain('hunter2');
		const wrapped = new NodeApiError(node, error as unknown as JsonObject);
		expect(wrapped.message).toBe(error?.message);
	});

	it.each([
		['ECONNREFUSED', /no answer from Okta at https:\/\/acme\.okta\.com.*try again\.$/],
		['ECONNRESET', /no answer from Okta/],
		['ECONNABORTED', /did not answer in time/],
		['ETIMEDOUT', /did not answer in time/],
		['ENOTFOUND', /no server at .*'Okta Org URL'/],
		['EAI_AGAIN', /no server at .*'Okta Org URL'/],
		['EHOSTUNREACH', /no answer from Okta/],
		['SELF_SIGNED_CERT_IN_CHAIN', /no answer from Okta.* \(SELF_SIGNED_CERT_IN_CHAIN\)$/],
		['CERT_HAS_EXPIRED', /no answer from Okta.* \(CERT_HAS_EXPIRED\)$/],
		['ERR_TLS_CERT_ALTNAME_INVALID', / \(ERR_TLS_CERT_ALTNAME_INVALID\)$/],
	])(
		'says what a broken connection means, in words that n8n leaves alone: %s',
		async (code, text) => {
			const failure = connectionError(code, `connect ${code} 192.0.2.1:443`);
			const { error } = await preAuthenticate({}, failure);
			expect(error?.message).toMatch(text);
			const wrapped = new NodeApiError(node, error as unknown as JsonObject);
			expect(wrapped.message).toBe(error?.message);
			expect(readFailure(wrapped)).toMatchObject({ tokenError: error?.message, status: undefined });
			expect(error).not.toHaveProperty('cause');
		},
	);
});

describe('Signing a request', () => {
	it('is done with what is stored', async () => {
		const { url, headers } = await sign({});
		expect(url).toBe('https://acme.okta.com/api/v1/logs');
		expect(headers).toEqual({ Authorization: 'Bearer token-1' });
	});

	it('goes by the clock that is stored', async () => {
		const dpopPrivateKey = exportDpopKey(createDpopKey());
		const { headers } = await sign({ dpopPrivateKey, clockOffset: '-600000' });
		const { iat = 0 } = decodeJwt(String(headers?.DPoP));
		expect(Math.abs(iat + 600 - Date.now() / 1000)).toBeLessThan(10);
	});

	it('has another proof each time', async () => {
		const dpopPrivateKey = exportDpopKey(createDpopKey());
		const ids = await Promise.all(
			[1, 2, 3].map(async () => {
				const { headers } = await sign({ dpopPrivateKey });
				return decodeJwt(String(headers?.DPoP)).jti;
			}),
		);
		expect(new Set(ids).size).toBe(3);
	});

	it.each(['', 'x', 'NaN', undefined, null])('takes a clock offset %j for none', async (offset) => {
		const dpopPrivateKey = exportDpopKey(createDpopKey());
		const { headers } = await sign({ dpopPrivateKey, clockOffset: offset });
		const { iat = 0 } = decodeJwt(String(headers?.DPoP));
		expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(10);
	});

	it('refuses requests to another origin', async () => {
		await expect(sign({}, { url: 'https://other.example.com/' })).rejects.toThrow(
			/signs no requests/,
		);
	});

	it('refuses where the org URL is none', async () => {
		await expect(sign({ url: 'nowhere' })).rejects.toThrow(/'Okta Org URL'/);
	});

	it('has n8n get a new token where the key of the stored one cannot be read', async () => {
		await expect(sign({ dpopPrivateKey: '{"kty":"EC"' })).rejects.toThrow(TokenUnusableError);
	});

	it('has n8n get a new token where that is asked for, once, and tells Okta nothing of it', async () => {
		const options = { url: '/api/v1/logs', headers: { Accept: 'a', [RENEW_HEADER]: 'true' } };
		await expect(sign({}, options)).rejects.toThrow(TokenUnusableError);
		// n8n comes again with the same options.
		const { headers } = await sign({ accessToken: 'token-2' }, options);
		expect(headers).toEqual({ Accept: 'a', Authorization: 'Bearer token-2' });
	});

	it('says that in the way in which n8n understands it, and is understood without n8n too', () => {
		const error = new TokenUnusableError();
		expect(error.response.status).toBe(401);
		const wrapped = new NodeApiError(node, error as unknown as JsonObject);
		expect(readFailure(wrapped)).toMatchObject({ status: 401, errorCode: 'E0000011' });
	});
});
