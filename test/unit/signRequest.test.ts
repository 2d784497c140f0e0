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

describe('A request with a token that is not bound', () => {
	it('has the token in its header, and no proof', () => {
		const { headers } = signRequest({ url: `${orgUrl}/api/v1/logs` }, BEARER, tools);
		expect(headers).toEqual({ Authorization: 'Bearer token-1' });
	});

	it('has no proof either when it was signed with a bound one before', () => {
		const first = signRequest({ url: `${orgUrl}/api/v1/logs` }, BOUND, tools);
		const { headers } = signRequest(first, { ...BEARER, accessToken: 'token-2' }, tools);
		expect(headers).toEqual({ Authorization: 'Bearer token-2' });
	});
});

describe('A request with a bound token', () => {
	it('has the token under the scheme DPoP, and a proof', () => {
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

	it('is a GET where it does not say', () => {
		expect(claimsOf({ url: `${orgUrl}/api/v1/logs` }).htm).toBe('GET');
	});

	it.each([600_000, -600_000])('has a proof by the clock of Okta: %d ms ahead', (clockOffset) => {
		const { iat } = claimsOf({ url: `${orgUrl}/` }, { ...BOUND, clockOffset });
		expect(iat).toBe((NOW + clockOffset) / 1000);
	});

	it('has another proof once it is signed again, with a new token', () => {
		const first = signRequest({ url: `${orgUrl}/api/v1/logs` }, BOUND, tools);
		const token = { ...BOUND, accessToken: 'token-2', dpopKey: createDpopKey() };
		const second = signRequest(first, token, { ...tools, jti: 'proof-2' });
		expect(second.headers?.Authorization).toBe('DPoP token-2');
		expect(decodeJwt(String(second.headers?.DPoP)).jti).toBe('proof-2');
	});
});

describe('What else a request has', () => {
	it('stays, and is not changed in place', () => {
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
		});
		expect(options).toEqual(before);
	});

	it.each([
		['/api/v1/eventHooks', undefined],
		['/api/v1/eventHooks', 'acme.okta.com'],
		['/api/v1/eventHooks', 'https://acme-admin.okta.com/admin'],
		['api/v1/eventHooks', undefined],
		['https://ACME.okta.com:443/api/v1/eventHooks', undefined],
	])('leads to the API: %s of %s', (url, baseURL) => {
		const signed = signRequest({ url, baseURL }, BOUND, tools);
		expect(signed.url).toBe(`${orgUrl}/api/v1/eventHooks`);
		expect(signed.baseURL).toBeUndefined();
		expect(claimsOf({ url, baseURL }).htu).toBe(signed.url);
	});
});

/** What n8n's HTTP Request node hands over. */
function withUri(uri: string, more: Partial<IHttpRequestOptions> = {}): IHttpRequestOptions {
	return { ...more, uri } as unknown as IHttpRequestOptions;
}

describe('A request that has its URL as uri', () => {
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

	it('is signed again, with a new token', () => {
		const first = signRequest(withUri(`${orgUrl}/api/v1/logs`), BOUND, tools);
		const second = signRequest(first, { ...BOUND, accessToken: 'token-2' }, tools);
		expect(second.url).toBe(`${orgUrl}/api/v1/logs`);
		expect(second.headers?.Authorization).toBe('DPoP token-2');
	});
});

describe('A request to elsewhere', () => {
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
	])('is not signed, and the token not told: %s', (url) => {
		for (const token of [BEARER, BOUND]) {
			for (const options of [{ url }, withUri(url)]) {
				expect(() => signRequest(options, token, tools)).toThrow(
					/^This credential is for https:\/\/acme\.okta\.com and can't sign requests to (?!.*token-1)/,
				);
			}
		}
	});
});
