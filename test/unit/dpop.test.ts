import { generateKeyPairSync } from 'node:crypto';

import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';

import {
	createDpopKey,
	createDpopProof,
	exportDpopKey,
	importDpopKey,
} from '../../nodes/shared/okta/serviceApp/dpop';

const NOW = Date.parse('2026-08-20T10:00:00.987Z');
const NOW_SECONDS = Date.parse('2026-08-20T10:00:00Z') / 1000;

const key = createDpopKey();

const request = {
	key,
	method: 'POST',
	url: 'https://acme.okta.com/oauth2/v1/token',
	now: NOW,
	jti: 'proof-1',
};

async function verify(proof: string) {
	return await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });
}

async function thumbprintOf(proof: string): Promise<string> {
	const { protectedHeader } = await verify(proof);
	return await calculateJwkThumbprint(protectedHeader.jwk!);
}

describe('A DPoP proof', () => {
	it('is signed with the key that it contains, and contains only its public part', async () => {
		const { protectedHeader } = await verify(createDpopProof(request));
		const { kty, crv, x, y } = key.key.export({ format: 'jwk' });
		expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } });
		expect([kty, crv]).toEqual(['EC', 'P-256']);
	});

	it('has exactly these claims for a first request', async () => {
		const { payload } = await verify(createDpopProof(request));
		expect(payload).toEqual({
			htm: 'POST',
			htu: 'https://acme.okta.com/oauth2/v1/token',
			iat: NOW_SECONDS,
			jti: 'proof-1',
		});
	});

	it('contains the nonce that Okta requires', async () => {
		const { payload } = await verify(createDpopProof({ ...request, nonce: 'nonce-1' }));
		expect(payload).toMatchObject({ nonce: 'nonce-1', jti: 'proof-1' });
		expect(payload).not.toHaveProperty('ath');
	});

	it('is tied to one access token by its hash: the example of RFC 9449, section 7', async () => {
		const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
		const { payload } = await verify(createDpopProof({ ...request, accessToken }));
		expect(payload).toMatchObject({ ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' });
		expect(payload).not.toHaveProperty('nonce');
	});

	it.each([
		{ what: 'a query', url: '/api/v1/logs?limit=1&after=a/b', htu: '/api/v1/logs' },
		{ what: 'a fragment', url: '/api/v1/logs#top', htu: '/api/v1/logs' },
		{ what: 'both', url: '/api/v1/logs?limit=1#top?a', htu: '/api/v1/logs' },
		{ what: 'an empty query', url: '/api/v1/logs?', htu: '/api/v1/logs' },
		{ what: 'a question mark in the fragment', url: '/api/v1/logs#a?b', htu: '/api/v1/logs' },
		{ what: 'a trailing slash', url: '/api/v1/logs/', htu: '/api/v1/logs/' },
		{ what: 'no path', url: '', htu: '/' },
		{ what: 'an ID', url: '/api/v1/eventHooks/who1', htu: '/api/v1/eventHooks/who1' },
	])('contains the URL without query and fragment: $what', async ({ url, htu }) => {
		const proof = createDpopProof({ ...request, url: `https://acme.okta.com${url}` });
		const { payload } = await verify(proof);
		expect(payload.htu).toBe(`https://acme.okta.com${htu}`);
	});

	it.each([
		['http://127.0.0.1:4010/api/v1/logs', 'http://127.0.0.1:4010/api/v1/logs'],
		['https://acme.okta.com:443/api/v1/logs', 'https://acme.okta.com/api/v1/logs'],
		['HTTPS://ACME.okta.com/api/v1/logs', 'https://acme.okta.com/api/v1/logs'],
	])('contains host and port as sent: %s', async (url, htu) => {
		const { payload } = await verify(createDpopProof({ ...request, url }));
		expect(payload.htu).toBe(htu);
	});

	it.each(['GET', 'POST', 'PUT', 'DELETE'])('contains the method %s', async (method) => {
		const { payload } = await verify(createDpopProof({ ...request, method }));
		expect(payload.htm).toBe(method);
	});

	it.each([
		['its header', 0],
		['its claims', 1],
		['its signature', 2],
	])('is rejected with %s from another proof', async (_what, part) => {
		const parts = createDpopProof(request).split('.');
		const other = createDpopProof({ ...request, key: createDpopKey(), jti: 'proof-2' });
		parts[part] = other.split('.')[part];
		await expect(verify(parts.join('.'))).rejects.toMatchObject({
			code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
		});
	});

	it('is safe in a header', () => {
		expect(createDpopProof({ ...request, nonce: 'ü\r\n' })).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
	});
});

describe('A DPoP key', () => {
	it('is new each time', async () => {
		const proofs = Array.from({ length: 20 }, () =>
			createDpopProof({ ...request, key: createDpopKey() }),
		);
		const thumbprints = await Promise.all(proofs.map(thumbprintOf));
		expect(new Set(thumbprints).size).toBe(20);
	});

	it('is the same after it was stored as text', async () => {
		const stored = importDpopKey(exportDpopKey(key));
		expect(stored).toBeDefined();
		const proof = createDpopProof({ ...request, key: stored! });
		expect(await thumbprintOf(proof)).toBe(await thumbprintOf(createDpopProof(request)));
	});

	it('is stored as JSON that doesn’t change when it’s read and stored again', () => {
		const text = exportDpopKey(key);
		expect(JSON.parse(text)).toMatchObject({ kty: 'EC', crv: 'P-256' });
		expect(exportDpopKey(importDpopKey(text)!)).toBe(text);
	});

	const { kty, crv, x, y } = JSON.parse(exportDpopKey(key));
	const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
	const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
	const ed25519 = generateKeyPairSync('ed25519').privateKey;

	it.each([
		['nothing', ''],
		['not JSON', 'key'],
		['truncated', exportDpopKey(key).slice(0, -10)],
		['null', 'null'],
		['a number', '1'],
		['a string', '"key"'],
		['a list', '[]'],
		['an empty object', '{}'],
		['only its public part', JSON.stringify({ kty, crv, x, y })],
		['an RSA key', JSON.stringify(rsa.export({ format: 'jwk' }))],
		['on another curve', JSON.stringify(p384.export({ format: 'jwk' }))],
		['an Ed25519 key', JSON.stringify(ed25519.export({ format: 'jwk' }))],
		['PEM', key.key.export({ format: 'pem', type: 'pkcs8' }) as string],
	])('isn’t read from anything else: %s', (_what, text) => {
		expect(importDpopKey(text)).toBeUndefined();
	});
});
