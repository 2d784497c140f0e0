import type { IDataObject } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import { RISK_LEVELS } from '../../nodes/shared/oktaEvent/risk';
import { riskLevelsFilter } from '../../nodes/shared/oktaEvent/riskLevelsFilter';
import { mfaEvent, without } from './fixtures/events';
import { filterOf, panelReturning, passes, settingsOf } from './fixtures/panel';
import {
	withDebugData,
	withLogOnlySecurityData,
	withSecurityContext,
	WRONG_VALUES,
} from './fixtures/securityEvents';

const FILTERS = [riskLevelsFilter];

const withRisk = (level: string) => withDebugData({ risk: `{reasons=New ASN, level=${level}}` });

describe('The filter "Risk Levels"', () => {
	it('offers all of Okta’s levels, the highest first', () => {
		const { name, options = [], default: initial } = riskLevelsFilter.parameters[0];
		expect(name).toBe('riskLevels');
		expect(options).toEqual([
			{ name: 'High', value: 'HIGH' },
			{ name: 'Medium', value: 'MEDIUM' },
			{ name: 'Low', value: 'LOW' },
		]);
		expect(options).toHaveLength(RISK_LEVELS.length);
		expect(initial).toEqual([]);
	});

	it('lets every event through if nothing is selected', () => {
		expect(riskLevelsFilter.toPredicate(settingsOf(FILTERS))).toBeUndefined();
		expect(passes(FILTERS, {}, mfaEvent())).toBe(true);
	});

	it.each(RISK_LEVELS)('lets through the selected level: %s', (level) => {
		const others = RISK_LEVELS.filter((other) => other !== level);
		expect(passes(FILTERS, { riskLevels: [level] }, withRisk(level))).toBe(true);
		expect(passes(FILTERS, { riskLevels: [...others, level] }, withRisk(level))).toBe(true);
		expect(passes(FILTERS, { riskLevels: others }, withRisk(level))).toBe(false);
	});

	it.each<[string, LogEvent]>([
		['a string', withDebugData({ risk: 'Risk{level=HIGH}' })],
		['a string in lower case', withDebugData({ risk: '{level=high}' })],
		['JSON', withLogOnlySecurityData({ risk: { level: 'HIGH' } })],
		['an object', withSecurityContext({ risk: { level: 'HIGH' } })],
	])('finds the level in %s', (_what, event) => {
		expect(passes(FILTERS, { riskLevels: ['HIGH'] }, event)).toBe(true);
		expect(passes(FILTERS, { riskLevels: ['LOW', 'MEDIUM'] }, event)).toBe(false);
	});

	it('doesn’t mistake the previous level for the level', () => {
		const event = withDebugData({ risk: '{previousLevel=HIGH, level=LOW}' });
		expect(passes(FILTERS, { riskLevels: ['HIGH'] }, event)).toBe(false);
		expect(passes(FILTERS, { riskLevels: ['LOW'] }, event)).toBe(true);
	});

	it.each<[string, unknown]>([
		['a string', 'HIGH, MEDIUM'],
		['a string in lower case', 'high,medium'],
		['lines', 'High\nMedium'],
		['a list', ['high', 'MEDIUM']],
	])('accepts an expression that returns %s', (_what, riskLevels) => {
		const isWanted = filterOf(FILTERS, panelReturning({ riskLevels } as IDataObject));
		expect(isWanted(withRisk('HIGH'))).toBe(true);
		expect(isWanted(withRisk('MEDIUM'))).toBe(true);
		expect(isWanted(withRisk('LOW'))).toBe(false);
	});

	it.each(['', ' , ', [], null])('isn’t set if an expression returns %j', (riskLevels) => {
		expect(filterOf(FILTERS, panelReturning({ riskLevels }))(mfaEvent())).toBe(true);
	});

	it.each<[string, LogEvent]>([
		['no debug context', without(mfaEvent(), 'debugContext')],
		['no risk', mfaEvent()],
		['an unknown level', withRisk('CRITICAL')],
		['reasons alone', withDebugData({ risk: '{reasons=New ASN}' })],
		['no keys', {}],
	])('drops an event with %s', (_what, event) => {
		expect(passes(FILTERS, { riskLevels: [...RISK_LEVELS] }, event)).toBe(false);
		expect(passes(FILTERS, { riskLevels: ['CRITICAL', 'null', 'undefined'] }, event)).toBe(false);
	});

	it.each(WRONG_VALUES)('drops an event with %s for the risk', (_what, value) => {
		for (const event of [withDebugData({ risk: value }), withSecurityContext({ risk: value })]) {
			expect(passes(FILTERS, { riskLevels: [...RISK_LEVELS] }, event)).toBe(false);
		}
	});
});
