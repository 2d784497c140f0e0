import { splitList } from '../../nodes/shared/splitList';

describe('A list that a user enters', () => {
	it.each([
		['a', ['a']],
		['a,b', ['a', 'b']],
		['a, b ,\tc', ['a', 'b', 'c']],
		['a\nb\r\nc\rd', ['a', 'b', 'c', 'd']],
		['a,\n,b,,', ['a', 'b']],
		['a b', ['a b']],
		['', []],
		[' , \n ,', []],
	])('%j is split into %j', (text, entries) => {
		expect(splitList(text)).toEqual(entries);
	});
});
