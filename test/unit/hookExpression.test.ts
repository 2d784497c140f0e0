import type { LogEvent } from '../../nodes/shared/okta/types';
import { toEventFilter } from '../../nodes/shared/userMfa/filters';
import { toOktaCondition } from '../../nodes/shared/userMfa/oktaCondition';
import { OUTCOMES } from '../../nodes/shared/userMfa/outcomes';
import { parseHookFilter } from '../okta-org/hook-filter';
import type { LogEvent as DeliveredEvent } from '../okta-org';
import { amelie, bo, enrolment, mfaEvent } from './fixtures/events';

const AMELIE = '00uAmelie000000000d7';
const BO = '00uBo0000000000000d7';

describe('Filters as a condition for Okta', () => {
	it('name the outcomes', () => {
		expect(toOktaCondition({ outcomes: ['FAILURE'], users: [] })).toBe(
			"event.outcome.result eq 'FAILURE'",
		);
		expect(toOktaCondition({ outcomes: ['FAILURE', 'DENY'], users: [] })).toBe(
			"(event.outcome.result eq 'FAILURE' || event.outcome.result eq 'DENY')",
		);
	});

	it('name the users by id, whom Okta may name as target or as actor', () => {
		expect(toOktaCondition({ outcomes: [], users: [AMELIE] })).toBe(
			`(event.actor.id eq '${AMELIE}' || event.target.?[type eq 'User' && id eq '${AMELIE}'].size()>0)`,
		);
	});

	it('join outcomes and users', () => {
		expect(toOktaCondition({ outcomes: ['FAILURE'], users: [AMELIE] })).toMatch(
			/^event\.outcome\.result eq 'FAILURE' && \(event\.actor\.id .*\)$/,
		);
	});

	it('are none where nothing is filtered', () => {
		expect(toOktaCondition({ outcomes: [], users: [] })).toBeUndefined();
	});

	it.each([
		['a login, which may be written in another case', ['ada@example.com']],
		['a wildcard', ['00u*']],
		['ids together with a login', [AMELIE, 'ada@example.com']],
		['something like an id', [`${AMELIE}0`]],
	])('leave the users to n8n where Okta could hold back too much: %s', (_what, users) => {
		expect(toOktaCondition({ outcomes: [], users })).toBeUndefined();
		expect(toOktaCondition({ outcomes: ['FAILURE'], users })).toBe(
			"event.outcome.result eq 'FAILURE'",
		);
	});

	it.each([
		["it's", "'it''s'"],
		["' || 'a' eq 'a", "''' || ''a'' eq ''a'"],
		["''", "''''''"],
	])('quote whatever is entered: %s cannot end the text', (outcome, quoted) => {
		const condition = toOktaCondition({ outcomes: [outcome], users: [] })!;
		expect(condition).toBe(`event.outcome.result eq ${quoted}`);
		const passes = parseHookFilter(condition);
		expect(passes({ outcome: { result: outcome } } as DeliveredEvent)).toBe(true);
		expect(passes({ outcome: { result: 'SUCCESS' } } as DeliveredEvent)).toBe(false);
	});
});

/** A generator of numbers below a limit that gives the same ones in each run (mulberry32). */
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
const people = [
	{ ...amelie, id: AMELIE },
	{ ...bo, id: BO },
	{ ...bo, id: '00uCai00000000000d7x'.slice(0, 20), alternateId: 'Cai@Example.com' },
	{ ...bo, id: '00uDee00000000000000', alternateId: 'dee@contractor.example.com' },
];
const ENTRIES = [
	...people.map(({ id }) => id),
	'amelie.oduya@example.com',
	'*@contractor.example.com',
];

/** An event as Okta sends it: the actor is the person who authenticated, and the only person. */
function usualEvent(): LogEvent {
	const person = pick(people);
	return mfaEvent({
		actor: person,
		outcome: pick([...RESULTS.map((result) => ({ result, reason: null })), null]),
		target: pick([[person], [person, enrolment], [enrolment, person], [], null]),
	});
}

/** An event that Okta's documentation leaves possible, and nobody has seen. */
function oddEvent(): LogEvent {
	return {
		...usualEvent(),
		actor: pick([...people, { ...enrolment, id: AMELIE }, null]),
		target: pick([some(people), [enrolment, ...some(people)], null]),
	};
}

describe('On 1,000 generated events', () => {
	const cases = Array.from({ length: 1_000 }, (_, index) => {
		const filters = {
			outcomes: some(RESULTS),
			factors: [],
			ignorePasswordVerifications: false,
			users: pick([some(ENTRIES), some(ENTRIES.slice(0, 4))]),
		};
		const isUsual = index < 800;
		return { filters, isUsual, event: isUsual ? usualEvent() : oddEvent() };
	});
	const results = cases.map(({ filters, isUsual, event }) => {
		const condition = toOktaCondition(filters);
		const onlyIds = filters.users.every((user) => people.some(({ id }) => id === user));
		return {
			isUsual,
			isWhole: onlyIds,
			isKept: toEventFilter(filters)(event),
			isSent:
				condition === undefined || parseHookFilter(condition)(event as unknown as DeliveredEvent),
		};
	});

	it('Okta sends every one that the node lets through', () => {
		expect(results.filter(({ isKept, isSent }) => isKept && !isSent)).toEqual([]);
	});

	it('Okta and the node agree on every one of the kind that Okta sends, where all filters can be said', () => {
		const comparable = results.filter(({ isUsual, isWhole }) => isUsual && isWhole);
		expect(comparable.filter(({ isKept, isSent }) => isKept !== isSent)).toEqual([]);
	});

	it('both kinds of answer are among them', () => {
		const comparable = results.filter(({ isUsual, isWhole }) => isUsual && isWhole);
		expect(comparable.filter(({ isKept }) => isKept).length).toBeGreaterThan(100);
		expect(comparable.filter(({ isKept }) => !isKept).length).toBeGreaterThan(100);
	});
});
