import { NodeOperationError } from 'n8n-workflow';
import type { IWebhookFunctions } from 'n8n-workflow';

import { failureOf } from '../../nodes/shared/errors';
import { eventPredicateFor } from '../../nodes/shared/oktaEvent/eventPredicate';
import { assertUsable, readFixedSettings } from '../../nodes/shared/oktaEvent/filterSettings';
import { selectedIn } from '../../nodes/shared/oktaEvent/otherOption';
import { hookFilters } from '../../nodes/shared/userMfa/filters';
import { EVENT_TYPE } from './fixtures/events';
import { node } from './fixtures/node';
import { panelWith, settingsIn } from './fixtures/panel';

interface Panel {
	/** The values in the panel. A string that starts with = is an expression. */
	raw?: Record<string, unknown>;
	/** What the expressions return. Errors are thrown. */
	evaluated?: Record<string, unknown>;
}

/** A node with this panel. Like n8n, it evaluates only what isn't read raw. */
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
	} as unknown as IWebhookFunctions;
	return { context, asked };
}

const read = (context: IWebhookFunctions) => settingsIn(hookFilters, context);
const readFixed = (context: IWebhookFunctions) => readFixedSettings(context, hookFilters);
const makeFilter = (context: IWebhookFunctions) => eventPredicateFor(context, hookFilters);

/** A node whose parameter is an expression that returns this. */
function returning(name: string, value: unknown) {
	const shown = name === 'otherFactors' ? { factors: ['other'] } : {};
	return nodeWith({ raw: { ...shown, [name]: '={{ $json }}' }, evaluated: { [name]: value } })
		.context;
}

function errorOf(run: () => unknown): unknown {
	try {
		run();
	} catch (error) {
		return error;
	}
	throw new Error('It didn’t fail');
}

/** The parameters that can be expressions, by their names in the panel. */
const PARAMETERS: Array<[string, string]> = [
	['outcomes', 'Outcomes'],
	['factors', 'Factors'],
	['otherFactors', 'Other Factors'],
	['ignorePasswordVerifications', 'Ignore Password Verifications'],
	['users', 'Users'],
];

/** Like Luxon's DateTime, which expressions return for a time. */
const dateTime = { ts: 0, zone: {}, toString: () => '1970-01-01T00:00:00.000Z' };

const OBJECTS: Array<[string, unknown]> = [
	['an object', { login: 'ada@example.com' }],
	['a list with an object', ['ada@example.com', { login: 'bo@example.com' }]],
	['a date', new Date(0)],
	['a Luxon DateTime', dateTime],
];

describe('The settings of a node’s filters', () => {
	it('are the defaults if nothing is set: MFA sign-ins, and no filter', () => {
		expect(read(nodeWith({}).context)).toEqual({
			events: EVENT_TYPE,
			otherEvents: '',
			outcomes: '',
			factors: '',
			otherFactors: '',
			ignorePasswordVerifications: 'false',
			users: '',
			riskLevels: '',
			behaviors: '',
			otherBehaviors: '',
			behaviorsMatch: 'any',
			excludedUsers: '',
			actedBy: '',
			pushResponses: '',
		});
	});

	it('are read as set, without evaluating anything', () => {
		const raw = {
			events: [EVENT_TYPE, 'other'],
			otherEvents: 'user.lifecycle.suspend',
			outcomes: ['FAILURE', 'DENY'],
			factors: ['SMS_FACTOR', 'other'],
			otherFactors: 'RSA_SECURID, CUSTOM_OTP',
			ignorePasswordVerifications: true,
			users: 'ada@example.com\nbo@example.com',
			riskLevels: ['HIGH', 'MEDIUM'],
			behaviors: ['New Device', 'other'],
			otherBehaviors: 'New ASN',
			behaviorsMatch: 'all',
			moreFilters: { excludedUsers: 'svc-*', actedBy: ['app'], pushResponses: ['DENY'] },
		};
		const { context, asked } = nodeWith({ raw });
		expect(read(context)).toEqual({
			events: `${EVENT_TYPE}\nother`,
			otherEvents: 'user.lifecycle.suspend',
			outcomes: 'FAILURE\nDENY',
			factors: 'SMS_FACTOR\nother',
			otherFactors: 'RSA_SECURID, CUSTOM_OTP',
			ignorePasswordVerifications: 'true',
			users: 'ada@example.com\nbo@example.com',
			riskLevels: 'HIGH\nMEDIUM',
			behaviors: 'New Device\nother',
			otherBehaviors: 'New ASN',
			behaviorsMatch: 'all',
			excludedUsers: 'svc-*',
			actedBy: 'app',
			pushResponses: 'DENY',
		});
		expect(asked).toEqual([]);
		expect(readFixed(context)).toEqual(read(context));
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
			expect(read(returning(name, value))).toMatchObject({ [name]: text });
		}
	});

	it.each(['RSA_SECURID', ['RSA_SECURID'], 17])('can have %j as other factors', (value) => {
		expect(read(returning('otherFactors', value)).otherFactors).toBe(String(value));
	});

	it.each(['events', 'otherEvents'])(
		'have no expression in "%s", because the event hook is created once, not for each event',
		(name) => {
			const raw = { events: ['other'], [name]: '={{ $json }}' };
			const { context, asked } = nodeWith({ raw, evaluated: { [name]: EVENT_TYPE } });
			expect(read(context)).toMatchObject({ [name]: '={{ $json }}' });
			expect(asked).toEqual([]);
			expect(() => makeFilter(context)).toThrow("'={{ $json }}' isn't an Okta event type");
		},
	);

	describe.each(PARAMETERS)('in %s', (name, displayName) => {
		it.each(OBJECTS)('can’t be %s, and the error names the field', (_what, value) => {
			for (const readWith of [read, makeFilter]) {
				const error = errorOf(() => readWith(returning(name, value)));
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
			expect(errorOf(() => read(returning(name, failure)))).toBe(failure);
		});
	});
});

