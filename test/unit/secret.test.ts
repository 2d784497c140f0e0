import { createHash, createHmac } from 'node:crypto';

import {
	derivedTimeOf,
	deriveSecret,
	hashSecret,
	isSecret,
	randomSecret,
} from '../../nodes/shared/eventHooks/secret';
import { OTHER_OWNER, OTHER_URL, OWNER, WEBHOOK_URL } from './fixtures/hooks';

const secret = randomSecret().value;
const hash = hashSecret(secret);

describe('A random secret', () => {
	it('is 256 bits in hexadecimal digits, without a time', () => {
		expect(randomSecret()).toEqual({
			value: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
			time: undefined,
		});
	});

	it('differs each time, in every byte', () => {
		const secrets = Array.from({ length: 200 }, () => randomSecret().value);
		for (let byte = 0; byte < 32; byte++) {
			const values = new Set(secrets.map((one) => one.slice(2 * byte, 2 * byte + 2)));
			expect(values.size).toBeGreaterThan(1);
		}
		expect(new Set(secrets).size).toBe(200);
	});
});

const TIME = Date.parse('2026-03-04T12:00:00.000Z');
const CLIENT_KEY = { clientId: '0oaexample00000001', key: 'a client secret of Okta' };
const SCOPE = { owner: OWNER, address: WEBHOOK_URL };

const derived = deriveSecret(CLIENT_KEY, SCOPE, TIME);

describe('A derived secret', () => {
	it('consists of its time and an HMAC-SHA-256 of its scope', () => {
		const message = JSON.stringify([
			'n8n-nodes-okta-mfa event hook secret',
			CLIENT_KEY.clientId,
			OWNER,
			WEBHOOK_URL,
			TIME,
		]);
		const signature = createHmac('sha256', CLIENT_KEY.key).update(message).digest('hex');
		expect(derived).toEqual({ value: `${TIME}.${signature}`, time: TIME });
	});

	it('is the same each time, so n8n doesn’t have to store it', () => {
		expect(deriveSecret({ ...CLIENT_KEY }, { ...SCOPE }, TIME)).toEqual(derived);
	});

	// If it changed, an update of this package would break existing hooks.
	it('stays the same across versions of this package', () => {
		expect(derived.value).toBe(
			'1772625600000.54f8881039712f36af767ac35092dea70b62bfa72afbbde81597adc3f8c44c81',
		);
	});

	it.each([
		['another client', { ...CLIENT_KEY, clientId: '0oaexample00000002' }, SCOPE, TIME],
		['another client secret', { ...CLIENT_KEY, key: 'a new client secret' }, SCOPE, TIME],
		['another owner', CLIENT_KEY, { ...SCOPE, owner: OTHER_OWNER }, TIME],
		['another address', CLIENT_KEY, { ...SCOPE, address: OTHER_URL }, TIME],
		['another time', CLIENT_KEY, SCOPE, TIME + 1],
	])('differs for %s', (_what, key, scope, time) => {
		const [, signature] = deriveSecret(key, scope, time).value.split('.');
		expect(signature).not.toBe(derived.value.split('.')[1]);
	});

	it('differs if characters move from one field to the next', () => {
		const moved = deriveSecret(
			CLIENT_KEY,
			{ owner: OWNER + WEBHOOK_URL.slice(0, 5), address: WEBHOOK_URL.slice(5) },
			TIME,
		);
		expect(moved.value).not.toBe(derived.value);
	});

	it('contains when it was derived', () => {
		expect(derivedTimeOf(derived.value)).toBe(TIME);
		const late = deriveSecret(CLIENT_KEY, SCOPE, 1e15);
		expect(derivedTimeOf(late.value)).toBe(1e15);
	});

	it.each([
		['nothing', ''],
		['a random secret', secret],
		['a time alone', `${TIME}.`],
		['a secret without a time', `.${'ab'.repeat(32)}`],
		['a short time', `${'1'.repeat(12)}.${'ab'.repeat(32)}`],
		['a time too long for a number', `${'1'.repeat(17)}.${'ab'.repeat(32)}`],
		['a negative time', `-${derived.value}`],
		['a digit less', derived.value.slice(0, -1)],
		['a digit more', `${derived.value}0`],
		['upper case', derived.value.toUpperCase().replace(/^(\d+\.)./, '$1A')],
		['a space before it', ` ${derived.value}`],
		['a line feed after it', `${derived.value}\n`],
		['a bearer token', `Bearer ${derived.value}`],
		['two of them', `${derived.value}, ${derived.value}`],
		['another separator', derived.value.replace('.', ':')],
	])('isn’t confused with %s', (_what, value) => {
		expect(derivedTimeOf(value)).toBeUndefined();
	});
});

describe('What n8n stores of a secret', () => {
	it('is its SHA-256 hash', () => {
		expect(hashSecret('abc')).toBe(createHash('sha256').update('abc').digest('hex'));
	});

	it('doesn’t reveal the secret', () => {
		expect(hash).toMatch(/^[0-9a-f]{64}$/);
		expect(hash).not.toBe(secret);
	});
});

describe('A request’s secret', () => {
	it('is accepted each time if it’s correct', () => {
		expect(isSecret(secret, hash)).toBe(true);
		expect(isSecret(secret, hash)).toBe(true);
	});

	it('is rejected each time if it’s wrong, before and after the right one was accepted', () => {
		const { value } = randomSecret();
		const wrong = randomSecret().value;
		const check = (candidate: string) => isSecret(candidate, hashSecret(value));
		expect([wrong, wrong, value, wrong, value].map(check)).toEqual([
			false,
			false,
			true,
			false,
			true,
		]);
	});

	it.each([
		['another one', randomSecret().value],
		['empty', ''],
		['without its last digit', secret.slice(0, -1)],
		['without its first digit', secret.slice(1)],
		['its first half', secret.slice(0, 32)],
		['with an extra digit', `${secret}0`],
		['twice', secret + secret],
		['joined to itself, as some servers join repeated headers', `${secret}, ${secret}`],
		['with a space after it', `${secret} `],
		['with a line feed after it', `${secret}\n`],
		['in upper case', `A${secret.slice(1)}`.toUpperCase()],
		['as a bearer token', `Bearer ${secret}`],
		['its hash, which an execution may reveal', hash],
		['of other scripts', '山田'.repeat(32)],
		['a lone surrogate', '\ud83d'],
		['a megabyte long', 'a'.repeat(1_000_000)],
	])('is rejected: %s', (_what, candidate) => {
		expect(isSecret(candidate, hash)).toBe(false);
	});

	it.each(Array.from({ length: 64 }, (_, index) => index))(
		'is rejected with digit %i changed',
		(index) => {
			const digit = secret[index] === '0' ? '1' : '0';
			const changed = secret.slice(0, index) + digit + secret.slice(index + 1);
			expect(isSecret(changed, hash)).toBe(false);
		},
	);

	it.each([
		['empty', ''],
		['truncated', hash.slice(0, 32)],
		['too long', `${hash}00`],
		['without hexadecimal digits', 'z'.repeat(64)],
		['with some other digits', `${hash.slice(0, 62)}zz`],
		['the secret itself', secret],
		['of other scripts', '山'.repeat(64)],
	])('is rejected without an error if the stored hash is malformed: %s', (_what, broken) => {
		expect(isSecret(secret, broken)).toBe(false);
		expect(isSecret('', broken)).toBe(false);
	});
});
