import { authenticate, authorizationOf } from '../../nodes/shared/eventHooks/authenticate';
import type { SecretSource, Verdict } from '../../nodes/shared/eventHooks/authenticate';
import { deriveSecret, hashSecret, randomSecret } from '../../nodes/shared/eventHooks/secret';
import type { StoredSecret } from '../../nodes/shared/eventHooks/staticData';
import { OTHER_URL, OWNER, WEBHOOK_URL } from './fixtures/hooks';

const TIME = Date.parse('2026-03-04T12:00:00.000Z');

const CLIENT_KEY = { clientId: '0oaexample00000001', key: 'sixteen-letters!' };
const SCOPE = { owner: OWNER, address: WEBHOOK_URL };

/** The event hook's secret that was derived at a time. */
const secretAt = (time: number) => deriveSecret(CLIENT_KEY, SCOPE, time).value;

/** n8n's credential as read at a time. */
const source = (readAt = TIME + 60_000): SecretSource => ({ readAt, secretAt });

/** What n8n has stored about a secret. */
function stored(secret: string, secretTime?: number, isForeign = false): StoredSecret {
	return { secretHash: hashSecret(secret), secretTime, isForeign: () => isForeign };
}

const current = secretAt(TIME);
const random = randomSecret().value;

const genuine = (secret: string): Verdict => ({ is: 'genuine', secret });
const UNDECIDED: Verdict = { is: 'undecided' };

function rejected(reason: string): Verdict {
	return { is: 'rejected', status: 401, reason, authorization: 'wrong' };
}

const WRONG = rejected("its Authorization header doesn't match the event hook's secret");

const OUTDATED = rejected('its Authorization header matches an earlier secret of the event hook');

const NOT_STORED: Verdict = {
	is: 'rejected',
	status: 503,
	reason: "n8n hasn't stored the event hook's secret yet. Okta will retry",
};

describe('The Authorization headers of a request', () => {
	it.each<[string, string[], string[]]>([
		['none', ['Host', 'n8n.example.com'], []],
		['one', ['Host', 'n8n.example.com', 'Authorization', 'a'], ['a']],
		['any case', ['AUTHORIZATION', 'a', 'authorization', 'b'], ['a', 'b']],
		[
			'several, in order',
			['Authorization', 'b', 'Accept', '*/*', 'Authorization', 'a'],
			['b', 'a'],
		],
		['an empty one', ['Authorization', ''], ['']],
		['not the value of another header', ['X-Header', 'authorization', 'Host', 'a'], []],
		['not a longer name', ['X-Authorization', 'a', 'Authorization2', 'b'], []],
		['nothing at all', [], []],
	])('are read: %s', (_what, rawHeaders, values) => {
		expect(authorizationOf(rawHeaders)).toEqual(values);
	});
});

describe('A request without an Authorization header, or with several', () => {
	const everything = [undefined, stored(current, TIME)] as const;

	it('is rejected, with a hint at a reverse proxy', () => {
		for (const secret of everything) {
			expect(authenticate([], secret, source())).toEqual({
				is: 'rejected',
				status: 401,
				reason:
					'it has no Authorization header. If it came from Okta, a reverse proxy removed the header',
				authorization: 'missing',
			});
		}
	});

	it('is rejected even if one of the headers is right', () => {
		const verdict = rejected('it has more than one Authorization header');
		for (const secret of everything) {
			for (const values of [
				[current, current],
				[current, ''],
				['', current],
			]) {
				expect(authenticate(values, secret, source())).toEqual(verdict);
			}
		}
	});
});

describe('A request with the stored secret', () => {
	it.each([
		['random', random, undefined],
		['derived', current, TIME],
		['derived, without a stored time', current, undefined],
		['derived from a client secret that has changed since then', `${TIME}.${'0'.repeat(64)}`, TIME],
	])('is genuine without reading the credential: %s', (_what, secret, time) => {
		expect(authenticate([secret], stored(secret, time), undefined)).toEqual(genuine(secret));
		expect(authenticate([secret], stored(secret, time), source())).toEqual(genuine(secret));
	});
});

