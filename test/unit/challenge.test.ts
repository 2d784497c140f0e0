import { respondToChallenge, CHALLENGE_HEADER } from '../../nodes/shared/eventHooks/challenge';

describe('Okta’s challenge', () => {
	it('is in the header that Okta documents, in lower case as in Node.js', () => {
		expect(CHALLENGE_HEADER).toBe('x-okta-verification-challenge');
	});

	it.each([
		['letters and digits', 'k1xExampleChallenge9Zz'],
		['base64', 'q83vEjRWeJA+/w=='],
		['one character', 'x'],
		['512 characters', 'c'.repeat(512)],
		['spaces inside', 'one two'],
		['markup, which is harmless in a JSON response', '<script>alert("1")</script>'],
		['other scripts', 'Zoë 山田'],
	])('is returned unchanged and alone: %s', (_what, challenge) => {
		expect(respondToChallenge(challenge)).toStrictEqual({ verification: challenge });
	});

	it.each<[string, unknown]>([
		['absent', undefined],
		['null', null],
		['empty', ''],
		['513 characters', 'c'.repeat(513)],
		['100,000 characters', 'c'.repeat(100_000)],
		['a line feed', 'one\ntwo'],
		['a carriage return at the end', 'one\r'],
		['a tab', 'one\ttwo'],
		['a null character', 'one\0'],
		['a delete character', '\x7fone'],
		['a C1 control character', 'one\u0085two'],
		['a number', 17],
		['a list, as of a repeated header', ['one', 'two']],
		['an object', { toString: () => 'one' }],
	])('is rejected: %s', (_what, header) => {
		expect(respondToChallenge(header)).toBeUndefined();
	});
});
