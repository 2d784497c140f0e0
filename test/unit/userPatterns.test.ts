import { toUserMatcher } from '../../nodes/shared/oktaEvent/userPatterns';

describe('A user pattern', () => {
	it.each([
		['ada@example.com', 'ada@example.com'],
		['*', 'ada@example.com'],
		['*', ''],
		['**', 'ada@example.com'],
		['*@example.com', 'ada@example.com'],
		['*@example.com', '@example.com'],
		['ada*', 'ada@example.com'],
		['ada*', 'ada'],
		['a*@*.com', 'ada@example.com'],
		['*da*', 'ada@example.com'],
		['ada**com', 'ada@example.com'],
		['*aa', 'aaa'],
		['*ab*ab', 'abab'],
		['a*b*c', 'aXbXbXc'],
		['00u1A2b3C4d5E6f7G8h9', '00u1A2b3C4d5E6f7G8h9'],
	])('%j matches %j', (pattern, login) => {
		expect(toUserMatcher([pattern])(login)).toBe(true);
	});

	it.each([
		['ada@example.com', 'bada@example.com'],
		['ada@example.com', 'ada@example.com.evil.test'],
		['*@example.com', 'ada@example.com.evil.test'],
		['ada*', 'bada@example.com'],
		['*da', 'ada@example.com'],
		['a*a', 'a'],
		['ab*ba', 'aba'],
		['*ab*ab', 'ab'],
		['*a*b*', 'ba'],
		['ada', ''],
		['', 'ada'],
	])('%j doesn’t match %j', (pattern, login) => {
		expect(toUserMatcher([pattern])(login)).toBe(false);
	});

	it.each([
		['.', 'a'],
		['a.c', 'abc'],
		['a+', 'aa'],
		['[ab]', 'a'],
		['(a|b)', 'a'],
		['^a$', 'a'],
		['a?', 'a'],
		['\\*', 'anything'],
	])('isn’t a regular expression: %j doesn’t match %j', (pattern, login) => {
		expect(toUserMatcher([pattern])(login)).toBe(false);
	});

	it('matches all other characters literally', () => {
		expect(
			toUserMatcher(["o'neil+(mfa)[1]^$.?\\@example.com"])("o'neil+(mfa)[1]^$.?\\@example.com"),
		).toBe(true);
	});

	it.each([
		['ADA@EXAMPLE.COM', 'ada@example.com'],
		['ada@example.com', 'Ada@Example.Com'],
		['*@EXAMPLE.com', 'ADA@example.COM'],
		['00U1A2B3C4D5E6F7G8H9', '00u1a2b3c4d5e6f7g8h9'],
		['JÖRG@example.com', 'jörg@example.com'],
		['ИВАН@example.com', 'иван@example.com'],
		['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
		['ΟΔΥΣΣΕΥΣ*', 'οδυσσευς@example.com'],
		['οδυσσευσ@example.com', 'ΟΔΥΣΣΕΥΣ@EXAMPLE.COM'],
		['jo\u0308rg@example.com', 'j\u00f6rg@example.com'],
		['*👍*', 'a👍b'],
	])('ignores case and how accents are encoded: %j matches %j', (pattern, login) => {
		expect(toUserMatcher([pattern])(login)).toBe(true);
	});

	it('doesn’t treat different letters as the same', () => {
		expect(toUserMatcher(['strasse'])('straße')).toBe(false);
		expect(toUserMatcher(['jorg'])('jörg')).toBe(false);
	});

	it('can be one of several', () => {
		const isListed = toUserMatcher(['ada@example.com', '*@contractor.example.com']);
		expect(isListed('ada@example.com')).toBe(true);
		expect(isListed('bo@contractor.example.com')).toBe(true);
		expect(isListed('bo@example.com')).toBe(false);
	});

	// Each of these would keep a regular expression, or a search that restarts at every wildcard, busy
	// for far longer than a test’s timeout.
	it.each([
		['50,000 wildcards', `${'*a'.repeat(50_000)}b`, 'a'.repeat(100_000)],
		['consecutive wildcards', `${'*'.repeat(100_000)}b`, 'a'.repeat(100_000)],
		['a long part in the middle', `*${'a'.repeat(50_000)}b*`, 'a'.repeat(100_000)],
		[
			'a wildcard between long parts',
			`${'a'.repeat(50_000)}*${'a'.repeat(50_000)}`,
			'a'.repeat(99_999),
		],
	])('of 100 kB is scanned only once: %s', (_what, pattern, login) => {
		expect(toUserMatcher([pattern])(login)).toBe(false);
	});

	it('is quickly found among 50,000 others', () => {
		const isListed = toUserMatcher(
			[...'ab'.repeat(25_000)].map((letter, index) => `*${letter}${index}`),
		);
		expect(isListed('x'.repeat(100))).toBe(false);
		expect(isListed('a0')).toBe(true);
	});
});
