import { behaviorsOf } from '../../nodes/shared/oktaEvent/behaviors';
import type { LogEvent } from '../../nodes/shared/okta/types';
import { mfaEvent, without } from './fixtures/events';
import {
	withDebugData,
	withLogOnlySecurityData,
	withSecurityContext,
	WRONG_VALUES,
} from './fixtures/securityEvents';

/** Names and results, in order. */
function entriesOf(event: LogEvent): Array<[string, string]> {
	return [...behaviorsOf(event)];
}

const inText = (behaviors: string) => entriesOf(withDebugData({ behaviors }));

const RESULTS = ['POSITIVE', 'NEGATIVE', 'UNKNOWN', 'BAD_REQUEST'];

/** Names that admins can choose. */
const OWN_NAMES = [
	'New ASN',
	'Velocity Behavior',
	'Away, from the office',
	'Away,from the office',
	'A=B',
	'A = B, C = D',
	'POSITIVE',
	'Is POSITIVE or NEGATIVE',
	'Anomalous Location: Country',
	'6c1f0c2e-0000-4a00-9000-00000000000a_1700000000',
	'Neues Gerät',
	'新しい国',
	'Новый город',
	'📍 moved',
	'{braces}',
	'"quotes" and \\backslashes\\',
	'two\nlines',
	'a',
	'__proto__',
	'constructor',
	'toString',
	'hasOwnProperty',
];

describe('Behaviors in a string', () => {
	it('are read in order', () => {
		expect(
			inText(
				'{New Geo-Location=POSITIVE, New Device=NEGATIVE, New IP=UNKNOWN, New State=BAD_REQUEST, Velocity=POSITIVE}',
			),
		).toEqual([
			['New Geo-Location', 'POSITIVE'],
			['New Device', 'NEGATIVE'],
			['New IP', 'UNKNOWN'],
			['New State', 'BAD_REQUEST'],
			['Velocity', 'POSITIVE'],
		]);
	});

	it.each<[string, string, Array<[string, string]>]>([
		['one', '{New IP=POSITIVE}', [['New IP', 'POSITIVE']]],
		['with a name before the braces', 'Behaviors{New IP=POSITIVE}', [['New IP', 'POSITIVE']]],
		[
			'without spaces',
			'{New IP=POSITIVE,New City=NEGATIVE}',
			[
				['New IP', 'POSITIVE'],
				['New City', 'NEGATIVE'],
			],
		],
		[
			'the same name twice: the last one counts',
			'{New IP=POSITIVE, New IP=NEGATIVE}',
			[['New IP', 'NEGATIVE']],
		],
		['up to a cut-off end', '{New IP=POSITIVE, New City=NEG}', [['New IP', 'POSITIVE']]],
	])('are read: %s', (_what, text, entries) => {
		expect(inText(text)).toEqual(entries);
	});

	it.each(OWN_NAMES)('can have any name: %j', (name) => {
		for (const result of RESULTS) {
			expect(inText(`{${name}=${result}}`)).toEqual([[name, result]]);
			expect(inText(`{New IP=NEGATIVE, ${name}=${result}, New City=UNKNOWN}`)).toEqual([
				['New IP', 'NEGATIVE'],
				[name, result],
				['New City', 'UNKNOWN'],
			]);
		}
	});

	it.each([
		'',
		'{}',
		'{',
		'}',
		'New IP=POSITIVE',
		'{New IP=POSITIVE',
		'{New IP=POSITIVE.',
		'New IP=POSITIVE}',
		'}New IP=POSITIVE{',
		'{New IP}',
		'{New IP=}',
		'{New IP=MAYBE}',
		'{New IP=POSITIVELY}',
		'{New IP=POSITIVE;}',
		'{New IP: POSITIVE}',
		'{POSITIVE}',
	])('are empty if the string can’t be read: %j', (text) => {
		expect(inText(text)).toEqual([]);
	});
});

describe('Behaviors in logOnlySecurityData', () => {
	it('are read in order', () => {
		const event = withLogOnlySecurityData({
			risk: { level: 'LOW' },
			behaviors: { 'New Device': 'BAD_REQUEST', 'New IP': 'POSITIVE', Velocity: 'NEGATIVE' },
		});
		expect(entriesOf(event)).toEqual([
			['New Device', 'BAD_REQUEST'],
			['New IP', 'POSITIVE'],
			['Velocity', 'NEGATIVE'],
		]);
	});

	it.each(OWN_NAMES)('can have any name: %j', (name) => {
		const text = `{"behaviors":{${JSON.stringify(name)}:"POSITIVE","New IP":"NEGATIVE"}}`;
		expect(entriesOf(withLogOnlySecurityData(text))).toEqual([
			[name, 'POSITIVE'],
			['New IP', 'NEGATIVE'],
		]);
	});

	it.each<[string, unknown]>([
		['a string', '{New IP=POSITIVE}'],
		['a list', [{ name: 'New IP', result: 'POSITIVE' }]],
		['with unknown results', { A: 'MAYBE', B: 7, C: null, D: ['POSITIVE'], 'New IP': 'POSITIVE' }],
	])('are read: %s', (_what, behaviors) => {
		expect(entriesOf(withLogOnlySecurityData({ behaviors }))).toEqual([['New IP', 'POSITIVE']]);
	});

	it.each([
		'',
		'{"behaviors":{"New IP":"POSITIVE"}',
		'[{"behaviors":{"New IP":"POSITIVE"}}]',
		'{"New IP":"POSITIVE"}',
		'{"__proto__":{"behaviors":{"New IP":"POSITIVE"}}}',
	])('are empty if the string isn’t the expected JSON: %s', (text) => {
		expect(entriesOf(withLogOnlySecurityData(text))).toEqual([]);
	});
});

