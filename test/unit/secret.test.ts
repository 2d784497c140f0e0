import { createHash } from 'node:crypto';

import { createSecret, hashSecret, isSecret } from '../../nodes/shared/eventHooks/secret';

const secret = createSecret();
const hash = hashSecret(secret);

describe('A new secret', () => {
	it('is 256 bits in hexadecimal digits', () => {
		expect(secret).toMatch(/^[0-9a-f]{64}$/);
	});

	it('is another one each time, in every part', () => {
		const secrets = Array.from({ length: 200 }, createSecret);
		for (let byte = 0; byte < 32; byte++) {
			const values = new Set(secrets.map((one) => one.slice(2 * byte, 2 * byte + 2)));
			expect(values.size).toBeGreaterThan(1);
		}
		expect(new Set(secrets).size).toBe(200);
	});
});

describe('What n8n keeps of a secret', () => {
	it('is its SHA-256', () => {
		expect(hashSecret('abc')).toBe(createHash('sha256').update('abc').digest('hex'));
	});

	it('does not tell the secret', () => {
		expect(hash).toMatch(/^[0-9a-f]{64}$/);
		expect(hash).not.toBe(secret);
	});
});

describe('A request’s secret', () => {
	it('is accepted when it is the right one', () => {
		expect(isSecret(secret, hash)).toBe(true);
	});

	it.each([
		['another one', createSecret()],
		['empty', ''],
		['without its last digit', secret.slice(0, -1)],
		['without its first digit', secret.slice(1)],
		['its first half', secret.slice(0, 32)],
		['with one digit more', `${secret}0`],
		['twice', secret + secret],
		['joined to itself, as some servers join repeated headers', `${secret}, ${secret}`],
		['with a space behind it', `${secret} `],
		['with a line feed behind it', `${secret}\n`],
		['in upper case', `A${secret.slice(1)}`.toUpperCase()],
		['as a bearer token', `Bearer ${secret}`],
		['its hash, as an execution may tell it', hash],
		['of other scripts', '山田'.repeat(32)],
		['of half a character', '\ud83d'],
		['a megabyte long', 'a'.repeat(1_000_000)],
	])('is refused: %s', (_what, candidate) => {
		expect(isSecret(candidate, hash)).toBe(false);
	});

	it.each(Array.from({ length: 64 }, (_, index) => index))(
		'is refused with digit %i changed',
		(index) => {
			const digit = secret[index] === '0' ? '1' : '0';
			const changed = secret.slice(0, index) + digit + secret.slice(index + 1);
			expect(isSecret(changed, hash)).toBe(false);
		},
	);

	it.each([
		['empty', ''],
		['cut short', hash.slice(0, 32)],
		['too long', `${hash}00`],
		['no hexadecimal digits', 'z'.repeat(64)],
		['partly no hexadecimal digits', `${hash.slice(0, 62)}zz`],
		['the secret itself', secret],
		['of other scripts', '山'.repeat(64)],
	])(
		'is refused, not answered with an error, where the stored hash is broken: %s',
		(_what, broken) => {
			expect(isSecret(secret, broken)).toBe(false);
			expect(isSecret('', broken)).toBe(false);
		},
	);
});
