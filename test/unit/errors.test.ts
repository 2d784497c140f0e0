import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { Failure, INode } from 'n8n-workflow';
import type * as WorkflowPackage from 'n8n-workflow';

import {
	apiError,
	failureOf,
	isTransient,
	messageOf,
	operationError,
	toApiError,
	withMessage,
} from '../../nodes/shared/errors';
import type * as Errors from '../../nodes/shared/errors';
import { installedWorkflowPackages } from './fixtures/installedN8n';
import { node } from './fixtures/node';
import { ACCESS_TOKEN, responseError, asThrown } from './fixtures/requestErrors';

describe('The message of a thrown value', () => {
	it.each<[string, unknown, string]>([
		['an error', new Error('It broke'), 'It broke'],
		['an n8n error', new NodeOperationError(node, 'Enter a URL'), 'Enter a URL'],
		['a text', 'It broke', 'It broke'],
		['a number', 17, '17'],
		['undefined', undefined, 'undefined'],
		['null', null, 'null'],
	])('is read from %s', (_what, thrown, message) => {
		expect(messageOf(thrown)).toBe(message);
	});
});

describe('An error for a call to Okta', () => {
	it('keeps a message that n8n would mistake for a connection error', () => {
		const message = 'Okta could not reach it (getaddrinfo ENOTFOUND n8n.example.com)';
		expect(apiError(node, message, { httpCode: '400' })).toMatchObject({
			message,
			httpCode: '400',
		});
	});
});

describe('An error in the settings', () => {
	it.each(['RemoteAccess', 'Okta EExist', 'ENOTFOUND'])(
		'keeps a message with a name that n8n would mistake for an error code: %s',
		(name) => {
			const message = `The credential '${name}' isn't connected yet.`;
			const error = operationError(node, message, 'credential-invalid');
			expect(error.message).toBe(message);
			expect(toApiError(node, error).message).toBe(message);
		},
	);

	it.each(['credential-invalid', 'configuration-invalid'] as const)(
		'carries its cause: %s',
		(cause) => {
			const error = operationError(node, 'Enter a URL.', cause);
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error).toMatchObject({ message: 'Enter a URL.', node, failure: { cause } });
			expect(failureOf(error)).toEqual({ cause });
		},
	);
});

describe('Why a call failed', () => {
	const failure: Failure = { cause: 'rate-limited', resetsAtEpochMs: 1_795_521_600_000 };

	it('is read from an error of a call', () => {
		const error = apiError(node, 'It failed.', { failure });
		expect(error.failure).toEqual(failure);
		expect(failureOf(error)).toEqual(failure);
	});

	it.each<[string, unknown]>([
		['an error without a reason', apiError(node, 'It failed.')],
		['a settings error without a reason', new NodeOperationError(node, 'Enter a URL.')],
		['any other error', Object.assign(new Error('It failed.'), { failure })],
		['an object', { failure }],
		['a text', 'It failed.'],
		['null', null],
		['undefined', undefined],
	])('is undefined for %s', (_what, error) => {
		expect(failureOf(error)).toBeUndefined();
	});
});

describe('Waiting', () => {
	const failed = (cause: Failure['cause']) => apiError(node, 'It failed.', { failure: { cause } });

	it.each([
		['temporarily-unavailable', true],
		['rate-limited', true],
		['credential-invalid', false],
	] as const)('can help if the cause is %s: %s', (cause, isTrue) => {
		expect(isTransient(failed(cause))).toBe(isTrue);
		expect(isTransient(withMessage(node, failed(cause), 'Hook 1: it failed.'))).toBe(isTrue);
	});

	it.each<[string, unknown]>([
		['an error without a cause', apiError(node, 'It failed.')],
		['another error', Object.assign(new Error(), { failure: { cause: 'rate-limited' } })],
		['nothing', undefined],
	])('can’t help with %s', (_what, error) => {
		expect(isTransient(error)).toBe(false);
	});
});

