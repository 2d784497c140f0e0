import { createHash } from 'node:crypto';

import { fingerprint, formatMark, parseMark } from '../../nodes/shared/eventHooks/mark';
import type { HookMark } from '../../nodes/shared/eventHooks/mark';

const OWNER = '00112233445566aa';
const SECRET = 'ffeeddccbbaa0099';

function mark(changes: Partial<HookMark> = {}): HookMark {
	return { owner: OWNER, isTest: false, secret: SECRET, secretTime: undefined, ...changes };
}

const MARKS: Array<[string, HookMark]> = [
	[`[n8n ${OWNER} ${SECRET}]`, mark()],
	[`[n8n test ${OWNER} ${SECRET}]`, mark({ isTest: true })],
	[`[n8n ${OWNER} ${SECRET} 1780000000000]`, mark({ secretTime: 1_780_000_000_000 })],
	[`[n8n test ${OWNER} ${SECRET} 0]`, mark({ isTest: true, secretTime: 0 })],
];

describe('A fingerprint', () => {
	it('is the first 16 hexadecimal digits of the SHA-256 hash', () => {
		const whole = createHash('sha256').update('abc').digest('hex');
		expect(fingerprint('abc')).toBe(whole.slice(0, 16));
		expect(fingerprint('abc')).toMatch(/^[\da-f]{16}$/);
	});

	it('differs for different texts', () => {
		const texts = ['', 'abc', 'abd', 'Abc', 'abc ', '山田'];
		expect(new Set(texts.map(fingerprint)).size).toBe(texts.length);
	});
});

describe('The mark of a hook', () => {
	it.each(MARKS)('is formatted as %s', (text, parts) => {
		expect(formatMark(parts)).toBe(text);
	});

	it.each(MARKS)('is found in a description: %s', (text, parts) => {
		for (const description of [text, `Created by n8n. ${text}`, `${text} Edited by hand.`]) {
			expect(parseMark(description)).toEqual(parts);
		}
	});

	it('is the first one if someone pasted another one after it', () => {
		const other = formatMark(mark({ owner: 'a'.repeat(16) }));
		expect(parseMark(`${formatMark(mark())} ${other}`)).toEqual(mark());
	});

	it.each([
		['is empty', ''],
		['was written by a user', 'Sends MFA events to n8n'],
		['was truncated within the mark', `[n8n ${OWNER} ${SECRET}`],
		['was truncated within the time', `[n8n ${OWNER} ${SECRET} 17800000`],
		['lost its secret', `[n8n ${OWNER}]`],
		['has a short owner', `[n8n ${OWNER.slice(1)} ${SECRET}]`],
		['has a long owner', `[n8n ${OWNER}0 ${SECRET}]`],
		['has a short secret', `[n8n ${OWNER} ${SECRET.slice(1)}]`],
		['has a long secret', `[n8n ${OWNER} ${SECRET}0]`],
		['is in upper case', `[n8n ${OWNER.toUpperCase()} ${SECRET}]`],
		['has other letters', `[n8n ${'g'.repeat(16)} ${SECRET}]`],
		['is of another kind', `[n8n demo ${OWNER} ${SECRET}]`],
		['has a time that isn’t a number', `[n8n ${OWNER} ${SECRET} today]`],
		['lacks the brackets', `n8n ${OWNER} ${SECRET}`],
	])('is not found in a description that %s', (_what, description) => {
		expect(parseMark(description)).toBeUndefined();
	});
});
