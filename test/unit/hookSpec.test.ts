import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IHookFunctions } from 'n8n-workflow';

import { failureOf } from '../../nodes/shared/errors';
import { readHookSpec, toDefinition } from '../../nodes/shared/eventHooks/hookSpec';
import { fingerprint, parseMark } from '../../nodes/shared/eventHooks/mark';
import { hashSecret } from '../../nodes/shared/eventHooks/secret';
import { isLogOnly } from '../../nodes/shared/okta/logOnlyEvents';
import type { Filter } from '../../nodes/shared/oktaEvent/filter';
import { EVENTS } from '../../nodes/shared/userMfa/events';
import { hookFilters } from '../../nodes/shared/userMfa/filters';
import { HOOK_ELIGIBLE_EVENT_TYPES } from '../../lab/okta-org/event-types';
import { EVENT_TYPE } from './fixtures/events';
import { CONDITION, hookSpec, OTHER_URL, OWNER, WEBHOOK_URL } from './fixtures/hooks';
import { node } from './fixtures/node';

const SECRET = { value: `1780000000000.${'ab'.repeat(32)}`, time: 1_780_000_000_000 };
const RANDOM_SECRET = { value: 'cd'.repeat(32), time: undefined };

/** The n8n context that a node reads its settings from. */
function contextWith(
	options: IDataObject = {},
	{ mode = 'trigger', instanceId = 'instance-1', workflowName = 'Watch MFA' } = {},
): IHookFunctions {
	return {
		getNodeParameter: (name: string, fallback: unknown) => {
			const option = name.replace('options.', '');
			return option in options ? options[option] : fallback;
		},
		getWorkflow: () => ({ id: 'workflow-1', name: workflowName, active: true }),
		getNode: () => ({ ...node, id: 'node-1' }),
		getInstanceId: () => instanceId,
		getMode: () => mode,
	} as unknown as IHookFunctions;
}

const read = (context = contextWith(), uri = WEBHOOK_URL, filters = hookFilters) =>
	readHookSpec(context, filters, uri);

/** The event types of the hook with these settings in the node's panel. */
const typesWith = (parameters: IDataObject) => read(contextWith(parameters)).eventTypes;

/** All filters of the trigger, and one with this hook expression. */
function filtersWith(expression: string | undefined): readonly Filter[] {
	const filter: Filter = {
		parameters: [],
		subtitle: '[]',
		toPredicate: () => undefined,
		toHookExpression: () => expression,
	};
	return [...hookFilters, filter];
}

