import type { IDataObject } from 'n8n-workflow';

import type { NodeContext } from '../../nodes/shared/context';
import {
	createEventPredicate,
	eventPredicateFor,
} from '../../nodes/shared/oktaEvent/eventPredicate';
import { outcomesFilter } from '../../nodes/shared/oktaEvent/outcomesFilter';
import { usersFilter } from '../../nodes/shared/oktaEvent/usersFilter';
import { hookFilters, logFilters } from '../../nodes/shared/userMfa/filters';
import { amelie, bo, mfaEvent } from './fixtures/events';
import { panelWith } from './fixtures/panel';

/** The filter of a node with these parameters. */
const filterOf = (parameters: IDataObject) => eventPredicateFor(panelWith(parameters), hookFilters);

const failure = mfaEvent({ outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' } });
const success = mfaEvent();

describe('The filter of a node', () => {
	it('is built once and cached for the next delivery, because it can list thousands of users', () => {
		const list = Array.from({ length: 5_000 }, (_, user) => `user${user}@example.com`);
		const users = list.join('\n');
		expect(filterOf({ users })).toBe(filterOf({ users }));
	});

	it.each<[string, IDataObject, IDataObject]>([
		['events', { events: ['user.session.start'] }, { events: [success.eventType as string] }],
		[
			'other events',
			{ events: ['other'], otherEvents: 'user.session.end' },
			{ events: ['other'], otherEvents: `user.session.end, ${String(success.eventType)}` },
		],
		['outcomes', { outcomes: ['FAILURE'] }, { outcomes: ['SUCCESS'] }],
		['factors', { factors: ['SMS_FACTOR'] }, { factors: [] }],
		[
			'other factors',
			{ factors: ['other'], otherFactors: 'RSA_SECURID' },
			{ factors: ['other'], otherFactors: 'RSA_SECURID, OKTA_VERIFY_PUSH' },
		],
		['users', { users: 'bo.*' }, { users: `bo.*, ${amelie.id}` }],
	])('changes with the %s', (_what, before, after) => {
		expect(filterOf(before)(success)).toBe(false);
		expect(filterOf(after)(success)).toBe(true);
		expect(filterOf(before)(success)).toBe(false);
	});

	it('changes if password verifications are ignored', () => {
		const password = mfaEvent({ debugContext: { debugData: { factor: 'PASSWORD_AS_FACTOR' } } });
		expect(filterOf({ ignorePasswordVerifications: true })(password)).toBe(false);
		expect(filterOf({ ignorePasswordVerifications: false })(password)).toBe(true);
	});

	it('isn’t shared with a node that has the same value in another field', () => {
		expect(filterOf({ outcomes: ['FAILURE'] })(failure)).toBe(true);
		expect(filterOf({ factors: ['FAILURE'] })(failure)).toBe(false);
		expect(filterOf({ users: 'FAILURE' })(failure)).toBe(false);
	});

	it('isn’t shared with a node that has other filters', () => {
		const context = panelWith({ outcomes: ['FAILURE'], users: bo.alternateId });
		const byBoth = [outcomesFilter, usersFilter];
		const byOutcome = [outcomesFilter];
		expect(eventPredicateFor(context, byBoth)(failure)).toBe(false);
		expect(eventPredicateFor(context, byOutcome)(failure)).toBe(true);
		expect(eventPredicateFor(context, byBoth)(failure)).toBe(false);
		expect(eventPredicateFor(context, logFilters)).not.toBe(
			eventPredicateFor(context, hookFilters),
		);
	});

	it('isn’t cached forever, because an expression can return a different string each time', () => {
		const users = 'ada@example.com';
		const first = filterOf({ users });
		for (let change = 0; change < 100; change += 1) filterOf({ users: `${change}` });
		expect(filterOf({ users })).not.toBe(first);
	});

	it('stays cached while others come and go, up to a few dozen', () => {
		const users = 'kept@example.com';
		const first = filterOf({ users });
		for (let change = 0; change < 20; change += 1) filterOf({ users: `passing${change}` });
		expect(filterOf({ users })).toBe(first);
	});

	it.each<[string, IDataObject]>([
		['none', {}],
		['one with these letters in its name', { factors: ['another_code'] }],
	])('doesn’t read "Other Factors" if it’s hidden: %s', (_what, parameters) => {
		const context = {
			getNodeParameter(name: string, fallback: unknown) {
				if (name === 'otherFactors') throw new Error('A faulty expression.');
				return parameters[name] ?? fallback;
			},
		} as unknown as NodeContext;
		expect(() => eventPredicateFor(context, hookFilters)).not.toThrow();
	});

	it.each<[string, IDataObject]>([
		['no event is selected', { events: [] }],
		['"Other" is empty', { factors: ['other'] }],
		['an event type is invalid', { events: ['other'], otherEvents: 'foo' }],
	])('can’t be built if %s, however often n8n asks', (_what, parameters) => {
		for (let attempt = 0; attempt < 3; attempt += 1) {
			expect(() => filterOf(parameters)).toThrow(/'Okta Events'|'Factors'|'Other Events'/);
		}
	});
});

describe('Several filters together', () => {
	const decided: string[] = [];
	const filter = (name: string, isPassing: boolean | undefined) => ({
		parameters: [],
		subtitle: '[]',
		toPredicate: () => {
			if (isPassing === undefined) return undefined;
			return () => {
				decided.push(name);
				return isPassing;
			};
		},
	});

	it.each<[Array<boolean | undefined>, boolean]>([
		[[], true],
		[[undefined], true],
		[[true, undefined], true],
		[[true, true], true],
		[[false, true], false],
		[[true, false], false],
		[[undefined, false], false],
	])('let an event through only if each that is set does: %j returns %s', (filters, isPassing) => {
		const all = filters.map((each, index) => filter(String(index), each));
		expect(createEventPredicate(all, {})(success)).toBe(isPassing);
	});

	it('don’t run once one has dropped the event', () => {
		decided.length = 0;
		createEventPredicate([filter('first', false), filter('second', true)], {})(success);
		expect(decided).toEqual(['first']);
	});
});
