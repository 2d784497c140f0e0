import { NodeOperationError } from 'n8n-workflow';
import type { IWebhookFunctions } from 'n8n-workflow';

import { failureOf } from '../../nodes/shared/errors';
import { chooseFilter } from '../../nodes/shared/userMfa/chooseFilter';
import {
	chooseOktaCondition,
	readFilterTexts,
	readFixedFilters,
	toFilters,
} from '../../nodes/shared/userMfa/readFilters';
import { node } from './fixtures/node';

interface Panel {
	/** What is set, a text that begins with = for an expression. */
	raw?: Record<string, unknown>;
	/** What the expressions return. An Error is thrown. */
	evaluated?: Record<string, unknown>;
}

/** A node whose panel is set so; n8n evaluates only what is not asked for raw. */
function nodeWith({ raw = {}, evaluated = {} }: Panel) {
	const asked: string[] = [];
	const context = {
		getNode: () => node,
		getNodeParameter(name: string, fallback: unknown, options?: { rawExpressions?: boolean }) {
			if (options?.rawExpressions) return raw[name] ?? fallback;
			asked.push(name);
			const value = name in evaluated ? evaluated[name] : (raw[name] ?? fallback);
			if (value instanceof Error) throw value;
			return value;
		},
	} as unknown as IWebhookFunctions & Parameters<typeof chooseOktaCondition>[0];
	return { context, asked };
}

/** Each of the parameters is an expression that returns this. */
function returning(name: string, value: unknown) {
	const shown = name === 'otherFactors' ? { factors: ['other'] } : {};
	return nodeWith({ raw: { ...shown, [name]: '={{ $json }}' }, evaluated: { [name]: value } })
		.context;
}

function errorOf(read: () => unknown): unknown {
	try {
		read();
	} catch (error) {
		return error;
	}
	throw new Error('It was read');
}

/** The parameters by their names in the panel. */
const PARAMETERS: Array<[string, string]> = [
	['outcomes', 'Outcomes'],
	['factors', 'Factors'],
	['otherFactors', 'Other Factors'],
	['ignorePasswordVerifications', 'Ignore Password Verifications'],
	['users', 'Users'],
];

/** Like luxon's, which expressions return for a time. */
const dateTime = { ts: 0, zone: {}, toString: () => '1970-01-01T00:00:00.000Z' };

const OBJECTS: Array<[string, unknown]> = [
	['an object', { login: 'ada@example.com' }],
	['a list with an object', ['ada@example.com', { login: 'bo@example.com' }]],
	['a date', new Date(0)],
	['a time of luxon’s', dateTime],
];

describe('The filters of a node', () => {
	it('are empty if nothing is set', () => {
		expect(readFilterTexts(nodeWith({}).context)).toEqual({
			outcomes: '',
			factors: '',
			otherFactors: '',
			ignorePasswordVerifications: '',
			users: '',
		});
	});

	it('are read as they are set, and nothing is evaluated', () => {
		const raw = {
			outcomes: ['FAILURE', 'DENY'],
			factors: ['SMS_FACTOR', 'other'],
			otherFactors: 'RSA_SECURID, CUSTOM_OTP',
			ignorePasswordVerifications: true,
			users: 'ada@example.com\nbo@example.com',
		};
		const { context, asked } = nodeWith({ raw });
		const texts = readFilterTexts(context);
		expect(texts).toEqual({
			outcomes: 'FAILURE\nDENY',
			factors: 'SMS_FACTOR\nother',
			otherFactors: 'RSA_SECURID, CUSTOM_OTP',
			ignorePasswordVerifications: 'true',
			users: 'ada@example.com\nbo@example.com',
		});
		expect(asked).toEqual([]);
		expect(toFilters(texts)).toEqual({
			outcomes: ['FAILURE', 'DENY'],
			factors: ['SMS_FACTOR', 'RSA_SECURID', 'CUSTOM_OTP'],
			ignorePasswordVerifications: true,
			users: ['ada@example.com', 'bo@example.com'],
		});
	});

	it.each<[string, unknown, string]>([
		['text', 'ada@example.com', 'ada@example.com'],
		['a list', ['ada@example.com', 'bo@example.com'], 'ada@example.com\nbo@example.com'],
		['an empty list', [], ''],
		['a number', 17, '17'],
		['a list with numbers and nothing', [1, null, undefined, 2], '1\n\n\n2'],
		['true', true, 'true'],
		['false', false, 'false'],
		['nothing', undefined, ''],
		['null', null, ''],
	])('can come from expressions that return %s', (_what, value, text) => {
		for (const name of ['outcomes', 'factors', 'ignorePasswordVerifications', 'users']) {
			expect(readFilterTexts(returning(name, value))).toMatchObject({ [name]: text });
		}
	});

	it.each(['RSA_SECURID', ['RSA_SECURID'], 17])('can name other factors by %j', (value) => {
		expect(readFilterTexts(returning('otherFactors', value)).otherFactors).toBe(String(value));
	});

	describe.each(PARAMETERS)('in %s', (name, displayName) => {
		it.each(OBJECTS)('can’t be %s, and n8n says where that is', (_what, value) => {
			for (const read of [readFilterTexts, chooseFilter]) {
				const error = errorOf(() => read(returning(name, value)));
				expect(error).toBeInstanceOf(NodeOperationError);
				expect(error).toMatchObject({
					message: expect.stringMatching(
						new RegExp(`^The expression in '${displayName}' returns an object`),
					) as string,
				});
				expect(failureOf(error)).toEqual({ cause: 'configuration-invalid' });
			}
		});

		it('can’t be read if the expression fails', () => {
			const failure = new Error('Referenced node is unexecuted');
			expect(errorOf(() => readFilterTexts(returning(name, failure)))).toBe(failure);
		});
	});
});