describe('The hook that a node needs', () => {
	it('belongs to the node, points to its webhook, and has its event types', () => {
		expect(read()).toEqual({
			owner: OWNER,
			isTest: false,
			uri: WEBHOOK_URL,
			name: expect.stringMatching(
				/^n8n: Watch MFA \/ Okta User MFA Trigger \([\da-f]{8}\)$/,
			) as string,
			eventTypes: [EVENT_TYPE],
			filterExpression: undefined,
			repairsHook: true,
		});
	});

	it('belongs to a test if the node is run in the editor', () => {
		const spec = read(contextWith({}, { mode: 'manual' }));
		expect(spec.isTest).toBe(true);
		expect(spec.name).toMatch(/^n8n test: /);
		expect(spec).toMatchObject({ owner: OWNER, uri: WEBHOOK_URL });
	});

	it.each([
		['a copy of this n8n at another address', contextWith(), OTHER_URL],
		['another n8n instance', contextWith({}, { instanceId: 'instance-2' }), WEBHOOK_URL],
	])(
		'has a different name than that of %s, in case Okta requires unique names',
		(_what, context, uri) => {
			const other = read(context, uri).name;
			expect(other).not.toBe(read().name);
			expect(other.replace(/\([\da-f]{8}\)$/, '')).toBe(read().name.replace(/\([\da-f]{8}\)$/, ''));
		},
	);

	it('has the same name each time', () => {
		expect(read().name).toBe(read().name);
	});

	it('has the name that the user entered', () => {
		expect(read(contextWith({ hookName: ' MFA alerts ' })).name).toBe('MFA alerts');
	});

	it('has a name even if the workflow doesn’t', () => {
		const unnamed = contextWith();
		unnamed.getWorkflow = () => ({ id: 'workflow-1', active: true });
		expect(read(unnamed).name).toMatch(/^n8n: Okta User MFA Trigger \([\da-f]{8}\)$/);
	});

	it.each([
		[undefined, undefined, undefined],
		['', undefined, undefined],
		[' \n ', undefined, undefined],
		[null, undefined, undefined],
		[` ${CONDITION} `, undefined, CONDITION],
		['', CONDITION, CONDITION],
		['a eq 1', 'b eq 2 or c eq 3', '(a eq 1) && (b eq 2 or c eq 3)'],
	])('combines the user’s filter %j and the node’s %j: %j', (entered, own, expected) => {
		const options = {
			filterInOkta: true,
			...(entered !== undefined && { filterExpression: entered }),
		};
		const { filterExpression } = read(contextWith(options), WEBHOOK_URL, filtersWith(own));
		expect(filterExpression).toBe(expected);
	});

	it('has none of the node’s filters unless the user turns on filtering in Okta', () => {
		const own = filtersWith(CONDITION);
		expect(read(contextWith(), WEBHOOK_URL, own).filterExpression).toBeUndefined();
		const outcomes = ['FAILURE'];
		expect(read(contextWith({ outcomes })).filterExpression).toBeUndefined();
		expect(read(contextWith({ outcomes, filterInOkta: true })).filterExpression).toBe(CONDITION);
	});

	it.each([
		[{}, true],
		[{ repairHook: true }, true],
		[{ repairHook: false }, false],
		[{ repairHook: 'false' }, false],
		[{ repairHook: null }, true],
	])('is repaired unless the user turns that off: %j', (options, repairsHook) => {
		expect(read(contextWith(options)).repairsHook).toBe(repairsHook);
	});

	it('can’t be read if the expression in repairHook doesn’t return a boolean', () => {
		expect(() => read(contextWith({ repairHook: 'never' }))).toThrow(
			"The expression in 'Repair Hook' returns neither true nor false.",
		);
	});

	it.each([
		['hookName', 'Hook Name'],
		['filterExpression', 'Filter Expression'],
	])('can’t be read if the expression in %s returns an object', (name, displayName) => {
		for (const value of [{ text: 'MFA alerts' }, [{ text: 'MFA alerts' }], new Date()]) {
			expect(() => read(contextWith({ [name]: value as IDataObject }))).toThrow(
				`The expression in '${displayName}' returns an object`,
			);
		}
	});

	it.each([
		[['MFA', 'alerts'], 'MFA\nalerts'],
		[17, '17'],
	])('uses what an expression returns as its filter: %j', (filterExpression, text) => {
		expect(read(contextWith({ filterExpression })).filterExpression).toBe(text);
	});

	it('can’t be read if an expression fails', () => {
		const context = contextWith();
		context.getNodeParameter = () => {
			throw new Error('Referenced node is unexecuted');
		};
		expect(() => read(context)).toThrow('Referenced node is unexecuted');
	});
});