describe('An error with another message', () => {
	const original = new NodeApiError(node, {}, { message: 'Okta refused.', httpCode: '403' });

	it('has that message, and the status of the original', () => {
		const error = withMessage(node, original, 'Hook 1 is still in Okta. Okta refused.');
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).not.toBe(original);
		expect(error.message).toBe('Hook 1 is still in Okta. Okta refused.');
		expect(error.httpCode).toBe('403');
		expect(error.node).toBe(node);
	});

	it.each([
		[
			'a call',
			apiError(node, 'It failed.', { failure: { cause: 'rate-limited', resetsAtEpochMs: 1 } }),
		],
		['the settings', operationError(node, 'Enter a URL.', 'configuration-invalid')],
	])('keeps the cause of an error of %s', (_what, first) => {
		const error = withMessage(node, first, 'Hook 1 is still in Okta.');
		expect(failureOf(first)).toBeDefined();
		expect(failureOf(error)).toEqual(failureOf(first));
		const again = withMessage(node, error, 'Again.');
		expect(failureOf(again)).toEqual(failureOf(first));
	});

	it('has no cause if the original has none', () => {
		expect(withMessage(node, original, 'Something else')).not.toHaveProperty(
			'failure',
			expect.anything(),
		);
	});

	it('doesn’t change the original', () => {
		withMessage(node, original, 'Something else');
		expect(original.message).toBe('Okta refused.');
	});

	it('has no status if the original has none', () => {
		const bare = new NodeApiError(node, {}, { message: 'Okta refused.' });
		const error = withMessage(node, bare, 'Hook 1 is still in Okta.');
		expect(error.httpCode).toBeNull();
		expect(error.description).toBeFalsy();
	});

	it.each<[string, unknown]>([
		['another error', new Error('It broke')],
		['an n8n error other than NodeApiError', new NodeOperationError(node, 'Enter a URL')],
		['a text', 'It broke'],
		['undefined', undefined],
	])('can be created from %s', (_what, thrown) => {
		const error = withMessage(node, thrown, 'Hook 1 is still in Okta.');
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error.message).toBe('Hook 1 is still in Okta.');
		expect(error.httpCode).toBeNull();
	});

	it('copies nothing from the request', () => {
		const error = withMessage(node, asThrown(responseError(500, 'oops')), 'Try again.');
		expect(error.cause).toBeUndefined();
		expect(JSON.stringify([error, Object.entries(error)])).not.toContain(ACCESS_TOKEN);
	});
});

/** n8n 1's error classes, which have no `failure`, reduced to what matters here. */
class EarlyError extends Error {
	readonly httpCode: string | null;

	constructor(
		readonly node: INode,
		_response: unknown,
		{ message, httpCode }: { message?: string; httpCode?: string } = {},
	) {
		super(message ?? String(_response));
		this.httpCode = httpCode ?? null;
	}
}

class EarlyApiError extends EarlyError {}
class EarlyOperationError extends EarlyError {}

describe.each<[string, object]>([
	['simulated classes', { NodeApiError: EarlyApiError, NodeOperationError: EarlyOperationError }],
	...installedWorkflowPackages('1.123.81').map(
		(folder) => ['n8n 1', jest.requireActual<object>(folder)] as [string, object],
	),
])('The cause in an n8n version without it (%s)', (_what, early) => {
	const workflow = early as typeof WorkflowPackage;

	function load(): typeof Errors {
		let errors: typeof Errors | undefined;
		jest.isolateModules(() => {
			jest.doMock('n8n-workflow', () => early);
			errors = jest.requireActual<typeof Errors>('../../nodes/shared/errors');
		});
		jest.dontMock('n8n-workflow');
		if (errors === undefined) throw new Error('The module was not loaded');
		return errors;
	}

	it('doesn’t break an error in the settings', () => {
		const errors = load();
		const error = errors.operationError(node, 'Enter a URL.', 'configuration-invalid');
		expect(error).toBeInstanceOf(workflow.NodeOperationError);
		expect(error.message).toBe('Enter a URL.');
		expect(errors.failureOf(error)).toEqual({ cause: 'configuration-invalid' });
	});

	it('doesn’t break an error of a call and can still be read from it', () => {
		const errors = load();
		const failure: Failure = { cause: 'temporarily-unavailable' };
		const error = errors.apiError(node, 'It failed.', { httpCode: '503', failure });
		expect(error).toBeInstanceOf(workflow.NodeApiError);
		expect(error).toMatchObject({ message: 'It failed.', httpCode: '503' });
		expect(errors.isTransient(error)).toBe(true);
		const other = errors.withMessage(node, error, 'Hook 1: it failed.');
		expect(other).toMatchObject({ message: 'Hook 1: it failed.', httpCode: '503' });
		expect(errors.failureOf(other)).toEqual(failure);
	});

	it('is undefined if none was given', () => {
		const errors = load();
		expect(errors.failureOf(errors.apiError(node, 'It failed.'))).toBeUndefined();
		const { NodeOperationError: Early } = workflow;
		expect(errors.failureOf(new Early(node, 'Enter a URL.'))).toBeUndefined();
		expect(errors.isTransient(errors.apiError(node, 'It failed.'))).toBe(false);
	});
});
