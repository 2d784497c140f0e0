import { NodeOperationError, Workflow } from 'n8n-workflow';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeParameters,
	INodeProperties,
	INodeType,
	INodeTypes,
} from 'n8n-workflow';

import { OktaUserMfaPollingTrigger } from '../../nodes/OktaUserMfaPollingTrigger/OktaUserMfaPollingTrigger.node';
import { OktaUserMfaTrigger } from '../../nodes/OktaUserMfaTrigger/OktaUserMfaTrigger.node';
import { failureOf } from '../../nodes/shared/errors';
import type { NodeContext } from '../../nodes/shared/context';
import type { LogEvent } from '../../nodes/shared/okta/types';
import { eventPredicateFor } from '../../nodes/shared/oktaEvent/eventPredicate';
import { MORE_FILTERS, parametersOf } from '../../nodes/shared/oktaEvent/filter';
import type { Filter } from '../../nodes/shared/oktaEvent/filter';
import {
	readFilterValues,
	readFixedSettings,
	toSettings,
} from '../../nodes/shared/oktaEvent/filterSettings';
import { otherOption, shownByOther } from '../../nodes/shared/oktaEvent/otherOption';
import { hookFilters, logFilters } from '../../nodes/shared/userMfa/filters';
import { amelie, bo, EVENT_TYPE, mfaEvent } from './fixtures/events';
import {
	filterOf,
	panelReturning,
	panelWith,
	passes,
	settingsIn,
	settingsOf,
} from './fixtures/panel';
import { fullEvent } from './fixtures/securityEvents';
import { node } from './fixtures/node';

const NAMES = ['excludedUsers', 'actedBy', 'pushResponses'];

const namesOf = (parameters: INodeProperties[]) => parameters.map(({ name }) => name);

/** A field of a filter, of type string unless changed. */
function field(name: string, changes: Partial<INodeProperties> = {}): INodeProperties {
	return { displayName: `The ${name}`, name, type: 'string', default: '', ...changes };
}

/** A filter with these fields that lets nothing through if its first is set. */
function filter(parameters: INodeProperties[], isInMoreFilters?: true): Filter {
	return {
		parameters,
		isInMoreFilters,
		subtitle: '[]',
		toPredicate: (settings) => (settings[parameters[0].name] ? () => false : undefined),
	};
}

function errorOf(run: () => unknown): unknown {
	try {
		run();
	} catch (error) {
		return error;
	}
	throw new Error('It didn’t fail');
}

describe.each([
	['event hook', hookFilters, new OktaUserMfaTrigger()],
	['System Log', logFilters, new OktaUserMfaPollingTrigger()],
])('The fields of the filters with the %s', (_source, filters, nodeType: INodeType) => {
	const { properties } = nodeType.description;

	it('are the common ones, and a collection of the others', () => {
		const parameters = parametersOf(filters);
		expect(namesOf(parameters)).toEqual([
			'events',
			'otherEvents',
			'outcomes',
			'factors',
			'otherFactors',
			'ignorePasswordVerifications',
			'users',
			'riskLevels',
			'behaviors',
			'otherBehaviors',
			'behaviorsMatch',
			MORE_FILTERS,
		]);
		const collection = parameters.at(-1);
		expect(collection).toMatchObject({
			displayName: 'More Filters',
			name: 'moreFilters',
			type: 'collection',
			default: {},
		});
		expect(namesOf(collection?.options as INodeProperties[])).toEqual(NAMES);
	});

	it('are all in the node’s panel, in a row and without duplicate names', () => {
		const names = namesOf(properties);
		const wanted = namesOf(parametersOf(filters));
		const start = names.indexOf('events');
		expect(names.slice(start, start + wanted.length)).toEqual(wanted);
		const all = [...names, ...NAMES];
		expect(new Set(all).size).toBe(all.length);
	});
});

describe('Fields', () => {
	it('keep their order, in the panel and in the collection', () => {
		const parameters = parametersOf([
			filter([field('a')], true),
			filter([field('b'), field('c')]),
			filter([field('d'), field('e')], true),
			filter([field('f')]),
		]);
		expect(namesOf(parameters)).toEqual(['b', 'c', 'f', MORE_FILTERS]);
		expect(namesOf(parameters[3].options as INodeProperties[])).toEqual(['a', 'd', 'e']);
	});

	it('are the filters’ own, unchanged', () => {
		const parameters = [field('a'), field('b')];
		expect(parametersOf([filter(parameters)]).slice(0, 2)).toEqual(parameters);
		const [collection] = parametersOf([filter(parameters, true)]);
		expect(collection.options).toEqual(parameters);
	});

	it('have no collection if it would be empty', () => {
		expect(namesOf(parametersOf([filter([field('a')])]))).toEqual(['a']);
	});
});