describe('Behaviors in the security context', () => {
	it('are a list with an id, a name, and a result', () => {
		const userBehaviors = RESULTS.map((result, index) => ({
			id: `bhv${index}`,
			name: `Behavior, no. ${index}`,
			result,
		}));
		expect(entriesOf(withSecurityContext({ userBehaviors }))).toEqual([
			['Behavior, no. 0', 'POSITIVE'],
			['Behavior, no. 1', 'NEGATIVE'],
			['Behavior, no. 2', 'UNKNOWN'],
			['Behavior, no. 3', 'BAD_REQUEST'],
		]);
	});

	it.each(OWN_NAMES)('can have any name: %j', (name) => {
		const userBehaviors = [{ id: null, name, result: 'POSITIVE' }];
		expect(entriesOf(withSecurityContext({ userBehaviors }))).toEqual([[name, 'POSITIVE']]);
	});

	it.each<[string, unknown]>([
		['without a name', { id: 'bhv1', result: 'POSITIVE' }],
		['with null as the name', { id: 'bhv1', name: null, result: 'POSITIVE' }],
		['with a number as the name', { name: 7, result: 'POSITIVE' }],
		['without a result', { name: 'New Device' }],
		['with null as the result', { name: 'New Device', result: null }],
		['with an unknown result', { name: 'New Device', result: 'MAYBE' }],
		['with a list as the result', { name: 'New Device', result: ['POSITIVE'] }],
		['that is null', null],
		['that is a string', '{New Device=POSITIVE}'],
		['that is a list', ['New Device', 'POSITIVE']],
	])('are read, except for an entry %s', (_what, entry) => {
		const userBehaviors = [entry, { name: 'New IP', result: 'POSITIVE' }];
		expect(entriesOf(withSecurityContext({ userBehaviors }))).toEqual([['New IP', 'POSITIVE']]);
	});
});

describe('The behaviors of an event', () => {
	const logOnlySecurityData = JSON.stringify({ behaviors: { 'of the JSON': 'POSITIVE' } });
	const text = '{of the text=NEGATIVE}';

	it('come from the object if several sources have them', () => {
		const event = mfaEvent({
			securityContext: { userBehaviors: [{ name: 'of the object', result: 'UNKNOWN' }] },
			debugContext: { debugData: { behaviors: text, logOnlySecurityData } },
		});
		expect(entriesOf(event)).toEqual([['of the object', 'UNKNOWN']]);
	});

	it.each<[string, unknown]>([
		['null', null],
		['empty', []],
		['without results', [{ name: 'of the object' }]],
	])('come from the string if the object is %s', (_what, userBehaviors) => {
		const event = mfaEvent({
			securityContext: { userBehaviors },
			debugContext: { debugData: { behaviors: text, logOnlySecurityData } },
		});
		expect(entriesOf(event)).toEqual([['of the text', 'NEGATIVE']]);
	});

	it.each<[string, unknown]>([
		['null', null],
		['empty', '{}'],
		['unreadable', '{of the text=MAYBE}'],
	])('come from the JSON if the string is %s', (_what, behaviors) => {
		const event = withDebugData({ behaviors, logOnlySecurityData });
		expect(entriesOf(event)).toEqual([['of the JSON', 'POSITIVE']]);
	});

	it.each([
		[
			'without a security context and debug context',
			without(mfaEvent(), 'securityContext', 'debugContext'),
		],
		['with null for both', mfaEvent({ securityContext: null, debugContext: null })],
		['with lists for both', mfaEvent({ securityContext: [], debugContext: [] })],
		['with empty ones', mfaEvent({ securityContext: {}, debugContext: { debugData: {} } })],
		['without keys', {}],
	])('are empty if the event doesn’t report them: %s', (_what, event) => {
		expect(entriesOf(event)).toEqual([]);
	});

	it.each(WRONG_VALUES)('are empty if there’s %s in their place', (_what, value) => {
		expect(entriesOf(withSecurityContext({ userBehaviors: value }))).toEqual([]);
		expect(entriesOf(withDebugData({ behaviors: value }))).toEqual([]);
		expect(entriesOf(withDebugData({ logOnlySecurityData: value }))).toEqual([]);
		expect(entriesOf(withLogOnlySecurityData({ behaviors: value }))).toEqual([]);
	});
});
