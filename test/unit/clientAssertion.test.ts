import { generateKeyPairSync } from 'node:crypto';

import { jwtVerify } from 'jose';

import { createClientAssertion } from '../../nodes/shared/okta/serviceApp/clientAssertion';
import { parsePrivateKey } from '../../nodes/shared/okta/serviceApp/privateKey';

const TOKEN_URL = 'https://acme.okta.com/oauth2/v1/token';
const NOW = Date.parse('2026-08-20T10:00:00.987Z');
const NOW_SECONDS = Date.parse('2026-08-20T10:00:00Z') / 1000;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const keys = [
	{ algorithm: 'RS256', pair: rsa },
	{ algorithm: 'ES256', pair: ec },
];

function createFor(pair: typeof rsa): string {
	return createClientAssertion({
		privateKey: parsePrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' })),
		keyId: 'key-1',
		clientId: '0oaClient',
		tokenUrl: TOKEN_URL,
		now: NOW,
		jti: 'assertion-1',
	});
}

describe.each(keys)('A client assertion signed with $algorithm', ({ algorithm, pair }) => {
	const assertion = createFor(pair);

	it('is accepted by a holder of the public key, for this client and token URL', async () => {
		const { protectedHeader, payload } = await jwtVerify(assertion, pair.publicKey, {
			algorithms: [algorithm],
			typ: 'JWT',
			issuer: '0oaClient',
			subject: '0oaClient',
			audience: TOKEN_URL,
			currentDate: new Date(NOW),
		});
		expect(protectedHeader).toEqual({ alg: algorithm, kid: 'key-1', typ: 'JWT' });
		expect(payload).toEqual({
			iss: '0oaClient',
			sub: '0oaClient',
			aud: TOKEN_URL,
			iat: NOW_SECONDS,
			exp: NOW_SECONDS + 300,
			jti: 'assertion-1',
		});
	});

	it.each([
		{ after: '4 min 59 s', seconds: 299, accepted: true },
		{ after: '5 min', seconds: 300, accepted: false },
	])('$after later is accepted: $accepted', async ({ seconds, accepted }) => {
		const currentDate = new Date((NOW_SECONDS + seconds) * 1000);
		const verification = jwtVerify(assertion, pair.publicKey, { currentDate });
		if (accepted) await expect(verification).resolves.toBeDefined();
		else await expect(verification).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
	});

	it.each([
		['its header', 0],
		['its claims', 1],
		['its signature', 2],
	])('is rejected with %s from another assertion', async (_what, part) => {
		const parts = assertion.split('.');
		const other = createClientAssertion({
			privateKey: { key: pair.privateKey, algorithm: algorithm as 'RS256' | 'ES256' },
			keyId: 'key-2',
			clientId: '0oaOther',
			tokenUrl: TOKEN_URL,
			now: NOW,
			jti: 'assertion-2',
		});
		parts[part] = other.split('.')[part];
		await expect(
			jwtVerify(parts.join('.'), pair.publicKey, { currentDate: new Date(NOW) }),
		).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
	});

	it('is rejected with another key of the same type', async () => {
		const other =
			algorithm === 'RS256'
				? generateKeyPairSync('rsa', { modulusLength: 2048 })
				: generateKeyPairSync('ec', { namedCurve: 'P-256' });
		await expect(
			jwtVerify(assertion, other.publicKey, { currentDate: new Date(NOW) }),
		).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
	});

	it('is safe in a form: no padding, no characters that need encoding', () => {
		expect(assertion).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
	});
});

describe('A client assertion', () => {
	it('with an EC key always has a signature of two 32-byte numbers', () => {
		for (let i = 0; i < 50; i++) {
			const [, , signature] = createFor(ec).split('.');
			expect(Buffer.from(signature, 'base64url')).toHaveLength(64);
		}
	});

	it('supports key IDs in any script', async () => {
		const assertion = createClientAssertion({
			privateKey: { key: ec.privateKey, algorithm: 'ES256' },
			keyId: 'Schlüssel "山田" \\ 1',
			clientId: '0oaClient',
			tokenUrl: TOKEN_URL,
			now: NOW,
			jti: 'assertion-1',
		});
		const { protectedHeader } = await jwtVerify(assertion, ec.publicKey, {
			currentDate: new Date(NOW),
		});
		expect(protectedHeader.kid).toBe('Schlüssel "山田" \\ 1');
	});
});
