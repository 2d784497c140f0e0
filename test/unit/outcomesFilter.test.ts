import type { LogEvent } from '../../nodes/shared/okta/types';
import { OUTCOMES, outcomesFilter } from '../../nodes/shared/oktaEvent/outcomesFilter';
import { mfaEvent, without } from './fixtures/events';
import { filterWith, passes, settingsOf } from './fixtures/panel';

const FILTERS = [outcomesFilter];

function withOutcome(result: unknown): LogEvent {
	return mfaEvent({ outcome: { result, reason: null } });
}

describe('The filter "Outcomes"', () => {
	it('offers all of Okta’s results, by name', () => {
		const names = OUTCOMES.map(({ name }) => name);
		expect(names).toEqual([...names].sort());
		expect(OUTCOMES.map(({ value }) => value)).toEqual([
			'ABANDONED',
			'ALLOW',
			'CHALLENGE',
			'DEFERRED',
			'DENY',
			'FAILURE',
			'RATE_LIMIT',
			'SCHEDULED',
			'SKIPPED',
			'SUCCESS',
			'UNANSWERED',
			'UNKNOWN',
		]);
	});

	it('lets every event through if nothing is selected', () => {
		expect(outcomesFilter.toPredicate(settingsOf(FILTERS))).toBeUndefined();
		expect(filterWith(FILTERS)(without(mfaEvent(), 'outcome'))).toBe(true);
	});

	it.each(OUTCOMES.map(({ value }) => value))('lets through the selected outcome: %s', (result) => {
		expect(passes(FILTERS, { outcomes: [result] }, withOutcome(result))).toBe(true);
		expect(passes(FILTERS, { outcomes: ['OTHER', result] }, withOutcome(result))).toBe(true);
		expect(passes(FILTERS, { outcomes: ['OTHER'] }, withOutcome(result))).toBe(false);
	});

	it('accepts an expression’s outcomes in any case', () => {
		expect(passes(FILTERS, { outcomes: 'success, Failure' }, withOutcome('FAILURE'))).toBe(true);
		expect(passes(FILTERS, { outcomes: 'success, Failure' }, withOutcome('DENY'))).toBe(false);
	});

	it.each([
		['no outcome', without(mfaEvent(), 'outcome')],
		['null as the outcome', mfaEvent({ outcome: null })],
		['a string as the outcome', mfaEvent({ outcome: 'SUCCESS' })],
		['a list as the outcome', mfaEvent({ outcome: [{ result: 'SUCCESS' }] })],
		['an outcome without a result', mfaEvent({ outcome: { reason: 'INVALID_CREDENTIALS' } })],
		['null as the result', withOutcome(null)],
		['a list as the result', withOutcome(['SUCCESS'])],
		['another word', withOutcome('SUCCESSFUL')],
	])('drops an event with %s', (_what, event) => {
		expect(passes(FILTERS, { outcomes: ['SUCCESS'] }, event)).toBe(false);
	});
});

describe('The condition for outcomes', () => {
	const { toHookExpression, toLogQuery } = outcomesFilter;

	it('is undefined if none is selected', () => {
		expect(toHookExpression?.(settingsOf(FILTERS))).toBeUndefined();
		expect(toLogQuery?.(settingsOf(FILTERS))).toBeUndefined();
	});

	it('matches the selected outcomes, in uppercase like Okta’s', () => {
		const settings = settingsOf(FILTERS, { outcomes: ['failure', 'DENY'] });
		expect(toHookExpression?.(settings)).toBe(
			"(event.outcome.result eq 'FAILURE' || event.outcome.result eq 'DENY')",
		);
		expect(toLogQuery?.(settings)).toBe(
			'(outcome.result eq "FAILURE" or outcome.result eq "DENY")',
		);
	});
});
