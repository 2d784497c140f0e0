import { NodeOperationError } from 'n8n-workflow';
import type {
	IDataObject,
	IHookFunctions,
	IWebhookFunctions,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import {
	assertCatchUpPossible,
	prepareForDelivery,
	misdeliveryError,
	prepareCatchUp,
} from '../../nodes/shared/eventHooks/catchUp';
import { isCatchUpOn } from '../../nodes/shared/eventHooks/catchUpParameter';
import { seenEvents } from '../../nodes/shared/events/seen';
import type { Okta, OktaRequest } from '../../nodes/shared/okta/client';
import { createCursor, markDone } from '../../nodes/shared/systemLog/cursor';
import { readCursor, storeCursor } from '../../nodes/shared/systemLog/cursorStore';
import { forgetReader, knownReader, readerOf } from '../../nodes/shared/systemLog/memory';
import { hookFilters } from '../../nodes/shared/userMfa/filters';
import { CONDITION, OWNER } from './fixtures/hooks';
import { StoredWorkflow } from './fixtures/storedWorkflow';

const KEY = 'workflow-1/node-1';
const NOW = new Date('2026-03-04T12:00:00.000Z');
const FILTER = 'eventType eq "user.authentication.auth_via_mfa"';
const ORG = { owner: OWNER, orgUrl: 'https://acme.okta.com', orgId: '00o1' };
const ON = { catchUp: true };

const itself = (id: string) => id;

/** A node with these parameters, in a stored workflow. */
function nodeWith(parameters: IDataObject, workflow = new StoredWorkflow()): IHookFunctions {
	return workflow.contextFor({ parameters }) as unknown as IHookFunctions;
}

function errorOf(run: () => void): unknown {
	try {
		run();
	} catch (error) {
		return error;
	}
	throw new Error('It was accepted');
}

beforeEach(() => void jest.useFakeTimers({ now: NOW }));

afterEach(() => {
	jest.useRealTimers();
	forgetReader(KEY);
});

describe('"Catch Up From System Log"', () => {
	it.each([
		[undefined, false],
		[false, false],
		[true, true],
		['={{ true }}', false],
	])('is on only if the user has turned it on: %j', (catchUp, isOn) => {
		expect(isCatchUpOn(nodeWith(catchUp === undefined ? {} : { catchUp }))).toBe(isOn);
	});

	it('is read for every delivery without letting n8n evaluate it', () => {
		const options: unknown[] = [];
		const getNodeParameter = (_name: string, fallback: unknown, option: unknown) => {
			options.push(option);
			return fallback;
		};
		expect(isCatchUpOn({ getNodeParameter } as unknown as IHookFunctions)).toBe(false);
		expect(options).toEqual([{ rawExpressions: true }]);
	});

	it.each([CONDITION, '={{ $vars.condition }}'])(
		'doesn’t work with a filter expression, which only Okta can apply: %s',
		(expression) => {
			const context = nodeWith({ ...ON, 'options.filterExpression': expression });
			const error = errorOf(() => assertCatchUpPossible(context, KEY));
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error).toMatchObject({
				message:
					"'Catch Up From System Log' doesn't work with 'Filter Expression': Okta applies the expression to deliveries only, not to the System Log. Turn off one of them. All other filters apply to both.",
				failure: { cause: 'configuration-invalid' },
			});
		},
	);

	it.each<[string, IDataObject]>([
		['catching up without one', ON],
		['catching up with an empty one', { ...ON, 'options.filterExpression': ' \n' }],
		['one without catching up', { 'options.filterExpression': CONDITION }],
		['neither', {}],
	])('allows %s', (_what, parameters) => {
		expect(() => assertCatchUpPossible(nodeWith(parameters), KEY)).not.toThrow();
	});

	it('doesn’t work if Okta’s requests reach another process, and suggests an alternative', () => {
		const error = misdeliveryError(nodeWith(ON), 'elsewhere', undefined);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({
			message: expect.stringMatching(
				/^'Catch Up From System Log' doesn't work here: Okta's requests reach a different n8n process .*use the example workflow for queue mode.*: https:.*instant-and-complete-queue-mode\.json$/,
			) as string,
			failure: { cause: 'configuration-invalid' },
		});
	});

	it('fails immediately when n8n retries right away, and checks again a minute later', () => {
		const first = misdeliveryError(nodeWith(ON), 'retried', undefined);
		const { message } = first as Error;
		expect(() => assertCatchUpPossible(nodeWith(ON), 'retried')).toThrow(message);
		expect(() => assertCatchUpPossible(nodeWith({}), 'retried')).not.toThrow();
		expect(() => assertCatchUpPossible(nodeWith(ON), 'another')).not.toThrow();
		jest.advanceTimersByTime(60_000);
		expect(() => assertCatchUpPossible(nodeWith(ON), 'retried')).not.toThrow();
	});

	it('works if Okta’s verification request reached this process, with or without its secret', () => {
		expect(misdeliveryError(nodeWith(ON), KEY, ['secret'])).toBeUndefined();
		expect(misdeliveryError(nodeWith(ON), KEY, [])).toBeUndefined();
		expect(misdeliveryError(nodeWith({}), KEY, undefined)).toBeUndefined();
	});
});

