import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { Failure } from 'n8n-workflow';

import { apiError, isTransient, messageOf, withMessage } from '../../nodes/shared/errors';
import { node } from './fixtures/node';
import { ACCESS_TOKEN, answerError, asThrown } from './fixtures/requestErrors';

describe('The message of what was thrown', () => {
	it.each<[string, unknown, string]>([
		['an error', new Error('It broke'), 'It broke'],
		['an error of n8n', new NodeOperationError(node, 'Enter a URL'), 'Enter a URL'],
		['a text', 'It broke', 'It broke'],
		['a number', 17, '17'],
		['undefined', undefined, 'undefined'],
		['null', null, 'null'],
	])('is found in %s', (_what, thrown, message) => {
		expect(messageOf(thrown)).toBe(message);
	});
});

describe('An error of a call to Okta', () => {
	it('keeps a message in which n8n would see a broken connection', () => {
		const message = 'Okta could not reach it (getaddrinfo ENOTFOUND n8n.example.com)';
		expect(apiError(node, message, { httpCode: '400' })).toMatchObject({
			message,
			httpCode: '400',
		});
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
	])('can’t help against %s', (_what, error) => {
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

	it('leaves the original as it was', () => {
		withMessage(node, original, 'Something else');
		expect(original.message).toBe('Okta refused.');
	});

	it('has no status where the original has none', () => {
		const bare = new NodeApiError(node, {}, { message: 'Okta refused.' });
		const error = withMessage(node, bare, 'Hook 1 is still in Okta.');
		expect(error.httpCode).toBeNull();
		expect(error.description).toBeFalsy();
	});

	it.each<[string, unknown]>([
		['another error', new Error('It broke')],
		['an error of n8n that is none of the API', new NodeOperationError(node, 'Enter a URL')],
		['a text', 'It broke'],
		['undefined', undefined],
	])('is made of %s too', (_what, thrown) => {
		const error = withMessage(node, thrown, 'Hook 1 is still in Okta.');
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error.message).toBe('Hook 1 is still in Okta.');
		expect(error.httpCode).toBeNull();
	});

	it('takes over nothing of the request', () => {
		const error = withMessage(node, asThrown(answerError(500, 'oops')), 'Try again.');
		expect(error.cause).toBeUndefined();
		expect(JSON.stringify([error, Object.entries(error)])).not.toContain(ACCESS_TOKEN);
	});
});
