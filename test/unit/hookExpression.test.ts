import type { IDataObject } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import {
	filterInOktaOption,
	hookExpressionFor,
	toHookExpression,
} from '../../nodes/shared/oktaEvent/hookExpression';
import { OUTCOMES } from '../../nodes/shared/oktaEvent/outcomesFilter';
import { hookFilters } from '../../nodes/shared/userMfa/filters';
import type { LogEvent as DeliveredEvent } from '../../lab/okta-org';
import { parseHookFilter } from '../../lab/okta-org/hook-filter';
import { amelie, bo, enrollment, mfaEvent } from './fixtures/events';
import { filterWith, panelWith, settingsOf } from './fixtures/panel';

const AMELIE = '00uAmelie000000000d7';
const BO = '00uBo0000000000000d7';

const expressionWith = (parameters: IDataObject) =>
	toHookExpression(hookFilters, settingsOf(hookFilters, parameters));

describe('The condition for Okta', () => {
	it('matches the outcomes', () => {
		expect(expressionWith({ outcomes: ['FAILURE'] })).toBe("event.outcome.result eq 'FAILURE'");
		expect(expressionWith({ outcomes: ['FAILURE', 'DENY'] })).toBe(
			"(event.outcome.result eq 'FAILURE' || event.outcome.result eq 'DENY')",
		);
	});

	it('matches the users by ID, as the target or the actor', () => {
		expect(expressionWith({ users: AMELIE })).toBe(
			`(event.actor.id eq '${AMELIE}' || event.target.?[type eq 'User' && id eq '${AMELIE}'].size()>0)`,
		);
	});

	it('combines outcomes and users', () => {
		expect(expressionWith({ outcomes: ['FAILURE'], users: AMELIE })).toMatch(
			/^event\.outcome\.result eq 'FAILURE' && \(event\.actor\.id .*\)$/,
		);
	});

	it.each<[string, IDataObject]>([
		['nothing is set', {}],
		[
			'only events are selected, because the event hook lists those',
			{ events: ['user.account.lock'] },
		],
		['Okta can’t check the factor', { factors: ['SMS_FACTOR'] }],
		['Okta can’t recognize passwords', { ignorePasswordVerifications: true }],
	])('is undefined if %s', (_what, parameters) => {
		expect(expressionWith(parameters)).toBeUndefined();
	});

	it.each([
		["it's", "'IT''S'"],
		["' || 'a' eq 'a", "''' || ''A'' EQ ''A'"],
		["''", "''''''"],
	])('quotes whatever is entered: %s can’t end the string', (outcome, quoted) => {
		const condition = expressionWith({ outcomes: [outcome] })!;
		expect(condition).toBe(`event.outcome.result eq ${quoted}`);
		const holds = parseHookFilter(condition);
		expect(holds({ outcome: { result: outcome.toUpperCase() } } as DeliveredEvent)).toBe(true);
		expect(holds({ outcome: { result: 'SUCCESS' } } as DeliveredEvent)).toBe(false);
	});
});

describe('"Filter in Okta"', () => {
	const outcomes = ['FAILURE'];

	/** The condition for a node with these raw values, evaluated as n8n does. */
	function expressionOf(raw: IDataObject, evaluated: IDataObject = {}) {
		const context = panelWith();
		const getNodeParameter = (name: string, fallback: unknown, options?: object) =>
			(options === undefined ? evaluated[name] : undefined) ?? raw[name] ?? fallback;
		return hookExpressionFor(Object.assign(context, { getNodeParameter }), hookFilters);
	}

	it('is an option that is off unless the user turns it on', () => {
		expect(filterInOktaOption).toMatchObject({
			displayName: 'Filter in Okta',
			name: 'filterInOkta',
			type: 'boolean',
			default: false,
		});
	});

	it.each<[unknown, boolean]>([
		[true, true],
		[false, false],
		[undefined, false],
		['false', false],
		['TRUE', true],
		['={{ true }}', true],
	])('turns on filtering in Okta if it’s %j: %s', (filterInOkta, isOn) => {
		const evaluated = { 'options.filterInOkta': true };
		const raw = { outcomes, 'options.filterInOkta': filterInOkta } as IDataObject;
		const isExpression = filterInOkta === '={{ true }}';
		expect(expressionOf(raw, isExpression ? evaluated : {})).toBe(
			isOn ? "event.outcome.result eq 'FAILURE'" : undefined,
		);
	});

	it('doesn’t send Okta anything that comes from an expression', () => {
		const raw = {
			outcomes: '={{ $json }}',
			users: '={{ $json }}',
			'options.filterInOkta': true,
		};
		expect(expressionOf(raw, { outcomes, users: AMELIE })).toBeUndefined();
	});

	it.each<[string, unknown]>([
		['an object', { isOn: true }],
		['a list with an object', [{ isOn: true }]],
		['a date', new Date(0)],
		['a Luxon DateTime', { ts: 0, zone: {}, toString: () => '1970-01-01T00:00:00.000Z' }],
		['an object that looks like true', { toString: () => 'true' }],
	])('can’t be %s, and the error names the field', (_what, value) => {
		const raw = { outcomes, 'options.filterInOkta': '={{ $json }}' };
		const evaluated = { 'options.filterInOkta': value as IDataObject };
		expect(() => expressionOf(raw, evaluated)).toThrow(
			"The expression in 'Filter in Okta' returns an object",
		);
	});

	it('can’t be read if its expression fails', () => {
		const getNodeParameter = () => {
			throw new Error('Referenced node is unexecuted');
		};
		const context = Object.assign(panelWith(), { getNodeParameter });
		expect(() => hookExpressionFor(context, hookFilters)).toThrow('Referenced node is unexecuted');
	});
});