describe('The event types of the hook that a node needs', () => {
	const LOCKED = 'user.account.lock';
	const BYPASS = 'user.mfa.attempt_bypass';
	const DENIED = 'user.mfa.okta_verify.deny_push';

	/** The error with these settings in the node's panel. */
	function errorWith(parameters: IDataObject): unknown {
		try {
			read(contextWith(parameters));
		} catch (error) {
			return error;
		}
		throw new Error('It was accepted');
	}

	it('are the ones that the user selected, without duplicates and in a stable order', () => {
		const types = [LOCKED, EVENT_TYPE, 'user.lifecycle.suspend'].sort();
		const otherEvents = `${LOCKED}, user.lifecycle.suspend`;
		expect(typesWith({ events: [EVENT_TYPE, 'other'], otherEvents })).toEqual(types);
		expect(typesWith({ events: ['other', LOCKED, EVENT_TYPE], otherEvents })).toEqual(types);
	});

	it('don’t include events that Okta doesn’t send to event hooks, if the System Log provides them', () => {
		const events = [BYPASS, EVENT_TYPE, DENIED];
		expect(typesWith({ events, catchUp: true })).toEqual([EVENT_TYPE]);
		expect(typesWith({ events: [LOCKED, 'other'], otherEvents: BYPASS, catchUp: true })).toEqual([
			LOCKED,
		]);
	});

	it('can be all that Okta sends to event hooks, if the System Log provides the rest', () => {
		const events = EVENTS.map(({ value }) => value);
		const types = typesWith({ events, catchUp: true });
		expect(types).toHaveLength(17);
		expect(types.filter((type) => !HOOK_ELIGIBLE_EVENT_TYPES.has(type))).toEqual([]);
	});

	it.each(EVENTS.map(({ value }) => value).filter((type) => !isLogOnly(type)))(
		'can be a single one: %s',
		(type) => {
			expect(typesWith({ events: [type] })).toEqual([type]);
			expect(typesWith({ events: [type], catchUp: true })).toEqual([type]);
		},
	);

	it.each(EVENTS.map(({ value }) => value).filter(isLogOnly))(
		'can’t include one that Okta doesn’t send to event hooks, if nothing else provides it: %s',
		(type) => {
			for (const parameters of [
				{ events: [EVENT_TYPE, type] },
				{ events: [EVENT_TYPE, type], catchUp: false },
				{ events: [EVENT_TYPE, type], catchUp: '={{ true }}' },
				{ events: [EVENT_TYPE, 'other'], otherEvents: type },
			]) {
				const error = errorWith(parameters);
				expect(error).toBeInstanceOf(NodeOperationError);
				expect(error).toMatchObject({
					message: `Okta doesn't send ${type} to event hooks. It appears only in the System Log. Turn on 'Catch Up From System Log', or remove this event.`,
				});
				expect(failureOf(error)).toEqual({ cause: 'configuration-invalid' });
			}
		},
	);

	it.each<[string, IDataObject]>([
		['one', { events: [BYPASS] }],
		['several', { events: [BYPASS, DENIED] }],
		['an entered one', { events: ['other'], otherEvents: BYPASS }],
	])('can’t be only such events, even if the System Log provides them: %s', (_what, parameters) => {
		const error = errorWith({ ...parameters, catchUp: true });
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({
			message:
				"Okta doesn't send any of the selected events to event hooks. They appear only in the System Log. Use an Okta User MFA Polling Trigger instead, or add another event in 'Okta Events'.",
		});
		expect(failureOf(error)).toEqual({ cause: 'configuration-invalid' });
	});
});

describe('What Okta stores', () => {
	it('is everything that the node needs', () => {
		const spec = hookSpec({ filterExpression: CONDITION });
		expect(toDefinition(spec, SECRET)).toEqual({
			name: spec.name,
			description: expect.any(String) as string,
			eventTypes: [EVENT_TYPE],
			filterExpression: CONDITION,
			uri: WEBHOOK_URL,
		});
		expect(toDefinition(hookSpec(), SECRET).filterExpression).toBeUndefined();
	});

	it('shows in the Okta Admin Console who created it and what deletes it', () => {
		const { description } = toDefinition(hookSpec(), SECRET);
		expect(description).toMatch(
			/^Created by n8n .*n8n deletes it when the workflow is unpublished/,
		);
	});

	it.each([
		['a derived secret', SECRET],
		['a random secret', RANDOM_SECRET],
	])('is marked with its owner and %s', (_what, secret) => {
		for (const isTest of [true, false]) {
			const { description } = toDefinition(hookSpec({ isTest }), secret);
			expect(parseMark(description)).toEqual({
				owner: fingerprint(OWNER),
				isTest,
				secret: fingerprint(hashSecret(secret.value)),
				secretTime: secret.time,
			});
		}
	});

	it('reveals neither the owner nor any part of the secret', () => {
		const { description } = toDefinition(hookSpec(), SECRET);
		expect(description).not.toContain(OWNER);
		expect(description).not.toContain(SECRET.value.split('.')[1].slice(0, 16));
		expect(description).not.toContain(hashSecret(SECRET.value).slice(0, 16));
	});

	it('has a description of at most 255 characters, whatever the node’s name is', () => {
		const long = { owner: 'o'.repeat(300), name: 'n'.repeat(255), isTest: true };
		const secret = { value: SECRET.value, time: Number.MAX_SAFE_INTEGER };
		const { description } = toDefinition(hookSpec(long), secret);
		expect(description.length).toBeLessThanOrEqual(255);
		expect(parseMark(description)?.secretTime).toBe(Number.MAX_SAFE_INTEGER);
	});
});
