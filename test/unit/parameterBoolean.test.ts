import { failureOf } from '../../nodes/shared/errors';
import { parameterBoolean, parseBoolean } from '../../nodes/shared/parameterBoolean';
import { node } from './fixtures/node';

const read = (value: unknown, fallback = false) =>
	parameterBoolean(value, 'Repair Hook', { getNode: () => node }, fallback);

describe('A parameter as a boolean', () => {
	it.each<[unknown, boolean]>([
		[true, true],
		['true', true],
		[' TRUE ', true],
		[1, true],
		['1', true],
		[false, false],
		['false', false],
		['False', false],
		[0, false],
		['0', false],
	])('can be %j', (value, boolean) => {
		expect(read(value, !boolean)).toBe(boolean);
	});

	it.each([undefined, null, '', ' ', [], [null]])(
		'is its default if an expression returns %j',
		(value) => {
			expect(read(value, true)).toBe(true);
			expect(read(value, false)).toBe(false);
		},
	);

	it.each(['yes', 'on', 2, 'truely', ['true', 'false']])('can’t be %j', (value) => {
		let thrown: unknown;
		try {
			read(value);
		} catch (error) {
			thrown = error;
		}
		expect((thrown as Error).message).toBe(
			"The expression in 'Repair Hook' returns neither true nor false. Change it to return one of them.",
		);
		expect(failureOf(thrown)).toEqual({ cause: 'configuration-invalid' });
	});

	it('can’t be an object', () => {
		expect(() => read({ isOn: true })).toThrow("The expression in 'Repair Hook' returns an object");
	});
});

describe('Text as a boolean', () => {
	it.each([
		['true', true],
		['', false],
		['maybe', undefined],
	])('%j is %j', (text, boolean) => {
		expect(parseBoolean(text)).toBe(boolean);
	});
});