/** A random number generator that returns the same numbers in each run (mulberry32). */
function numbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

const next = numbers(20_260_304);
const pick = <T>(values: readonly T[]): T => values[next(values.length)];
const some = <T>(values: readonly T[]): T[] => values.filter(() => next(3) === 0);

const RESULTS = OUTCOMES.map(({ value }) => value);
const users = [
	{ ...amelie, id: AMELIE },
	{ ...bo, id: BO },
	{ ...bo, id: '00uCai00000000000d7x'.slice(0, 20), alternateId: 'Cai@Example.com' },
	{ ...bo, id: '00uDee00000000000000', alternateId: 'dee@contractor.example.com' },
];
const ENTRIES = [
	...users.map(({ id }) => id),
	'amelie.oduya@example.com',
	'*@contractor.example.com',
];

/** An event as Okta sends it: the actor is the user who authenticated, and the only user. */
function usualEvent(): LogEvent {
	const user = pick(users);
	return mfaEvent({
		actor: user,
		outcome: pick([...RESULTS.map((result) => ({ result, reason: null })), null]),
		target: pick([[user], [user, enrollment], [enrollment, user], [], null]),
	});
}

/** An event that Okta's documentation allows, although it has never been seen. */
function oddEvent(): LogEvent {
	return {
		...usualEvent(),
		actor: pick([...users, { ...enrollment, id: AMELIE }, null]),
		target: pick([some(users), [enrollment, ...some(users)], null]),
	};
}

describe('On 1,000 generated events', () => {
	const cases = Array.from({ length: 1_000 }, (_, index) => {
		const entries = pick([some(ENTRIES), some(ENTRIES.slice(0, 4))]);
		const parameters = { outcomes: some(RESULTS), users: entries.join('\n') };
		const isUsual = index < 800;
		return { parameters, entries, isUsual, event: isUsual ? usualEvent() : oddEvent() };
	});
	const results = cases.map(({ parameters, entries, isUsual, event }) => {
		const condition = expressionWith(parameters);
		return {
			isUsual,
			hasOnlyIds: entries.every((entry) => users.some(({ id }) => id === entry)),
			isKept: filterWith(hookFilters, parameters)(event),
			isSent:
				condition === undefined || parseHookFilter(condition)(event as unknown as DeliveredEvent),
		};
	});

	it('Okta sends every one that the node lets through', () => {
		expect(results.filter(({ isKept, isSent }) => isKept && !isSent)).toEqual([]);
	});

	it('Okta and the node agree on every usual one if Okta can apply all filters', () => {
		const comparable = results.filter(({ isUsual, hasOnlyIds }) => isUsual && hasOnlyIds);
		expect(comparable.filter(({ isKept, isSent }) => isKept !== isSent)).toEqual([]);
	});

	it('both decisions occur', () => {
		const comparable = results.filter(({ isUsual, hasOnlyIds }) => isUsual && hasOnlyIds);
		expect(comparable.filter(({ isKept }) => isKept).length).toBeGreaterThan(100);
		expect(comparable.filter(({ isKept }) => !isKept).length).toBeGreaterThan(100);
	});
});