describe('Publishing a node that catches up', () => {
	/** An org whose System Log is empty or can't be read. */
	function orgThat(failure?: Error) {
		const requests: OktaRequest[] = [];
		const okta = {
			orgUrl: ORG.orgUrl,
			readOrgId: async () => await Promise.resolve(ORG.orgId),
			async call(request: OktaRequest) {
				requests.push(request);
				if (failure) throw failure;
				return await Promise.resolve({ statusCode: 200, headers: {}, body: [] });
			},
		} as unknown as Okta;
		return { okta, requests };
	}

	const prepare = async (context: IHookFunctions, okta: Okta, isTest = false) =>
		await prepareCatchUp(context, okta, hookFilters, { isTest }, KEY);

	it('starts to read the System Log from now, but only once the event hook exists', async () => {
		const workflow = new StoredWorkflow();
		const context = nodeWith(ON, workflow);
		const storePosition = await prepare(context, orgThat().okta);
		expect(knownReader(KEY)?.cursor).toBeUndefined();
		expect(readCursor(context, OWNER)).toBeUndefined();
		storePosition();
		const created = createCursor(ORG, FILTER, NOW);
		expect(knownReader(KEY)?.cursor).toEqual(created);
		workflow.restart();
		expect(readCursor(nodeWith(ON, workflow), OWNER)).toEqual(created);
	});

	it('starts when publishing started, since the event hook delivers nothing before it exists', async () => {
		const { okta } = orgThat();
		const { call } = okta;
		okta.call = async (request) => {
			jest.setSystemTime(NOW.getTime() + 30_000);
			return await call(request);
		};
		(await prepare(nodeWith(ON), okta))();
		expect(knownReader(KEY)?.cursor?.start).toBe(NOW.toISOString());
	});

	it('continues where the node stopped', async () => {
		const workflow = new StoredWorkflow();
		const context = nodeWith(ON, workflow);
		const earlier = new Date('2026-03-01T00:00:00.000Z');
		const stopped = markDone(createCursor(ORG, FILTER, earlier), ['a'], earlier.getTime());
		storeCursor(context, stopped);
		(await prepare(context, orgThat().okta))();
		expect(knownReader(KEY)?.cursor).toEqual(stopped);
	});

	it('fails if the System Log can’t be read', async () => {
		const failure = new Error('The scope is missing');
		await expect(prepare(nodeWith(ON), orgThat(failure).okta)).rejects.toThrow(failure);
	});

	it('requests one event from the System Log', async () => {
		const { okta, requests } = orgThat();
		await prepare(nodeWith(ON), okta);
		expect(requests).toHaveLength(1);
		expect(requests[0].path).toContain('limit=1&');
	});

	it('requests all selected events, including those that Okta doesn’t send to event hooks', async () => {
		const { okta, requests } = orgThat();
		const events = ['user.account.lock', 'user.mfa.attempt_bypass'];
		(await prepare(nodeWith({ ...ON, events }), okta))();
		const filter = '(eventType eq "user.account.lock" or eventType eq "user.mfa.attempt_bypass")';
		expect(new URLSearchParams(requests[0].path.split('?')[1]).get('filter')).toBe(filter);
		expect(knownReader(KEY)?.cursor?.filter).toBe(filter);
	});

	it('stores no position for a test in the editor, which must be able to read the log too', async () => {
		const workflow = new StoredWorkflow();
		const { okta, requests } = orgThat();
		(await prepare(nodeWith(ON, workflow), okta, true))();
		expect(requests).toHaveLength(1);
		expect(knownReader(KEY)).toBeUndefined();
		expect(workflow.stored).toEqual({});
	});
});

