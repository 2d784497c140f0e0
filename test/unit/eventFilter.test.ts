import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { chooseFilter } from '../../nodes/shared/userMfa/chooseFilter';
import { amelie, mfaEvent } from './fixtures/events';

/** A node whose panel is set so. */
function nodeWith(parameters: IDataObject): IWebhookFunctions {
	const getNodeParameter = (name: string, fallback: unknown) => parameters[name] ?? fallback;
	return { getNodeParameter } as unknown as IWebhookFunctions;
}

const failure = mfaEvent({ outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' } });
const success = mfaEvent();

describe('The filter of a node', () => {
	it('is made once and kept for the next delivery, for it may list thousands of people', () => {
		const people = Array.from({ length: 5_000 }, (_, person) => `person${person}@example.com`);
		const users = people.join('\n');
		expect(chooseFilter(nodeWith({ users }))).toBe(chooseFilter(nodeWith({ users })));
	});

	it.each<[string, IDataObject, IDataObject]>([
		['outcomes', { outcomes: ['FAILURE'] }, { outcomes: ['SUCCESS'] }],
		['factors', { factors: ['SMS_FACTOR'] }, { factors: [] }],
		[
			'other factors',
			{ factors: ['other'], otherFactors: 'RSA_SECURID' },
			{ factors: ['other'], otherFactors: 'RSA_SECURID, OKTA_VERIFY_PUSH' },
		],
		['users', { users: 'bo.*' }, { users: `bo.*, ${amelie.id}` }],
	])('changes with the %s', (_what, before, after) => {
		expect(chooseFilter(nodeWith(before))(success)).toBe(false);
		expect(chooseFilter(nodeWith(after))(success)).toBe(true);
		expect(chooseFilter(nodeWith(before))(success)).toBe(false);
	});

	it('changes with whether passwords are ignored', () => {
		const password = mfaEvent({ debugContext: { debugData: { factor: 'PASSWORD_AS_FACTOR' } } });
		expect(chooseFilter(nodeWith({ ignorePasswordVerifications: true }))(password)).toBe(false);
		expect(chooseFilter(nodeWith({ ignorePasswordVerifications: false }))(password)).toBe(true);
	});

	it('is its own, whatever was set in another field', () => {
		expect(chooseFilter(nodeWith({ outcomes: ['FAILURE'] }))(failure)).toBe(true);
		expect(chooseFilter(nodeWith({ factors: ['FAILURE'] }))(failure)).toBe(false);
		expect(chooseFilter(nodeWith({ users: 'FAILURE' }))(failure)).toBe(false);
	});

	it('is not kept for ever: an expression may give another text each time', () => {
		const users = 'ada@example.com';
		const first = chooseFilter(nodeWith({ users }));
		for (let change = 0; change < 100; change += 1) chooseFilter(nodeWith({ users: `${change}` }));
		expect(chooseFilter(nodeWith({ users }))).not.toBe(first);
	});

	it.each<[string, IDataObject]>([
		['none', {}],
		['one with these letters in its name', { factors: ['another_code'] }],
	])('does not ask for other factors that are hidden: %s', (_what, parameters) => {
		const context = {
			getNodeParameter(name: string, fallback: unknown) {
				if (name === 'otherFactors') throw new Error('A faulty expression.');
				return parameters[name] ?? fallback;
			},
		} as unknown as IWebhookFunctions;
		expect(() => chooseFilter(context)).not.toThrow();
	});
});
