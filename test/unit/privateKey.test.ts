import { createPublicKey, generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { inspect } from 'node:util';

import { compactVerify } from 'jose';

import { signJwt } from '../../nodes/shared/okta/serviceApp/jwt';
import { parsePrivateKey, PrivateKeyError } from '../../nodes/shared/okta/serviceApp/privateKey';

type PemType = 'pkcs1' | 'pkcs8' | 'sec1';

function pem(key: KeyObject, type: PemType): string {
	return key.export({ format: 'pem', type: type as 'pkcs8' }) as string;
}

function publicPem(key: KeyObject): string {
	return createPublicKey(key).export({ format: 'pem', type: 'spki' }) as string;
}

function encryptedPem(key: KeyObject, type: PemType): string {
	const passphrase = 'secret';
	const cipher = 'aes-256-cbc';
	return key.export({ format: 'pem', type: type as 'pkcs8', cipher, passphrase }) as string;
}

function jwk(key: KeyObject): Record<string, unknown> {
	return { ...key.export({ format: 'jwk' }) };
}

function publicJwk(key: KeyObject): Record<string, unknown> {
	return { ...createPublicKey(key).export({ format: 'jwk' }) };
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const x25519 = generateKeyPairSync('x25519').privateKey;

/** The same keys in each format. */
const formats: Array<{ format: string; text: string; key: KeyObject }> = [
	{ format: 'PKCS#8 of an RSA key', text: pem(rsa, 'pkcs8'), key: rsa },
	{ format: 'PKCS#1', text: pem(rsa, 'pkcs1'), key: rsa },
	{ format: 'PKCS#8 of an EC key', text: pem(ec, 'pkcs8'), key: ec },
	{ format: 'SEC1', text: pem(ec, 'sec1'), key: ec },
	{ format: 'JWK of an RSA key', text: JSON.stringify(jwk(rsa)), key: rsa },
	{ format: 'JWK of an EC key', text: JSON.stringify(jwk(ec)), key: ec },
	{ format: 'JWK over several lines', text: JSON.stringify(jwk(rsa), null, 2), key: rsa },
	{ format: 'JWKS', text: JSON.stringify({ keys: [jwk(rsa)] }, null, 2), key: rsa },
	{
		format: 'JWKS with a public key beside it',
		text: JSON.stringify({ keys: [publicJwk(ec), jwk(rsa)] }),
		key: rsa,
	},
];

/** What can happen to a key between a file and the field. */
const damages: Array<{ damage: string; apply: (text: string) => string }> = [
	{ damage: 'nothing', apply: (text) => text },
	{ damage: 'space around it', apply: (text) => ` \t\n${text}\n \r\n` },
	{ damage: 'Windows line breaks', apply: (text) => text.replaceAll('\n', '\r\n') },
	{ damage: 'old Mac line breaks', apply: (text) => text.replaceAll('\n', '\r') },
	{ damage: 'spaces instead of line breaks', apply: (text) => text.replaceAll('\n', ' ') },
	{ damage: 'no line breaks', apply: (text) => text.replaceAll('\n', '') },
	{ damage: 'doubled line breaks', apply: (text) => text.replaceAll('\n', '\n\n') },
	{ damage: '\\n instead of line breaks', apply: (text) => text.replaceAll('\n', '\\n') },
	{ damage: '\\r\\n instead of line breaks', apply: (text) => text.replaceAll('\n', '\\r\\n') },
	{ damage: '\\\\n instead of line breaks', apply: (text) => text.replaceAll('\n', '\\\\n') },
	{ damage: '\\n and a line break', apply: (text) => text.replaceAll('\n', '\\n\n') },
	{ damage: 'indentation', apply: (text) => text.replaceAll('\n', '\n    ') },
	{ damage: 'non-breaking spaces', apply: (text) => text.replaceAll(' ', '\u00a0') },
	{ damage: 'double quotes', apply: (text) => `"${text}"` },
	{ damage: 'single quotes', apply: (text) => `'${text.trim()}'` },
	{ damage: 'backticks and a semicolon', apply: (text) => `\`${text}\`;` },
	{ damage: 'typographic quotes', apply: (text) => `“${text}”` },
	{ damage: 'a JSON string', apply: (text) => JSON.stringify(text) },
	{ damage: 'a JSON string without quotes', apply: (text) => JSON.stringify(text).slice(1, -1) },
	{ damage: 'a JSON string, twice', apply: (text) => JSON.stringify(JSON.stringify(text)) },
	{ damage: 'escaped slashes', apply: (text) => text.replaceAll('/', '\\/') },
	{ damage: 'a byte order mark', apply: (text) => `\ufeff${text}` },
	{ damage: 'a name in front of it', apply: (text) => `PRIVATE_KEY=${text}` },
];

const pasted = formats.flatMap((one) => damages.map((other) => ({ ...one, ...other })));

describe('A private key as users paste it', () => {
	it.each(pasted)('is read: $format, with $damage', async ({ text, key, apply }) => {
		const parsed = parsePrivateKey(apply(text));
		expect(parsed.algorithm).toBe(key === rsa ? 'RS256' : 'ES256');
		expect(parsed.key.equals(key)).toBe(true);
		expect(parsed).not.toHaveProperty('keyId');
	});

	it.each(formats)('signs so that the public key can verify it: $format', async ({ text, key }) => {
		const parsed = parsePrivateKey(text);
		const jws = signJwt(parsed, {}, { claim: 'ü' });
		const { payload, protectedHeader } = await compactVerify(jws, createPublicKey(key));
		expect(protectedHeader.alg).toBe(parsed.algorithm);
		expect(new TextDecoder().decode(payload)).toBe('{"claim":"ü"}');
	});

	it.each([
		[
			'its curve parameters',
			`-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem(ec, 'sec1')}`,
		],
		['its public key', `${publicPem(ec)}${pem(ec, 'pkcs8')}`],
		['OpenSSL’s comments about it', `Bag Attributes\n    friendlyName: okta\n${pem(ec, 'pkcs8')}`],
		['other fields in a JSON object', JSON.stringify({ kid: '1', pem: pem(ec, 'pkcs8') })],
	])('is found next to %s', (_what, text) => {
		expect(parsePrivateKey(text).key.equals(ec)).toBe(true);
	});

	it('may be longer than 2048 bits', () => {
		const key = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey;
		for (const text of [pem(key, 'pkcs8'), JSON.stringify(jwk(key))]) {
			expect(parsePrivateKey(text).key.equals(key)).toBe(true);
		}
	});

	it('may have a certificate chain and other members in its JWK', () => {
		const more = { use: 'sig', alg: 'ES256', x5c: ['A'.repeat(20_000)], ext: true, note: null };
		const text = JSON.stringify({ ...jwk(ec), ...more });
		expect(parsePrivateKey(text).key.equals(ec)).toBe(true);
	});
});

describe('The key ID', () => {
	it.each([
		{ what: 'text', kid: 'key-1', keyId: 'key-1' },
		{ what: 'any script', kid: 'Schlüssel "山田" \\n', keyId: 'Schlüssel "山田" \\n' },
		{ what: 'empty', kid: '', keyId: undefined },
		{ what: 'a number', kid: 1, keyId: undefined },
		{ what: 'null', kid: null, keyId: undefined },
	])('comes from the JWK: $what', ({ kid, keyId }) => {
		const one = { ...jwk(ec), kid };
		for (const text of [JSON.stringify(one), JSON.stringify({ keys: [one] })]) {
			expect(parsePrivateKey(text).keyId).toBe(keyId);
		}
	});

	it('belongs to the private key if a JWKS has a public one, too', () => {
		const keys = [
			{ ...publicJwk(rsa), kid: 'public' },
			{ ...jwk(ec), kid: 'private' },
		];
		expect(parsePrivateKey(JSON.stringify({ keys })).keyId).toBe('private');
	});
});

const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const [header, ...lines] = pem(rsa, 'pkcs8').trim().split('\n');
const { n, e, d } = jwk(rsa);
const certificate = publicPem(rsa).replaceAll('PUBLIC KEY', 'CERTIFICATE');
const openSsh = pem(ec, 'pkcs8').replaceAll('PRIVATE KEY', 'OPENSSH PRIVATE KEY');
const dsa = pem(ec, 'pkcs8').replaceAll('PRIVATE KEY', 'DSA PRIVATE KEY');
const request = publicPem(rsa).replaceAll('PUBLIC KEY', 'CERTIFICATE REQUEST');

const EMPTY = /is empty/;
const NO_KEY = /doesn't contain a private key/;
const DAMAGED = /is damaged or incomplete/;
const PUBLIC = /public key or a certificate/;
const ENCRYPTED = /encrypted with a passphrase.*openssl pkcs8/;
const SEVERAL = /several private keys/;
const TOO_LONG = /too long\. .* at most 8192 bits/;
const TOO_SHORT = /too short\. .* at least 2048 bits/;
const OTHER_CURVE = /a curve other than P-256/;
const OTHER_TYPE = /neither an RSA key nor an EC key/;

const invalid: Array<[string, unknown, RegExp]> = [
	['nothing', '', EMPTY],
	['only space', ' \r\n\t', EMPTY],
	['undefined', undefined, EMPTY],
	['null', null, EMPTY],
	['a number', 42, EMPTY],
	['an object', jwk(ec), EMPTY],
	['words', 'the key from Okta', NO_KEY],
	['a client secret', randomBytes(40).toString('base64url'), NO_KEY],
	['only the lines between BEGIN and END', lines.slice(0, -1).join('\n'), NO_KEY],
	['lost dashes', pem(rsa, 'pkcs8').replaceAll('-----', '---'), NO_KEY],
	['an empty JSON object', '{}', NO_KEY],
	['other JSON', '{"clientId":"0oa"}', NO_KEY],
	['an empty JWKS', '{"keys":[]}', NO_KEY],
	['a JWKS without objects', '{"keys":[1,null,"key",[]]}', NO_KEY],
	['an expression', '{{ $json.key }}', DAMAGED],
	['reversed braces', '}{', DAMAGED],
	['a public key', publicPem(rsa), PUBLIC],
	['a public key in PKCS#1', createPublicKey(rsa).export({ format: 'pem', type: 'pkcs1' }), PUBLIC],
	['a certificate', certificate, PUBLIC],
	['a certificate request', request, PUBLIC],
	['a certificate on one line', certificate.replaceAll('\n', '\\n'), PUBLIC],
	['half a public key', publicPem(rsa).slice(0, 200), PUBLIC],
	['an OpenSSH public key', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB me@host', PUBLIC],
	['an OpenSSH public EC key', 'ecdsa-sha2-nistp256 AAAAE2VjZHNh me@host', PUBLIC],
	['a public JWK', JSON.stringify(publicJwk(rsa)), PUBLIC],
	['a public EC JWK', JSON.stringify(publicJwk(ec)), PUBLIC],
	['a JWKS of public keys', JSON.stringify({ keys: [publicJwk(rsa), publicJwk(ec)] }), PUBLIC],
	['an encrypted key', encryptedPem(rsa, 'pkcs8'), ENCRYPTED],
	['an encrypted key on one line', encryptedPem(rsa, 'pkcs8').replaceAll('\n', ' '), ENCRYPTED],
	['an encrypted key in PKCS#1', encryptedPem(rsa, 'pkcs1'), ENCRYPTED],
	['an encrypted key in SEC1', encryptedPem(ec, 'sec1'), ENCRYPTED],
	['an OpenSSH key', openSsh, /in OpenSSH format.*ssh-keygen/],
	['two keys in PEM', pem(rsa, 'pkcs8') + pem(ec, 'pkcs8'), SEVERAL],
	['the same key twice', pem(rsa, 'pkcs8') + pem(rsa, 'pkcs1'), SEVERAL],
	['a JWKS of two keys', JSON.stringify({ keys: [jwk(rsa), jwk(ec)] }), SEVERAL],
	['an RSA key of 1024 bits', pem(shortRsa, 'pkcs8'), TOO_SHORT],
	['an RSA key of 1024 bits in PKCS#1', pem(shortRsa, 'pkcs1'), TOO_SHORT],
	['an RSA key of 1024 bits as JWK', JSON.stringify(jwk(shortRsa)), TOO_SHORT],
	[
		'a PEM key that is too long',
		`${header}${'A'.repeat(7_001)}-----END PRIVATE KEY-----`,
		TOO_LONG,
	],
	['too much text next to a key', pem(ec, 'pkcs8') + ' '.repeat(100_000), TOO_LONG],
	['a JWK that is too long', JSON.stringify({ ...jwk(rsa), q: 'A'.repeat(7_000) }), TOO_LONG],
	[
		'not a key, but not too long either',
		`${header}${'A'.repeat(6_600)}-----END PRIVATE KEY-----`,
		DAMAGED,
	],
	['a key on P-384', pem(p384, 'pkcs8'), OTHER_CURVE],
	['a key on P-384 in SEC1', pem(p384, 'sec1'), OTHER_CURVE],
	['a key on P-384 as JWK', JSON.stringify(jwk(p384)), OTHER_CURVE],
	['a key on secp256k1', pem(secp256k1, 'pkcs8'), OTHER_CURVE],
	['a key on secp256k1 as JWK', JSON.stringify(jwk(secp256k1)), OTHER_CURVE],
	['an Ed25519 key', pem(ed25519, 'pkcs8'), OTHER_TYPE],
	['an Ed25519 key as JWK', JSON.stringify(jwk(ed25519)), OTHER_TYPE],
	['an X25519 key', pem(x25519, 'pkcs8'), OTHER_TYPE],
	['an RSA key for PSS only', pem(rsaPss, 'pkcs8'), OTHER_TYPE],
	['a DSA key', dsa, OTHER_TYPE],
	['a symmetric key', '{"kty":"oct","k":"c2VjcmV0c2VjcmV0"}', OTHER_TYPE],
	['a JWK of an unknown type', '{"kty":"XYZ","d":"c2VjcmV0"}', OTHER_TYPE],
	['no END', pem(rsa, 'pkcs8').slice(0, -40), DAMAGED],
	['no BEGIN', lines.join('\n'), DAMAGED],
	['another END', `${header}\n${pem(rsa, 'pkcs1').split('\n').slice(1).join('\n')}`, DAMAGED],
	['nothing between BEGIN and END', `${header}\n-----END PRIVATE KEY-----`, DAMAGED],
	['the first line missing', [header, ...lines.slice(1)].join('\n'), DAMAGED],
	['a line missing', [header, ...lines.slice(0, 9), ...lines.slice(10)].join('\n'), DAMAGED],
	['the last line missing', [header, ...lines.slice(0, -2), lines.at(-1)].join('\n'), DAMAGED],
	['swapped lines', [header, lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n'), DAMAGED],
	['half a JWK', JSON.stringify(jwk(rsa)).slice(0, 300), DAMAGED],
	['half a JWKS', JSON.stringify({ keys: [jwk(ec)] }).replace(/^.{12}/, '{'), DAMAGED],
	['a JWK without its primes', JSON.stringify({ kty: 'RSA', n, e, d }), DAMAGED],
	['a JWK without a prime', JSON.stringify({ ...jwk(rsa), q: undefined }), DAMAGED],
	['a JWK with another modulus', JSON.stringify({ ...jwk(rsa), n: jwk(other).n }), DAMAGED],
	['a JWK whose d is null', JSON.stringify({ ...jwk(rsa), d: null }), DAMAGED],
	['a JWK whose d is empty', JSON.stringify({ ...jwk(ec), d: '' }), DAMAGED],
	['a JWK whose d is an object', JSON.stringify({ ...jwk(ec), d: { d: 'd' } }), DAMAGED],
	['a JWK without a curve', JSON.stringify({ ...jwk(ec), crv: undefined }), DAMAGED],
	['a JWK with an unknown curve', JSON.stringify({ ...jwk(ec), crv: 'P-1' }), DAMAGED],
	['an EC JWK with another point', JSON.stringify({ ...jwk(ec), x: jwk(secp256k1).x }), DAMAGED],
];

function rejectionReasonOf(input: unknown): PrivateKeyError {
	try {
		parsePrivateKey(input);
	} catch (error) {
		if (error instanceof PrivateKeyError) return error;
		throw error;
	}
	throw new Error('The key was accepted');
}

describe('An invalid private key', () => {
	it.each(invalid)('is rejected with the reason: %s', (_what, input, reason) => {
		expect(rejectionReasonOf(input).message).toMatch(reason);
	});

	it.each(invalid)('is rejected with the field’s name and advice: %s', (_what, input) => {
		const { message } = rejectionReasonOf(input);
		expect(message).toContain("'Private Key'");
		expect(message).toMatch(/Paste |Generate |paste the /);
		expect(message).toMatch(/\.$/);
	});

	it.each(invalid)('isn’t revealed by the error: %s', (_what, input) => {
		const text = inspect(rejectionReasonOf(input), { showHidden: true, depth: 10 });
		const material = String(input).match(/[\w+/-]{16,}/g) ?? [];
		for (const one of material) {
			for (let i = 0; i + 16 <= one.length; i += 16)
				expect(text).not.toContain(one.slice(i, i + 16));
		}
	});
});

describe('Damage that the format doesn’t reveal', () => {
	const decoys = [
		{ format: 'PKCS#8 of an RSA key', text: pem(rsa, 'pkcs8'), key: rsa },
		{ format: 'PKCS#8 of an EC key', text: pem(ec, 'pkcs8'), key: ec },
		{ format: 'JWK of an EC key', text: JSON.stringify(jwk(ec)), key: ec },
	];

	it.each(decoys)('never results in a different key: $format', ({ text, key }) => {
		const publicKey = createPublicKey(key);
		for (let i = 0; i < 150; i++) {
			const at = randomInt(text.length);
			const changed = text.slice(0, at) + (text[at] === 'B' ? 'C' : 'B') + text.slice(at + 1);
			try {
				expect(createPublicKey(parsePrivateKey(changed).key).equals(publicKey)).toBe(true);
			} catch (error) {
				if (!(error instanceof PrivateKeyError)) throw error;
			}
		}
	});
});

describe('Any text', () => {
	const pieces = [
		...['-----BEGIN ', '-----END ', 'RSA ', 'EC ', 'PRIVATE KEY', 'PUBLIC KEY', 'CERTIFICATE'],
		...[
			'-----',
			'-',
			'ENCRYPTED ',
			'Proc-Type: 4,ENCRYPTED',
			'MII',
			'AAAA',
			'==',
			' ',
			'\n',
			'\\n',
		],
		...['\\', '"', '{', '}', '[', ']', ':', ',', '"kty"', '"RSA"', '"EC"', '"d"', '"keys"', '"k"'],
		...['{"kty":"EC","d":"', '{"keys":[', '{"kty":"RSA","d":[[[', '"oct"', 'null', '1e999', '\0'],
		...['\ud83d', '山', 'ssh-', '__proto__'],
	];

	function isHandled(text: string): boolean {
		try {
			return parsePrivateKey(text).key.type === 'private';
		} catch (error) {
			return error instanceof PrivateKeyError;
		}
	}

	it('is read or rejected with a message if it’s made of pieces of keys', () => {
		for (let i = 0; i < 3_000; i++) {
			const chosen = Array.from(
				{ length: randomInt(1, 25) },
				() => pieces[randomInt(pieces.length)],
			);
			const text = chosen.join('');
			if (!isHandled(text)) throw new Error(`Not handled: ${JSON.stringify(text)}`);
		}
	});

	it('is read or rejected with a message if it’s a key that was cut, stretched, and scrambled', () => {
		for (let i = 0; i < 600; i++) {
			const { text } = formats[randomInt(formats.length)];
			const from = randomInt(text.length);
			const to = Math.min(text.length, from + randomInt(40));
			const piece = [
				randomBytes(randomInt(9)).toString('latin1'),
				text.slice(0, randomInt(99)),
				'',
			];
			const changed = text.slice(0, from) + piece[randomInt(3)] + text.slice(to);
			if (!isHandled(changed)) throw new Error(`Not handled: ${JSON.stringify(changed)}`);
		}
	});

	it('is read or rejected with a message if it has random bytes instead of a key', () => {
		for (const label of ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY']) {
			for (let i = 0; i < 200; i++) {
				const body = Buffer.concat([Buffer.from([0x30]), randomBytes(randomInt(200))]);
				const text = `-----BEGIN ${label}-----${body.toString('base64')}-----END ${label}-----`;
				expect(isHandled(text)).toBe(true);
			}
		}
	});
});

describe.each([{ size: 90_000 }, { size: 1_000_000 }])('A text of $size characters', ({ size }) => {
	const many = (piece: string) => piece.repeat(Math.floor(size / piece.length));
	const half = (piece: string) => piece.repeat(Math.floor(size / 2 / piece.length));

	/** DER with a length of up to 16 MB. */
	function der(tag: number, content: Buffer): Buffer {
		const { length } = content;
		return Buffer.concat([Buffer.from([tag, 0x83, length >> 16, length >> 8, length]), content]);
	}

	function asPem(label: string, content: Buffer): string {
		return `-----BEGIN ${label}-----${content.toString('base64')}-----END ${label}-----`;
	}

	const number = der(
		0x02,
		Buffer.concat([Buffer.from([1]), randomBytes(0.07 * size), Buffer.from([1])]),
	);
	const zero = Buffer.from([0x02, 0x01, 0x00]);
	const dsaId = Buffer.from('06072a8648ce380401', 'hex');
	const dsaKey = der(
		0x30,
		Buffer.concat([
			zero,
			der(0x30, Buffer.concat([dsaId, der(0x30, Buffer.concat([number, number, number]))])),
			der(0x04, number),
		]),
	);
	const rsaKey = der(0x30, Buffer.concat([zero, ...Array.from({ length: 8 }, () => number)]));

	it.each([
		['dashes', many('-')],
		['spaces', `x${many(' ')}x`],
		['backslashes', many('\\')],
		['quotes', many('"')],
		['BEGINs', many('-----BEGIN ')],
		['starts of keys', many('-----BEGIN PRIVATE KEY-----')],
		['starts and dashes', many('-----BEGIN PRIVATE KEY-----A-----END PRIVATE KEY')],
		['ends of keys', many('-----END PRIVATE KEY-----')],
		['keys', many(pem(ec, 'pkcs8'))],
		['a body', `-----BEGIN PRIVATE KEY-----${many('A')}-----END PRIVATE KEY-----`],
		['a body without an end', `-----BEGIN PRIVATE KEY-----${many('A ')}`],
		['opening braces', many('{')],
		['braces', many('{}')],
		['brackets in a JWK', `{"kty":"RSA","d":${half('[')}${half(']')}}`],
		['objects in a JWK', `{"kty":"RSA","d":${half('{"d":')}1${half('}').slice(0, size / 10)}}`],
		['a JWKS of keys', `{"keys":[${many('{"kty":"EC","d":"A"},')}{}]}`],
		['a JWK of one member', `{"kty":"RSA","d":"${many('A')}"}`],
		['a JWK with large numbers', JSON.stringify({ ...jwk(rsa), p: many('z') })],
		['an RSA key with a huge number of bits', asPem('RSA PRIVATE KEY', rsaKey)],
		['a DSA key with a huge number of bits', asPem('PRIVATE KEY', dsaKey)],
	])('is rejected quickly: %s', (_what, text) => {
		const start = performance.now();
		expect(() => parsePrivateKey(text)).toThrow(PrivateKeyError);
		// Far longer than it takes, but far shorter than anything that grows with the square of the length.
		expect(performance.now() - start).toBeLessThan(5_000);
	});
});