describe('Publishing a node that doesn’t catch up', () => {
	it('doesn’t read the System Log, and forgets its position', async () => {
		const refuse = async () => await Promise.reject(new Error('This call isn’t needed'));
		const okta = { orgUrl: ORG.orgUrl, call: refuse, readOrgId: refuse } as unknown as Okta;
		const context = nodeWith({});
		const cursor = createCursor(ORG, FILTER, NOW);
		storeCursor(context, cursor);
		readerOf(KEY).cursor = cursor;
		const forget = await prepareCatchUp(context, okta, hookFilters, { isTest: false }, KEY);
		expect(knownReader(KEY)?.cursor).toBe(cursor);
		forget();
		expect(knownReader(KEY)).toBeUndefined();
		expect(readCursor(context, OWNER)).toBeUndefined();
	});
});

describe('A delivery', () => {
	const cursor = createCursor(ORG, FILTER, NOW);

	/** Delivers an event, and returns whether n8n stores the workflow's static data afterwards. */
	function deliver(workflow: StoredWorkflow, parameters: IDataObject = ON, mode = 'trigger') {
		workflow.restart();
		const context = workflow.contextFor({ parameters }) as unknown as IWebhookFunctions;
		context.getMode = () => mode as WorkflowExecuteMode;
		prepareForDelivery(context, KEY);
		return workflow.isChanged;
	}

	afterEach(() => seenEvents.forget(KEY));

	it('makes n8n store the node’s position, which a poll can’t', () => {
		const workflow = new StoredWorkflow();
		Object.assign(readerOf(KEY), { cursor, isUnsaved: true });
		expect(deliver(workflow)).toBe(true);
		expect(readCursor(workflow.contextFor(), OWNER)).toEqual(cursor);
	});

	it('makes n8n store nothing if no poll has continued reading since the last one', () => {
		const workflow = new StoredWorkflow();
		Object.assign(readerOf(KEY), { cursor, isUnsaved: true });
		expect([deliver(workflow), deliver(workflow)]).toEqual([true, false]);
		readerOf(KEY).isUnsaved = true;
		expect(deliver(workflow)).toBe(true);
	});

	it('makes n8n store nothing if no poll has read the System Log yet', () => {
		expect(deliver(new StoredWorkflow())).toBe(false);
		expect(knownReader(KEY)).toBeUndefined();
	});

	it.each<[string, IDataObject, string]>([
		['the node doesn’t catch up', {}, 'trigger'],
		['it’s for a test in the editor', ON, 'manual'],
	])('makes n8n store nothing and doesn’t wait for an execution if %s', async (_what, ...of) => {
		Object.assign(readerOf(KEY), { cursor, isUnsaved: true });
		expect(deliver(new StoredWorkflow(), ...of)).toBe(false);
		expect(readerOf(KEY).isUnsaved).toBe(true);
		(await seenEvents.claim(KEY, ['a'], itself))?.settle(true);
		expect(seenEvents.progressOf(KEY)('a')).toBe('done');
	});

	it('counts as done only once an execution has started', async () => {
		deliver(new StoredWorkflow());
		(await seenEvents.claim(KEY, ['a'], itself))?.settle(true);
		expect(seenEvents.progressOf(KEY)('a')).toBe('pending');
		seenEvents.settleExecuted(KEY, ['a']);
		expect(seenEvents.progressOf(KEY)('a')).toBe('done');
	});
});
