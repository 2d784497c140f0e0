import { hookName } from '../../nodes/shared/eventHooks/hookName';
import type { HookNameParts } from '../../nodes/shared/eventHooks/hookName';

function name(parts: Partial<HookNameParts> = {}): string {
	return hookName({
		chosenName: '',
		workflowName: 'Watch MFA',
		nodeName: 'Okta User MFA Trigger',
		fingerprint: '3fa9c21b',
		isTest: false,
		...parts,
	});
}

const EMOJI = '👍';

describe('The name of an event hook in the Okta Admin Console', () => {
	it('shows which workflow and node it belongs to', () => {
		expect(name()).toBe('n8n: Watch MFA / Okta User MFA Trigger (3fa9c21b)');
	});

	it('differs for a node with the same name, including in a copy of n8n at another address', () => {
		expect(name({ fingerprint: '00000000' })).not.toBe(name());
	});

	it('shows that the hook is for a test', () => {
		expect(name({ isTest: true })).toBe('n8n test: Watch MFA / Okta User MFA Trigger (3fa9c21b)');
	});

	it('is the one that the user entered, if any', () => {
		expect(name({ chosenName: ' MFA alerts ' })).toBe('MFA alerts');
		expect(name({ chosenName: 'MFA alerts', isTest: true })).toBe('MFA alerts (n8n test)');
	});

	it.each([
		['a long name', 'w'.repeat(300)],
		['a name of emoji', EMOJI.repeat(200)],
		['a name of emoji at odd positions', `w${EMOJI.repeat(200)}`],
	])('has at most 255 characters and splits none: %s', (_what, text) => {
		for (const isTest of [true, false]) {
			for (const parts of [{ workflowName: text }, { nodeName: text }, { chosenName: text }]) {
				const result = name({ ...parts, isTest });
				expect(result.length).toBeLessThanOrEqual(255);
				expect(result.length).toBeGreaterThanOrEqual(254);
				// Throws for a lone surrogate.
				expect(encodeURIComponent(result)).not.toBe('');
			}
		}
	});

	it('keeps its unique part when truncated', () => {
		expect(name({ workflowName: 'w'.repeat(300) })).toMatch(/^n8n: w+ \(3fa9c21b\)$/);
		expect(name({ chosenName: 'w'.repeat(300), isTest: true })).toMatch(/^w+ \(n8n test\)$/);
	});

	it.each([
		['a workflow without a name', { workflowName: '' }, 'n8n: Okta User MFA Trigger (3fa9c21b)'],
		[
			'line breaks and tabs',
			{ workflowName: 'a\r\n\tb' },
			'n8n: a b / Okta User MFA Trigger (3fa9c21b)',
		],
		[
			'control characters',
			{ workflowName: 'a\u0000\u001bb' },
			'n8n: a b / Okta User MFA Trigger (3fa9c21b)',
		],
		['an entered name of only whitespace', { chosenName: ' \n ' }, name()],
	])('is one line for %s', (_what, parts, expected) => {
		expect(name(parts)).toBe(expected);
	});
});
