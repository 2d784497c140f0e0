import { createHash } from 'node:crypto';

import { decodeJwt } from 'jose';
import type { IHttpRequestOptions } from 'n8n-workflow';

import { createDpopKey } from '../../nodes/shared/okta/serviceApp/dpop';
import { signRequest } from '../../nodes/shared/okta/serviceApp/signRequest';

const NOW = Date.parse('2026-08-20T10:00:00.000Z');
const orgUrl = 'https://acme.okta.com';
const tools = { orgUrl, now: NOW, jti: 'proof-1' };
const BEARER = { accessToken: 'token-1', clockOffset: 0 };
const BOUND = { ...BEARER, dpopKey: createDpopKey() };

function claimsOf(options: IHttpRequestOptions, token = BOUND) {
	return decodeJwt(String(signRequest(options, token, tools).headers?.DPoP));
}

describe('A request with a token that isn’t bound', () => {
	it('has the token in its header, and no proof', () => {
		const { headers } = signRequest({ url: `${orgUrl}/api/v1/logs` }, BEARER, tools);
		expect(headers).toEqual({ Authorization: 'Bearer token-1' });
	});

	it('has no proof either if it was previously signed with a bound one', () => {
		const first = signRequest({ url: `${orgUrl}/api/v1/logs` }, BOUND, tools);
		const { headers } = signRequest(first, { ...BEARER, accessToken: 'token-2' }, tools);
		expect(headers).toEqual({ Authorization: 'Bearer token-2' });
	});
});

describe('A request with a bound token', () => {
	it('has the token with the DPoP scheme, and a proof', () => {
		const options: IHttpRequestOptions = { method: 'PUT', url: `${orgUrl}/api/v1/logs?limit=1` };
		const { headers } = signRequest(options, BOUND, tools);
		expect(headers).toEqual({
			Authorization: 'DPoP token-1',
			DPoP: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
		});
		expect(claimsOf(options)).toEqual({
			htm: 'PUT',
			htu: `${orgUrl}/api/v1/logs`,
			iat: NOW / 1000,
			jti: 'proof-1',
			ath: createHash('sha256').update('token-1').digest('base64url'),
		});
	});

	it('defaults to GET', () => {
		expect(claimsOf({ url: `${orgUrl}/api/v1/logs` }).htm).toBe('GET');
	});

	it.each([600_000, -600_000])('has a proof with Okta’s time: %d ms ahead', (clockOffset) => {
		const { iat } = claimsOf({ url: `${orgUrl}/` }, { ...BOUND, clockOffset });
		expect(iat).toBe((NOW + clockOffset) / 1000);
	});

	it('has a new proof if it’s signed again with a new token', () => {
		const first = signRequest({ url: `${orgUrl}/api/v1/logs` }, BOUND, tools);
		const token = { ...BOUND, accessToken: 'token-2', dpopKey: createDpopKey() };
		const second = signRequest(first, token, { ...tools, jti: 'proof-2' });
		expect(second.headers?.Authorization).toBe('DPoP token-2');
		expect(decodeJwt(String(second.headers?.DPoP)).jti).toBe('proof-2');
	});
});

describe('Everything else in a request', () => {
	it('is kept, except that redirects don’t carry the token elsewhere, and the original isn’t mutated', () => {
		const options: IHttpRequestOptions = {
			method: 'POST',
			url: `${orgUrl}/api/v1/eventHooks`,
			headers: { Accept: 'application/json' },
			body: { name: 'x' },
			qs: { limit: 1 },
			timeout: 1,
		};
		const before = structuredClone(options);
		const signed = signRequest(options, BEARER, tools);
		expect(signed).toEqual({
			...before,
			headers: { Accept: 'application/json', Authorization: 'Bearer token-1' },
			sendCredentialsOnCrossOriginRedirect: false,
		});
		expect(options).toEqual(before);
	});

	it.each([
		['/api/v1/eventHooks', undefined],
		['/api/v1/eventHooks', 'acme.okta.com'],
		['/api/v1/eventHooks', 'https://acme-admin.okta.com/admin'],
		['api/v1/eventHooks', undefined],
		['https://ACME.okta.com:443/api/v1/eventHooks', undefined],
	])('is sent to the API: %s of %s', (url, baseURL) => {
		const signed = signRequest({ url, baseURL }, BOUND, tools);
		expect(signed.url).toBe(`${orgUrl}/api/v1/eventHooks`);
		expect(signed.baseURL).toBeUndefined();
		expect(claimsOf({ url, baseURL }).htu).toBe(signed.url);
	});
});

/** Options as n8n's HTTP Request node passes them. */
function withUri(uri: string, more: Partial<IHttpRequestOptions> = {}): IHttpRequestOptions {
	return { ...more, uri } as unknown as IHttpRequestOptions;
}

describe('A request with its URL in uri', () => {
	it.each([`${orgUrl}/api/v1/logs?limit=1`, '/api/v1/logs?limit=1'])('is signed: %s', (uri) => {
		const options = withUri(uri, { method: 'POST', headers: { Accept: '*/*' } });
		const before = structuredClone(options);
		const signed = signRequest(options, BEARER, tools);
		expect(signed).toMatchObject({
			method: 'POST',
			url: `${orgUrl}/api/v1/logs?limit=1`,
			headers: { Accept: '*/*', Authorization: 'Bearer token-1' },
		});
		expect(claimsOf(options)).toMatchObject({ htm: 'POST', htu: `${orgUrl}/api/v1/logs` });
		expect(options).toEqual(before);
	});

	it('is signed again with a new token', () => {
		const first = signRequest(withUri(`${orgUrl}/api/v1/logs`), BOUND, tools);
		const second = signRequest(first, { ...BOUND, accessToken: 'token-2' }, tools);
		expect(second.url).toBe(`${orgUrl}/api/v1/logs`);
		expect(second.headers?.Authorization).toBe('DPoP token-2');
	});
});

describe('A request to another host', () => {
	it.each([
		'https://elsewhere.example.com/api/v1/logs',
		'https://other.okta.com/api/v1/logs',
		'https://acme-admin.okta.com/api/v1/logs',
		'https://acme.okta.com.example.com/',
		'https://acme.okta.com@elsewhere.example.com/',
		'http://acme.okta.com/api/v1/logs',
		'https://acme.okta.com:8443/',
		'//elsewhere.example.com/',
		'\\\\elsewhere.example.com/',
		'/\\elsewhere.example.com/',
		'file:///etc/passwd',
		'data:,x',
	])('isn’t signed, and doesn’t reveal the token: %s', (url) => {
		for (const token of [BEARER, BOUND]) {
			for (const options of [{ url }, withUri(url)]) {
				expect(() => signRequest(options, token, tools)).toThrow(
					/^This credential is for https:\/\/acme\.okta\.com and can't sign requests to (?!.*token-1)/,
				);
			}
		}
	});
});
