import { Rejections } from '../../nodes/shared/eventHooks/rejections';

const NOW = Date.parse('2026-03-04T12:00:00.000Z');
const MINUTE = 60_000;

describe('A rejected request', () => {
	it('is logged if it’s the first with its cause', () => {
		expect(new Rejections().count('401 no header', NOW)).toBe(0);
	});

	it('isn’t logged again within a minute', () => {
		const rejections = new Rejections();
		rejections.count('401 no header', NOW);
		for (const ms of [0, 1, MINUTE - 1]) {
			expect(rejections.count('401 no header', NOW + ms)).toBeUndefined();
		}
	});

	it('is logged after a minute, with the number of unlogged ones', () => {
		const rejections = new Rejections();
		rejections.count('401 no header', NOW);
		for (let index = 0; index < 3; index += 1) rejections.count('401 no header', NOW + index);
		expect(rejections.count('401 no header', NOW + MINUTE)).toBe(3);
		expect(rejections.count('401 no header', NOW + MINUTE + 1)).toBeUndefined();
		expect(rejections.count('401 no header', NOW + 2 * MINUTE)).toBe(1);
		expect(rejections.count('401 no header', NOW + 9 * MINUTE)).toBe(0);
	});

	it('doesn’t suppress one with another cause or trigger', () => {
		const rejections = new Rejections();
		for (const key of ['node 1 401', 'node 1 503', 'node 2 401']) {
			expect(rejections.count(key, NOW)).toBe(0);
			expect(rejections.count(key, NOW)).toBeUndefined();
		}
		expect(rejections.count('node 2 401', NOW + MINUTE)).toBe(1);
	});

	it('is logged once a minute during a flood', () => {
		const rejections = new Rejections();
		const counts: number[] = [];
		for (let index = 0; index < 10_000; index += 1) {
			const count = rejections.count('401 no header', NOW + index * 20);
			if (count !== undefined) counts.push(count);
		}
		expect(counts).toEqual([0, 2999, 2999, 2999]);
	});
});

describe('The memory of causes', () => {
	it('holds 1,000', () => {
		const rejections = new Rejections();
		for (let index = 0; index < 1000; index += 1) rejections.count(`cause ${index}`, NOW);
		for (let index = 0; index < 1000; index += 1) {
			expect(rejections.count(`cause ${index}`, NOW + 1)).toBeUndefined();
		}
	});

	it('keeps them when one is logged again, and starts over with one more', () => {
		const rejections = new Rejections();
		for (let index = 0; index < 1000; index += 1) rejections.count(`cause ${index}`, NOW);
		expect(rejections.count('cause 0', NOW + MINUTE)).toBe(0);
		expect(rejections.count('cause 1', NOW + 1)).toBeUndefined();

		expect(rejections.count('one more', NOW + 1)).toBe(0);
		expect(rejections.count('one more', NOW + 1)).toBeUndefined();
		expect(rejections.count('cause 1', NOW + 1)).toBe(0);
	});

	it('doesn’t grow without limit', () => {
		const rejections = new Rejections();
		for (let index = 0; index < 5500; index += 1) rejections.count(`cause ${index}`, NOW);
		const { size } = Reflect.get(rejections, 'counts') as Map<string, unknown>;
		expect(size).toBe(500);
	});
});
