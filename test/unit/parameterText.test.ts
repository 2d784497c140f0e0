import { NodeOperationError } from 'n8n-workflow';

import { failureOf } from '../../nodes/shared/errors';
import { parameterText } from '../../nodes/shared/parameterText';
import { node } from './fixtures/node';

const read = (value: unknown) => parameterText(value, 'Hook Name', { getNode: () => node });

/** Like luxon's, which expressions return for a time. */
class DateTime {
	constructor(private readonly time: number) {}

	toString(): string {
		return new Date(this.time).toISOString();
	}
}

describe('A parameter as text', () => {
	it.each<[string, unknown, string]>([
		['text', ' MFA alerts ', ' MFA alerts '],
		['no text', '', ''],
		['a number', 17, '17'],
		['zero', 0, '0'],
		['true', true, 'true'],
		['false', false, 'false'],
		['null', null, ''],
		['undefined', undefined, ''],
		['a list of texts', ['a', 'b,c'], 'a\nb,c'],
		['a list of anything but objects', ['a', 1, false, null, undefined], 'a\n1\nfalse\n\n'],
		['an empty list', [], ''],
		['text that looks like an object', '[object Object]', '[object Object]'],
	])('is made of %s', (_what, value, text) => {
		expect(read(value)).toBe(text);
	});

	it.each<[string, unknown]>([
		['an object', { login: 'ada@example.com' }],
		['an empty object', {}],
		['a date', new Date(0)],
		['a time of luxon’s', new DateTime(0)],
		['a list with an object', ['ada@example.com', { login: 'bo@example.com' }]],
		['a list of lists', [['ada@example.com']]],
	])('is not made of %s, and n8n says which parameter it is', (_what, value) => {
		const error: unknown = (() => {
			try {
				return read(value);
			} catch (thrown) {
				return thrown;
			}
		})();
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({
			message: expect.stringMatching(
				/^The expression in 'Hook Name' returns an object instead of text\. Change it .*\.$/,
			) as string,
			node,
		});
		expect(failureOf(error)).toEqual({ cause: 'configuration-invalid' });
	});

	it('asks for the node only if it is needed', () => {
		const getNode = jest.fn(() => node);
		parameterText('a', 'Users', { getNode });
		parameterText(['a', null], 'Users', { getNode });
		expect(getNode).not.toHaveBeenCalled();
	});
});
