import { NodeOperationError } from 'n8n-workflow';

import { failureOf } from '../../nodes/shared/errors';
import { parameterText } from '../../nodes/shared/parameterText';
import { node } from './fixtures/node';

const read = (value: unknown) => parameterText(value, 'Hook Name', { getNode: () => node });

/** Like Luxon's class, which expressions return for times. */
class DateTime {
	constructor(private readonly time: number) {}

	toString(): string {
		return new Date(this.time).toISOString();
	}
}

describe('A parameter as text', () => {
	it.each<[string, unknown, string]>([
		['text', ' MFA alerts ', ' MFA alerts '],
		['empty text', '', ''],
		['a number', 17, '17'],
		['zero', 0, '0'],
		['true', true, 'true'],
		['false', false, 'false'],
		['null', null, ''],
		['undefined', undefined, ''],
		['a list of strings', ['a', 'b,c'], 'a\nb,c'],
		['a list without objects', ['a', 1, false, null, undefined], 'a\n1\nfalse\n\n'],
		['an empty list', [], ''],
		['text that looks like an object', '[object Object]', '[object Object]'],
	])('can be %s', (_what, value, text) => {
		expect(read(value)).toBe(text);
	});

	it.each<[string, unknown]>([
		['an object', { login: 'ada@example.com' }],
		['an empty object', {}],
		['a date', new Date(0)],
		['a Luxon DateTime', new DateTime(0)],
		['a list with an object', ['ada@example.com', { login: 'bo@example.com' }]],
		['a list of lists', [['ada@example.com']]],
	])('can’t be %s, and the error names the parameter', (_what, value) => {
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

	it('reads the node only when needed', () => {
		const getNode = jest.fn(() => node);
		parameterText('a', 'Users', { getNode });
		parameterText(['a', null], 'Users', { getNode });
		expect(getNode).not.toHaveBeenCalled();
	});
});
