import { ORG_URL_HELP, parseOrgUrl } from '../../nodes/shared/okta/orgUrl';
import { invalidOrgUrls, validOrgUrls } from './fixtures/orgUrls';

describe('The org URL as users paste it', () => {
	it.each(validOrgUrls)('is parsed with $what: $input', ({ input, origin }) => {
		expect(parseOrgUrl(input)).toBe(origin);
	});

	it.each(validOrgUrls)('doesn’t change when it’s parsed again: $origin', ({ origin }) => {
		expect(parseOrgUrl(origin)).toBe(origin);
	});

	it.each(invalidOrgUrls)('is rejected if it’s $what: $input', ({ input }) => {
		expect(parseOrgUrl(input)).toBeUndefined();
	});
});

describe('The help for an invalid org URL', () => {
	it('names the field and a valid example', () => {
		expect(ORG_URL_HELP).toContain("'Okta Org URL'");
		const example = /https:\S+/.exec(ORG_URL_HELP)?.[0];
		expect(parseOrgUrl(example)).toBe(example);
	});
});