describe('A request with anything but a derived secret', () => {
	it.each([
		['an empty header', ''],
		['a random secret', randomSecret().value],
		['a bearer token', `Bearer ${current}`],
		['a derived secret with a digit less', current.slice(0, -1)],
		['a derived secret without its time', current.split('.')[1]],
		['the hash of the secret', hashSecret(current)],
	])('is rejected if n8n has stored a secret: %s', (_what, value) => {
		for (const secret of [stored(random), stored(current, TIME)]) {
			expect(authenticate([value], secret, undefined)).toEqual(WRONG);
			expect(authenticate([value], secret, source())).toEqual(WRONG);
		}
	});

	it('gets a 503 if n8n has stored none, since a random one may not be stored yet', () => {
		expect(authenticate([random], undefined, undefined)).toEqual(NOT_STORED);
		expect(authenticate([random], undefined, source())).toEqual(NOT_STORED);
	});
});

describe('A request with a derived secret that n8n hasn’t stored', () => {
	const LATER = TIME + 1000;

	const memories: Array<[string, StoredSecret | undefined]> = [
		['nothing', undefined],
		['an earlier secret', stored(secretAt(TIME - 1), TIME - 1)],
		['another secret of the same time', stored('x', TIME)],
		['a random secret', stored(random)],
		['a later secret of another node', stored('x', TIME + 1, true)],
	];

	it.each(memories)(
		'is genuine if it matches the credential; n8n has stored %s',
		(_what, memory) => {
			expect(authenticate([current], memory, source())).toEqual(genuine(current));
			// No matter how long ago the credential was read: the secret matches it.
			expect(authenticate([current], memory, source(TIME - 60_000))).toEqual(genuine(current));
		},
	);

	it.each(memories)(
		'is undecided until the credential is read; n8n has stored %s',
		(_what, memory) => {
			expect(authenticate([current], memory, undefined)).toEqual(UNDECIDED);
		},
	);

	it('is rejected if it’s older than the stored one, which replaced it', () => {
		const memory = stored(secretAt(LATER), LATER);
		expect(authenticate([current], memory, source())).toEqual(OUTDATED);
		expect(authenticate([current], stored('x', TIME + 1), source())).toEqual(OUTDATED);
	});

	const forged = `${TIME}.${'ab'.repeat(32)}`;

	it.each(memories)('is rejected if it’s forged; n8n has stored %s', (_what, memory) => {
		expect(authenticate([forged], memory, source())).toEqual(WRONG);
	});

	it.each([
		[TIME - 1, UNDECIDED],
		[TIME, WRONG],
		[TIME + 1, WRONG],
	])('is undecided if it’s newer than the last reading of the credential', (readAt, verdict) => {
		expect(authenticate([forged], undefined, source(readAt))).toEqual(verdict);
	});

	it.each([
		['of another address', deriveSecret(CLIENT_KEY, { owner: OWNER, address: OTHER_URL }, TIME)],
		['of another node', deriveSecret(CLIENT_KEY, { ...SCOPE, owner: 'instance-1/w/n' }, TIME)],
		['of another client', deriveSecret({ ...CLIENT_KEY, clientId: 'other' }, SCOPE, TIME)],
		['of another client secret', deriveSecret({ ...CLIENT_KEY, key: 'x'.repeat(16) }, SCOPE, TIME)],
		['of another time', { value: current.replace(`${TIME}`, `${LATER}`) }],
		['with a zero before the time', { value: `0${current}` }],
	])('is rejected if it’s one %s', (_what, { value }) => {
		expect(authenticate([value], undefined, source())).toEqual(WRONG);
	});

	it('is compared in full, even with a secret of another length', () => {
		for (const length of [0, 1, current.length - 1, current.length + 1]) {
			const broken = { readAt: TIME, secretAt: () => current.padEnd(length, 'x').slice(0, length) };
			expect(authenticate([current], undefined, broken)).toEqual(WRONG);
		}
	});
});