describe('The factor "Other"', () => {
	it.each<[string, unknown]>([
		['alone', ['other']],
		['with another one', ['SMS_FACTOR', 'other']],
		['before another one', ['other', 'SMS_FACTOR']],
		['from an expression', 'SMS_FACTOR, other'],
	])('needs names: %s', (_what, factors) => {
		for (const otherFactors of [undefined, '', ' ', ',', ' , ,\n, ']) {
			const { context } = nodeWith({ raw: { factors, otherFactors } });
			const error = errorOf(() => readFilterTexts(context));
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error).toMatchObject({
				message:
					"'Factors' includes 'Other', but 'Other Factors' is empty. Enter at least one factor name there, or remove 'Other' from 'Factors'.",
			});
			expect(failureOf(error)).toEqual({ cause: 'configuration-invalid' });
		}
	});

	it.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['an empty list', []],
		['a list of nothing', [null, '']],
	])('needs names, not an expression that returns %s', (_what, value) => {
		expect(() => readFilterTexts(returning('otherFactors', value))).toThrow(
			/'Other Factors' is empty/,
		);
	});

	it.each([',RSA_SECURID', 'RSA_SECURID', '\n RSA_SECURID \n'])(
		'has enough with %j',
		(otherFactors) => {
			const { context } = nodeWith({ raw: { factors: ['other'], otherFactors } });
			expect(toFilters(readFilterTexts(context)).factors).toEqual(['RSA_SECURID']);
		},
	);

	it.each<[string, unknown]>([
		['is not chosen', ['SMS_FACTOR']],
		['is only a part of a name', ['another_code', 'other_code']],
		['is not chosen, nor any', []],
	])('needs none if it %s: what was left in the hidden field doesn’t matter', (_what, factors) => {
		const { context, asked } = nodeWith({
			raw: { factors, otherFactors: '={{ $json }}' },
			evaluated: { otherFactors: { not: 'text' } },
		});
		expect(readFilterTexts(context).otherFactors).toBe('');
		expect(asked).toEqual([]);
	});
});

describe('The filters that Okta can be told of', () => {
	it('are outcomes and users that are set', () => {
		const raw = { outcomes: ['failure'], users: '00u1, 00u2', factors: ['SMS_FACTOR'] };
		expect(readFixedFilters(nodeWith({ raw }).context)).toEqual({
			outcomes: ['FAILURE'],
			users: ['00u1', '00u2'],
		});
	});

	it('are none that come from an expression, which isn’t even evaluated', () => {
		const { context, asked } = nodeWith({
			raw: { outcomes: '={{ $json }}', users: '={{ $json }}' },
			evaluated: { outcomes: {}, users: new Error('It failed') },
		});
		expect(readFixedFilters(context)).toEqual({ outcomes: [], users: [] });
		expect(asked).toEqual([]);
	});

	it.each([
		['outcomes', 'Outcomes'],
		['users', 'Users'],
	])('are no objects in %s', (name, displayName) => {
		const { context } = nodeWith({ raw: { [name]: [{ id: '00u1' }] } });
		expect(() => readFixedFilters(context)).toThrow(`The expression in '${displayName}'`);
	});
});

describe('The condition for Okta', () => {
	const outcomes = ['FAILURE'];

	it.each<[unknown, boolean]>([
		[true, true],
		[false, false],
		[undefined, false],
		['={{ true }}', true],
	])('is made if "Filter in Okta" is %j: %s', (filterInOkta, isMade) => {
		const { context } = nodeWith({
			raw: { outcomes, 'options.filterInOkta': filterInOkta },
			evaluated: { 'options.filterInOkta': true },
		});
		expect(chooseOktaCondition(context) !== undefined).toBe(isMade);
	});

	it.each(OBJECTS)('can’t depend on %s, and n8n says where that is', (_what, value) => {
		const context = returning('options.filterInOkta', value);
		expect(() => chooseOktaCondition(context as Parameters<typeof chooseOktaCondition>[0])).toThrow(
			"The expression in 'Filter in Okta' returns an object",
		);
	});
});