describe.each([
	['Factors', 'factors', 'Other Factors', 'otherFactors', 'SMS_FACTOR', 'RSA_SECURID'],
	['Okta Events', 'events', 'Other Events', 'otherEvents', EVENT_TYPE, 'user.lifecycle.suspend'],
])('"Other" in "%s"', (displayName, listName, otherDisplayName, otherName, listed, entered) => {
	it.each<[string, string[]]>([
		['alone', ['other']],
		['with another one', [listed, 'other']],
		['before another one', ['other', listed]],
	])('needs names: %s', (_what, list) => {
		for (const others of [undefined, '', ' ', ',', ' , ,\n, ']) {
			const { context } = nodeWith({ raw: { [listName]: list, [otherName]: others } });
			const error = errorOf(() => makeFilter(context));
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error).toMatchObject({
				message: `'${displayName}' includes 'Other', but '${otherDisplayName}' is empty. Fill it in, or remove 'Other' from '${displayName}'.`,
			});
			expect(failureOf(error)).toEqual({ cause: 'configuration-invalid' });
		}
	});

	it.each(['', ',', '\n', ' '])('needs only one name, after and before %j', (blank) => {
		const raw = { [listName]: ['other'], [otherName]: `${blank}${entered}${blank}` };
		const { context } = nodeWith({ raw });
		expect(() => makeFilter(context)).not.toThrow();
		expect(selectedIn(read(context), listName, otherName)).toEqual([entered]);
	});

	it('is replaced by the entered values, in place', () => {
		const raw = { [listName]: ['a.b', 'other', 'c.d'], [otherName]: 'e.f, g.h' };
		const settings = read(nodeWith({ raw }).context);
		expect(selectedIn(settings, listName, otherName)).toEqual(['a.b', 'e.f', 'g.h', 'c.d']);
	});

	it.each<[string, string[]]>([
		['isn’t selected', [listed]],
		['is only part of a name', ['another.code', 'other.code']],
	])(
		'needs no names if it %s, and ignores a value left over in the hidden field',
		(_what, list) => {
			const { context, asked } = nodeWith({
				raw: { [listName]: list, [otherName]: '={{ $json }}' },
				evaluated: { [otherName]: { not: 'text' } },
			});
			expect(read(context)[otherName]).toBe('');
			expect(() => makeFilter(context)).not.toThrow();
			expect(selectedIn(read(context), listName, otherName)).toEqual(list);
			expect(asked).toEqual([]);
		},
	);
});

describe('The factor "Other"', () => {
	it('needs names if an expression returns it', () => {
		const { context } = nodeWith({
			raw: { factors: '={{ $json }}' },
			evaluated: { factors: 'SMS_FACTOR, other' },
		});
		expect(() => makeFilter(context)).toThrow(/'Other Factors' is empty/);
	});

	it.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['an empty list', []],
		['a list of blanks', [null, '']],
	])('needs names, not an expression that returns %s', (_what, value) => {
		expect(() => makeFilter(returning('otherFactors', value))).toThrow(/'Other Factors' is empty/);
	});
});

describe('The settings that Okta can apply', () => {
	it('are the ones that are set', () => {
		const raw = { outcomes: ['failure'], users: '00u1, 00u2', factors: ['SMS_FACTOR'] };
		expect(readFixed(nodeWith({ raw }).context)).toMatchObject({
			events: EVENT_TYPE,
			outcomes: 'failure',
			users: '00u1, 00u2',
			factors: 'SMS_FACTOR',
		});
	});

	it('leave out expressions, without evaluating them', () => {
		const { context, asked } = nodeWith({
			raw: { outcomes: '={{ $json }}', factors: '={{ $json }}', users: '={{ $json }}' },
			evaluated: { outcomes: {}, factors: 'other', users: new Error('It failed') },
		});
		expect(readFixed(context)).toMatchObject({
			outcomes: '',
			factors: '',
			otherFactors: '',
			users: '',
		});
		expect(asked).toEqual([]);
	});

	it.each([
		['outcomes', 'Outcomes'],
		['users', 'Users'],
	])('can’t be objects in %s', (name, displayName) => {
		const { context } = nodeWith({ raw: { [name]: [{ id: '00u1' }] } });
		expect(() => readFixed(context)).toThrow(`The expression in '${displayName}'`);
	});
});

describe('Settings that a filter can’t work with', () => {
	const filter = {
		parameters: [],
		subtitle: '[]',
		toPredicate: () => undefined,
	};

	it('stop the node with the filter’s message', () => {
		const filters = [filter, { ...filter, problemOf: () => 'Select a color.' }];
		const error = errorOf(() => assertUsable(panelWith(), filters, {}));
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: 'Select a color.' });
		expect(failureOf(error)).toEqual({ cause: 'configuration-invalid' });
	});

	it('are checked by the filter', () => {
		const problemOf = ({ color }: Readonly<Record<string, string>>) =>
			color === 'red' ? 'Not red.' : undefined;
		const check = (color: string) => () =>
			assertUsable(panelWith(), [{ ...filter, problemOf }], { color });
		expect(check('red')).toThrow('Not red.');
		expect(check('blue')).not.toThrow();
	});
});
