import { ORG_URL_HELP, parseOrgUrl } from '../../nodes/shared/okta/orgUrl';
import { acceptedOrgUrls, refusedOrgUrls } from './fixtures/orgUrls';

describe('The org URL as people paste it', () => {
	it.each(acceptedOrgUrls)('is understood with $what: $input', ({ input, origin }) => {
		expect(parseOrgUrl(input)).toBe(origin);
	});

	it.each(acceptedOrgUrls)('once understood stays what it is: $origin', ({ origin }) => {
		expect(parseOrgUrl(origin)).toBe(origin);
	});

	it.each(refusedOrgUrls)('is refused where it is $what: $input', ({ input }) => {
		expect(parseOrgUrl(input)).toBeUndefined();
	});
});

describe('The help for a refused org URL', () => {
	it('names the field and an example that is accepted', () => {
		expect(ORG_URL_HELP).toContain("'Okta Org URL'");
		const example = /https:\S+/.exec(ORG_URL_HELP)?.[0];
		expect(parseOrgUrl(example)).toBe(example);
	});
});
