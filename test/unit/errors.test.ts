import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { messageOf, withMessage } from '../../nodes/shared/errors';
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

describe('An error with another message', () => {
	const original = new NodeApiError(
		node,
		{},
		{ message: 'Okta refused.', description: 'Forbidden, E0000006', httpCode: '403' },
	);

	it('has that message, and of the original the details and the status', () => {
		const error = withMessage(node, original, 'Hook 1 is still in Okta. Okta refused.');
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).not.toBe(original);
		expect(error.message).toBe('Hook 1 is still in Okta. Okta refused.');
		expect(error.description).toBe('Forbidden, E0000006');
		expect(error.httpCode).toBe('403');
		expect(error.node).toBe(node);
	});

	it('leaves the original as it was', () => {
		withMessage(node, original, 'Something else');
		expect(original.message).toBe('Okta refused.');
	});

	it('has no status and no details where the original has none', () => {
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
