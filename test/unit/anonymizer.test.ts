import { anonymizerOf } from '../../nodes/shared/oktaEvent/anonymizer';
import { mfaEvent, without } from './fixtures/events';
import { withDebugData, withSecurityContext, WRONG_VALUES } from './fixtures/securityEvents';

const withCategories = (ipServiceCategories: unknown) =>
	withSecurityContext({ isProxy: true, ipDetails: { asNumber: 64496, ipServiceCategories } });

const withTunnels = (tunnels: unknown) =>
	withDebugData({ tunnels: typeof tunnels === 'string' ? tunnels : JSON.stringify(tunnels) });

/** Both places have the same list, except for the name of the flag. */
const PLACES: Array<[string, string, (list: unknown) => ReturnType<typeof mfaEvent>]> = [
	['the IP details', 'isAnonymous', withCategories],
	['the tunnels', 'anonymous', withTunnels],
];

describe.each(PLACES)('The anonymizer in %s', (_place, flag, eventWith) => {
	it.each<[string, Array<Record<string, unknown>>, string | null]>([
		['its operator', [{ [flag]: true, operator: 'EXAMPLE_VPN', type: 'VPN' }], 'EXAMPLE_VPN'],
		['its type if no operator is named', [{ [flag]: true, type: 'Tor' }], 'Tor'],
		['its type if the operator is null', [{ [flag]: true, operator: null, type: 'VPN' }], 'VPN'],
		['its type if the operator is empty', [{ [flag]: true, operator: '', type: 'VPN' }], 'VPN'],
		[
			'its type if the operator isn’t a string',
			[{ [flag]: true, operator: 7, type: 'VPN' }],
			'VPN',
		],
		[
			'several, in order, without duplicates',
			[
				{ [flag]: true, operator: 'ZULU_VPN', type: 'VPN' },
				{ [flag]: true, type: 'Proxy' },
				{ [flag]: true, operator: 'ZULU_VPN', type: 'Proxy' },
			],
			'ZULU_VPN, Proxy',
		],
		[
			'only the anonymous ones',
			[
				{ [flag]: false, operator: 'COMPANY_VPN', type: 'VPN' },
				{ [flag]: true, operator: 'EXAMPLE_VPN', type: 'VPN' },
			],
			'EXAMPLE_VPN',
		],
		['null if none is anonymous', [{ [flag]: false, operator: 'COMPANY_VPN', type: 'VPN' }], null],
		['null if the flag is missing', [{ operator: 'COMPANY_VPN', type: 'VPN' }], null],
		[
			'null if the flag is a string',
			[{ [flag]: 'true', operator: 'COMPANY_VPN', type: 'VPN' }],
			null,
		],
		['null if it has no name', [{ [flag]: true }], null],
		['null if no name is a string', [{ [flag]: true, operator: 7, type: ['VPN'] }], null],
		['null if everything is empty', [{ [flag]: true, operator: '', type: '' }], null],
		['null if the list is empty', [], null],
	])('is %s', (_what, list, name) => {
		expect(anonymizerOf(eventWith(list))).toBe(name);
	});

	it.each(WRONG_VALUES)('is null if there’s %s in the list, or in its place', (_what, value) => {
		expect(anonymizerOf(eventWith(value))).toBeNull();
		expect(anonymizerOf(eventWith([value]))).toBeNull();
		expect(anonymizerOf(eventWith([value, { [flag]: true, type: 'VPN' }]))).toBe('VPN');
	});

	it('is found even in a very long list', () => {
		const list = Array.from({ length: 300_000 }, () => ({ [flag]: true, type: 'VPN' }));
		expect(anonymizerOf(eventWith(list))).toBe('VPN');
	});
});

describe('The anonymizer', () => {
	const categories = [{ isAnonymous: true, operator: 'OF_THE_DETAILS' }];
	const tunnels = '[{"anonymous":true,"operator":"OF_THE_TUNNELS","type":"VPN"}]';

	it('comes from the IP details if both name one', () => {
		const event = mfaEvent({
			securityContext: { ipDetails: { ipServiceCategories: categories } },
			debugContext: { debugData: { tunnels } },
		});
		expect(anonymizerOf(event)).toBe('OF_THE_DETAILS');
	});

	it.each<[string, unknown]>([
		['are null', null],
		['are empty', {}],
		['are a list', [{ ipServiceCategories: categories }]],
		['have null as the categories', { ipServiceCategories: null }],
		['name no anonymous one', { ipServiceCategories: [{ isAnonymous: false, type: 'VPN' }] }],
	])('comes from the tunnels if the IP details %s', (_what, ipDetails) => {
		const event = mfaEvent({
			securityContext: { ipDetails },
			debugContext: { debugData: { tunnels } },
		});
		expect(anonymizerOf(event)).toBe('OF_THE_TUNNELS');
	});

	it('can be in tunnels that are a list instead of a string', () => {
		expect(anonymizerOf(withDebugData({ tunnels: JSON.parse(tunnels) as unknown }))).toBe(
			'OF_THE_TUNNELS',
		);
	});

	it.each([
		'',
		'none',
		'[',
		'[{"anonymous":true,"operator":"CUT_OFF"',
		'{"anonymous":true,"operator":"NOT_IN_A_LIST"}',
		'"[]"',
	])('is null if the tunnels can’t be read: %s', (text) => {
		expect(anonymizerOf(withTunnels(text))).toBeNull();
	});

	it.each([
		[
			'without a security context and debug context',
			without(mfaEvent(), 'securityContext', 'debugContext'),
		],
		['with null for both', mfaEvent({ securityContext: null, debugContext: null })],
		['from a proxy that isn’t known to be one', mfaEvent({ securityContext: { isProxy: true } })],
		['without keys', {}],
	])('is null for an event %s', (_what, event) => {
		expect(anonymizerOf(event)).toBeNull();
	});
});