describe('The settings in "More Filters"', () => {
	it.each<[string, IDataObject]>([
		['nothing is set', {}],
		['the collection is empty', { moreFilters: {} }],
		['the collection isn’t an object', { moreFilters: 'x' }],
		['another field of it is set', { moreFilters: { somethingNew: 'x' } }],
		[
			'the fields are set outside of it',
			{ excludedUsers: '*', actedBy: 'app', pushResponses: 'DENY' },
		],
	])('are empty if %s', (_what, parameters) => {
		expect(settingsOf(hookFilters, parameters)).toEqual({
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
		const evaluated: string[] = [];
		const moreFilters = {
			excludedUsers: 'svc-*\ntest@example.com',
			actedBy: ['app', 'okta'],
			pushResponses: ['DENY'],
		};
		const expected = {
			excludedUsers: 'svc-*\ntest@example.com',
			actedBy: 'app\nokta',
			pushResponses: 'DENY',
		};
		const context = panelWith({ moreFilters });
		const { getNodeParameter } = context as unknown as {
			getNodeParameter: (...all: unknown[]) => unknown;
		};
		const spying = {
			getNode: () => node,
			getNodeParameter(...all: unknown[]) {
				if (all.length < 3 || all[2] === undefined) evaluated.push(all[0] as string);
				return getNodeParameter(...all);
			},
		} as unknown as typeof context;
		expect(settingsIn(hookFilters, spying)).toMatchObject(expected);
		expect(readFixedSettings(spying, hookFilters)).toMatchObject(expected);
		expect(evaluated).toEqual([]);
	});

	it.each(NAMES)('can be an expression: %s', (name) => {
		const evaluated: string[] = [];
		const context = panelReturning({ moreFilters: { [name]: ['a', 'b'] } }, evaluated);
		expect(settingsIn(logFilters, context)).toMatchObject({ [name]: 'a\nb' });
		expect(evaluated).toEqual([`moreFilters.${name}`]);
	});

	it.each<[string, unknown, string]>([
		['a string', 'a, b', 'a, b'],
		['a list', ['a', 'b'], 'a\nb'],
		['a number', 17, '17'],
		['null', null, ''],
		['an empty list', [], ''],
	])('can come from an expression that returns %s', (_what, value, text) => {
		for (const name of NAMES) {
			const context = panelReturning({ moreFilters: { [name]: value } } as IDataObject);
			expect(settingsIn(hookFilters, context)).toMatchObject({ [name]: text });
		}
	});

	it('come from the first item if the node runs for items', () => {
		const items: unknown[] = [];
		const panel = panelReturning({ moreFilters: { actedBy: 'app' } });
		const read = panel.getNodeParameter as unknown as (...all: unknown[]) => unknown;
		const context = {
			getNode: () => node,
			getInputData: () => [],
			getNodeParameter(path: string, item: unknown, ...others: unknown[]) {
				items.push(item);
				return read(path, ...others);
			},
		} as unknown as IExecuteFunctions;
		expect(settingsIn(logFilters, context)).toMatchObject({ actedBy: 'app' });
		expect(new Set(items)).toEqual(new Set([0]));
	});

	it('can come from one expression for the whole collection', () => {
		const context = {
			getNode: () => node,
			getNodeParameter: (name: string, fallback: unknown, options?: unknown) =>
				name !== 'moreFilters' ? fallback : options ? '={{ $json.f }}' : { excludedUsers: 'svc-*' },
		} as unknown as NodeContext;
		const settings = toSettings(context, hookFilters, readFilterValues(context, hookFilters));
		expect(settings.excludedUsers).toBe('svc-*');
	});

	it('don’t go to Okta if they come from an expression', () => {
		const evaluated: string[] = [];
		const moreFilters = { excludedUsers: 'a', actedBy: new Error('It failed'), pushResponses: {} };
		const context = panelReturning({ moreFilters } as unknown as IDataObject, evaluated);
		expect(readFixedSettings(context, hookFilters)).toMatchObject({
			excludedUsers: '',
			actedBy: '',
			pushResponses: '',
		});
		expect(evaluated).toEqual([]);
	});

	it.each([
		['excludedUsers', 'Excluded Users'],
		['actedBy', 'Acted By'],
		['pushResponses', 'Push Response'],
	])('can’t be an object: %s', (name, displayName) => {
		for (const value of [{ login: 'a' }, ['a', { login: 'b' }]]) {
			const context = panelReturning({ moreFilters: { [name]: value } } as IDataObject);
			const error = errorOf(() => settingsIn(hookFilters, context));
			expect(error).toBeInstanceOf(NodeOperationError);
			expect((error as Error).message).toMatch(
				new RegExp(`^The expression in '${displayName}' returns an object`),
			);
			expect(failureOf(error)).toEqual({ cause: 'configuration-invalid' });
		}
	});

	it('can’t be read if the expression fails', () => {
		const failure = new Error('Referenced node is unexecuted');
		const context = panelReturning({ moreFilters: { actedBy: failure } } as unknown as IDataObject);
		expect(errorOf(() => settingsIn(hookFilters, context))).toBe(failure);
	});
});

describe('A field without expressions', () => {
	it('keeps a string that looks like one, in the collection too', () => {
		const filters = [
			filter([field('a', { noDataExpression: true })]),
			filter([field('b', { noDataExpression: true })], true),
		];
		const evaluated: string[] = [];
		const context = panelReturning({ a: 'x', moreFilters: { b: 'y' } }, evaluated);
		expect(settingsIn(filters, context)).toEqual({ a: '={{ $json }}', b: '={{ $json }}' });
		expect(evaluated).toEqual([]);
	});
});

describe('"Other" in "More Filters"', () => {
	const list = field('list', { type: 'multiOptions', default: [], options: [otherOption] });
	const others = field('others', shownByOther('list'));
	const filters = [filter([list, others], true)];

	it('shows a field in the collection, which only counts while it’s shown', () => {
		const set = (selected: string[]) =>
			settingsOf(filters, { moreFilters: { list: selected, others: 'x' }, others: 'outside' });
		expect(set(['a', 'other'])).toEqual({ list: 'a\nother', others: 'x' });
		expect(set(['a'])).toEqual({ list: 'a', others: '' });
	});

	it('needs a value in that field', () => {
		expect(() => filterOf(filters, panelWith({ moreFilters: { list: ['other'] } }))).toThrow(
			"'The list' includes 'Other', but 'The others' is empty.",
		);
	});

	it('doesn’t affect a field with another condition', () => {
		const always = field('always', {
			displayOptions: { show: { list: [{ _cnd: { exists: true } }] } },
		});
		const hidden = field('hidden', { displayOptions: { hide: { list: ['other'] } } });
		const twice = field('twice', { displayOptions: { show: { always: ['x'], list: ['other'] } } });
		const parameters = { list: [], always: 'a', hidden: 'b', twice: 'c' };
		expect(settingsOf([filter([list, always, hidden, twice])], parameters)).toEqual({
			list: '',
			always: 'a',
			hidden: 'b',
			twice: '',
		});
	});
});

/** Each filter, set so that `fullEvent` passes, and so that it doesn't. */
const SETTINGS: Array<[string, IDataObject, IDataObject]> = [
	['Risk Levels', { riskLevels: ['HIGH'] }, { riskLevels: ['LOW'] }],
	['Behaviors', { behaviors: ['New Device'] }, { behaviors: ['New IP'] }],
	[
		'Behaviors Match',
		{ behaviors: ['New Device', 'New City'], behaviorsMatch: 'any' },
		{ behaviors: ['New Device', 'New City'], behaviorsMatch: 'all' },
	],
	[
		'Excluded Users',
		{ moreFilters: { excludedUsers: bo.alternateId } },
		{ moreFilters: { excludedUsers: amelie.alternateId } },
	],
	[
		'Acted By',
		{ moreFilters: { actedBy: ['someoneElse'] } },
		{ moreFilters: { actedBy: ['user'] } },
	],
	[
		'Push Response',
		{ moreFilters: { pushResponses: ['APPROVE'] } },
		{ moreFilters: { pushResponses: ['DENY'] } },
	],
];

describe.each([
	['event hook', hookFilters],
	['System Log', logFilters],
])('With the %s', (_source, filters) => {
	it.each(SETTINGS)('"%s" lets through only what it’s set to', (_name, wanted, unwanted) => {
		expect(passes(filters, wanted, fullEvent())).toBe(true);
		expect(passes(filters, unwanted, fullEvent())).toBe(false);
	});

	it.each(SETTINGS)('a node’s filter changes with "%s"', (_name, wanted, unwanted) => {
		const isWanted = (parameters: IDataObject, event: LogEvent) =>
			eventPredicateFor(panelWith(parameters), filters)(event);
		expect(isWanted(wanted, fullEvent())).toBe(true);
		expect(isWanted(unwanted, fullEvent())).toBe(false);
		expect(isWanted(wanted, fullEvent())).toBe(true);
	});

	it('an event must pass all filters', () => {
		const all = SETTINGS.map(([, wanted]) => wanted);
		const merged = (list: IDataObject[]): IDataObject => ({
			...Object.assign({}, ...list),
			moreFilters: Object.assign({}, ...list.map(({ moreFilters }) => moreFilters)),
		});
		expect(passes(filters, merged(all), fullEvent())).toBe(true);
		for (const [, , unwanted] of SETTINGS) {
			expect(passes(filters, merged([...all, unwanted]), fullEvent())).toBe(false);
		}
		expect(passes(filters, merged(all), mfaEvent())).toBe(false);
	});
});

describe.each<[string, INodeType]>([
	['Okta User MFA Trigger', new OktaUserMfaTrigger()],
	['Okta User MFA Polling Trigger', new OktaUserMfaPollingTrigger()],
])('The subtitle of the %s', (_name, nodeType) => {
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};

	/** The subtitle as n8n's editor evaluates it. */
	function subtitle(parameters: INodeParameters): unknown {
		const workflow = new Workflow({
			nodes: [{ ...node, name: 'Okta', typeVersion: 2, parameters }],
			connections: {},
			active: false,
			nodeTypes,
		});
		return workflow.expression.getSimpleParameterValue(
			workflow.nodes.Okta,
			nodeType.description.subtitle,
			'internal',
			{},
		);
	}

	it.each<[string, INodeParameters]>([
		['Every event', { moreFilters: {} }],
		['Every event', { riskLevels: [], behaviors: [], behaviorsMatch: 'all' }],
		['Every event', { moreFilters: { excludedUsers: '', actedBy: [], pushResponses: [] } }],
		['High risk', { riskLevels: ['HIGH'] }],
		['High risk · Low risk', { riskLevels: ['HIGH', 'LOW'] }],
		['New Device', { behaviors: ['New Device'] }],
		['New Device or New IP', { behaviors: ['New Device', 'New IP'] }],
		['New Device or New IP', { behaviors: ['New Device', 'New IP'], behaviorsMatch: 'any' }],
		['New Device and New IP', { behaviors: ['New Device', 'New IP'], behaviorsMatch: 'all' }],
		['New IP or New ASN', { behaviors: ['New IP', 'other'], otherBehaviors: 'New ASN' }],
		['Other', { behaviors: ['other'] }],
		['New IP', { behaviors: ['New IP'], otherBehaviors: 'left over' }],
		['not svc-*, test@example.com', { moreFilters: { excludedUsers: 'svc-*, test@example.com' } }],
		['by Someone Else', { moreFilters: { actedBy: ['someoneElse'] } }],
		['by An App · by Okta', { moreFilters: { actedBy: ['app', 'okta'] } }],
		['push denied', { moreFilters: { pushResponses: ['DENY'] } }],
		['push approved · push error', { moreFilters: { pushResponses: ['APPROVE', 'ERROR'] } }],
		[
			'Failure · ada@example.com · High risk · Velocity · not svc-* · by The User · push denied',
			{
				outcomes: ['FAILURE'],
				users: 'ada@example.com',
				riskLevels: ['HIGH'],
				behaviors: ['Velocity'],
				moreFilters: { excludedUsers: 'svc-*', actedBy: ['user'], pushResponses: ['DENY'] },
			},
		],
	])('is "%s" for %j', (text, parameters) => {
		expect(subtitle(parameters)).toBe(text);
	});

	it('doesn’t fail for expressions', () => {
		expect(subtitle({ riskLevels: '={{ "HIGH" }}' })).toBe('High risk');
		expect(subtitle({ behaviors: '={{ ["New IP"] }}' })).toBe('New IP');
		const moreFilters = { actedBy: '={{ "app" }}', excludedUsers: '={{ "svc-*" }}' };
		expect(() => subtitle({ moreFilters })).not.toThrow();
	});
});
