import { RISK_LEVELS, riskLevelOf, riskOf } from '../../nodes/shared/oktaEvent/risk';
import { mfaEvent, without } from './fixtures/events';
import {
	withDebugData,
	withLogOnlySecurityData,
	withSecurityContext,
	WRONG_VALUES,
} from './fixtures/securityEvents';

const NONE = { level: null, reasons: null };
const LOCATION_AND_DEVICE = ['Anomalous Location', 'Anomalous Device'];

describe('The risk in a string', () => {
	it.each<[string, string, unknown]>([
		['a level alone', '{level=LOW}', { level: 'LOW', reasons: null }],
		['a name before the braces', 'Risk{level=LOW}', { level: 'LOW', reasons: null }],
		[
			'reasons before the level',
			'{reasons=Anomalous Location, Anomalous Device, level=HIGH}',
			{ level: 'HIGH', reasons: LOCATION_AND_DEVICE },
		],
		[
			'reasons after the level',
			'{level=HIGH, reasons=Anomalous Location, Anomalous Device}',
			{ level: 'HIGH', reasons: LOCATION_AND_DEVICE },
		],
		[
			'a level within a nested object, before the level',
			'{reasons={level=LOW}, level=HIGH}',
			{ level: 'HIGH', reasons: ['{level=LOW}'] },
		],
		[
			'a level, and reasons that were cut off',
			'{level=HIGH, reasons=Anomalous Loc',
			{ level: 'HIGH', reasons: null },
		],
		[
			'a name before the braces, and reasons',
			'Risk{reasons=Anomalous Device, level=MEDIUM}',
			{ level: 'MEDIUM', reasons: ['Anomalous Device'] },
		],
		[
			'one reason',
			'{reasons=Anomalous Device, level=MEDIUM}',
			{ level: 'MEDIUM', reasons: ['Anomalous Device'] },
		],
		['no reasons', '{reasons=, level=MEDIUM}', { level: 'MEDIUM', reasons: null }],
		['no spaces', '{reasons=A,B,level=LOW}', { level: 'LOW', reasons: ['A', 'B'] }],
		[
			'reasons with an empty one between',
			'{reasons=A, , B, level=LOW}',
			{ level: 'LOW', reasons: ['A', 'B'] },
		],
		['a previous level', '{previousLevel=LOW, level=MEDIUM}', { level: 'MEDIUM', reasons: null }],
		[
			'a previous level after the level',
			'{level=MEDIUM, previousLevel=LOW}',
			{ level: 'MEDIUM', reasons: null },
		],
		[
			'everything that Okta documents',
			'{previousLevel=LOW, level=HIGH, detectionName=Session Influenced User Risk, reasons=Session is suspected to be hijacked, issuer=OKTA}',
			{ level: 'HIGH', reasons: ['Session is suspected to be hijacked'] },
		],
		[
			'a new key',
			'{score=71, reasons=New ASN, level=HIGH, v2=yes}',
			{ level: 'HIGH', reasons: ['New ASN'] },
		],
		[
			'a reason with an equals sign',
			'{reasons=Score = 71, New ASN, level=HIGH}',
			{ level: 'HIGH', reasons: ['Score = 71', 'New ASN'] },
		],
		[
			'a reason with braces and a colon',
			'{reasons=Anomalous {Location}: far, level=HIGH}',
			{ level: 'HIGH', reasons: ['Anomalous {Location}: far'] },
		],
		[
			'a reason in another script',
			'{reasons=Ungewöhnlicher Ort, 異常なデバイス, level=HIGH}',
			{ level: 'HIGH', reasons: ['Ungewöhnlicher Ort', '異常なデバイス'] },
		],
		['only a previous level', '{previousLevel=HIGH}', NONE],
		['a level as part of a key', '{riskLevel=HIGH, sublevel=LOW}', NONE],
		[
			'a level within a reason',
			'{reasons=The level=HIGH}',
			{ level: null, reasons: ['The level=HIGH'] },
		],
	])('is read: %s', (_what, text, risk) => {
		expect(riskOf(withDebugData({ risk: text }))).toEqual(risk);
	});

	it.each(['low', 'Low', 'LOW'])('has a level in any case: %s', (level) => {
		expect(riskOf(withDebugData({ risk: `{level=${level}}` })).level).toBe('LOW');
	});

	it.each(RISK_LEVELS)('has one of Okta’s levels: %s', (level) => {
		expect(riskOf(withDebugData({ risk: `{level=${level}}` })).level).toBe(level);
	});

	it.each(['CRITICAL', 'NONE', 'HIGHER', 'LOW MEDIUM', 'null', '3', ''])(
		'has no level if the level is unknown: %j',
		(level) => {
			expect(riskOf(withDebugData({ risk: `{level=${level}}` }))).toEqual(NONE);
		},
	);

	it.each([
		'',
		'HIGH',
		'level=HIGH',
		'{}',
		'{',
		'}',
		'}level=HIGH{',
		'{level=HIGH',
		'level=HIGH}',
		'{=HIGH}',
		'{level}',
		'{HIGH}',
		'{level:HIGH}',
		'{__proto__=HIGH, constructor=HIGH}',
	])('is null if it can’t be read: %j', (risk) => {
		expect(riskOf(withDebugData({ risk }))).toEqual(NONE);
	});
});

describe('The risk in logOnlySecurityData', () => {
	it.each<[string, unknown, unknown]>([
		['a level', { level: 'MEDIUM' }, { level: 'MEDIUM', reasons: null }],
		[
			'reasons as one string',
			{ reasons: 'Anomalous Location, Anomalous Device', level: 'HIGH' },
			{ level: 'HIGH', reasons: LOCATION_AND_DEVICE },
		],
		[
			'reasons as a list',
			{ reasons: LOCATION_AND_DEVICE, level: 'HIGH' },
			{ level: 'HIGH', reasons: LOCATION_AND_DEVICE },
		],
		[
			'a listed reason with a comma',
			{ reasons: ['Anomalous Location, far'], level: 'HIGH' },
			{ level: 'HIGH', reasons: ['Anomalous Location, far'] },
		],
		[
			'a list that doesn’t only have strings',
			{ reasons: [' New ASN ', null, 7, {}, ['x'], ''], level: 'HIGH' },
			{ level: 'HIGH', reasons: ['New ASN'] },
		],
		['an empty list of reasons', { reasons: [], level: 'HIGH' }, { level: 'HIGH', reasons: null }],
		[
			'an empty string of reasons',
			{ reasons: '', level: 'HIGH' },
			{ level: 'HIGH', reasons: null },
		],
		['reasons null', { reasons: null, level: 'high' }, { level: 'HIGH', reasons: null }],
		['a string', '{reasons=New ASN, level=LOW}', { level: 'LOW', reasons: ['New ASN'] }],
		['nothing', {}, NONE],
		['an unknown level', { level: 'CRITICAL' }, NONE],
		['null', null, NONE],
		['a list', [{ level: 'HIGH' }], NONE],
	])('is read: %s', (_what, risk, expected) => {
		expect(riskOf(withLogOnlySecurityData({ risk }))).toEqual(expected);
	});

	it.each([
		'',
		'null',
		'7',
		'"HIGH"',
		'[]',
		'[{"risk":{"level":"HIGH"}}]',
		'{"risk":{"level":"HIGH"}',
		"{'risk':{'level':'HIGH'}}",
		'{"behaviors":{}}',
		'{"__proto__":{"risk":{"level":"HIGH"}}}',
		'{"risk":{"__proto__":{"level":"HIGH"}}}',
	])('is null if the string isn’t the expected JSON: %s', (text) => {
		expect(riskOf(withLogOnlySecurityData(text))).toEqual(NONE);
	});
});

describe('The risk in the security context', () => {
	it('is an object with a level and a list of reasons', () => {
		const risk = {
			level: 'HIGH',
			previousLevel: 'LOW',
			reasons: LOCATION_AND_DEVICE,
			detectionName: 'Session Influenced User Risk',
			issuer: 'OKTA',
		};
		expect(riskOf(withSecurityContext({ risk }))).toEqual({
			level: 'HIGH',
			reasons: LOCATION_AND_DEVICE,
		});
	});

	it.each<[string, unknown, unknown]>([
		['without reasons', { level: 'LOW' }, { level: 'LOW', reasons: null }],
		['with null for reasons', { level: 'LOW', reasons: null }, { level: 'LOW', reasons: null }],
		['with reasons alone', { reasons: ['New ASN'] }, { level: null, reasons: ['New ASN'] }],
		['with the previous level alone', { previousLevel: 'HIGH' }, NONE],
		['as a string', 'Risk{level=LOW}', { level: 'LOW', reasons: null }],
	])('is read: %s', (_what, risk, expected) => {
		expect(riskOf(withSecurityContext({ risk }))).toEqual(expected);
	});
});

describe('The risk of an event', () => {
	const logOnlySecurityData = JSON.stringify({ risk: { level: 'LOW', reasons: 'of the JSON' } });
	const text = '{level=MEDIUM, reasons=of the text}';
	const object = { level: 'HIGH', reasons: ['of the object'] };

	it('comes from the object if several sources have it', () => {
		const event = mfaEvent({
			securityContext: { risk: object },
			debugContext: { debugData: { risk: text, logOnlySecurityData } },
		});
		expect(riskOf(event)).toEqual(object);
	});

	it('comes from the string if the JSON has it, too', () => {
		expect(riskOf(withDebugData({ risk: text, logOnlySecurityData }))).toEqual({
			level: 'MEDIUM',
			reasons: ['of the text'],
		});
	});

	it('has the reasons of another source if the one with the level has none', () => {
		const event = (level: string) =>
			mfaEvent({
				securityContext: { risk: { level: 'HIGH' } },
				debugContext: { debugData: { risk: `{reasons=New ASN, level=${level}}` } },
			});
		expect(riskOf(event('HIGH'))).toEqual({ level: 'HIGH', reasons: ['New ASN'] });
		expect(riskOf(event('LOW'))).toEqual({ level: 'HIGH', reasons: null });
	});

	it('is read from a capitalized key too, because Okta’s documentation has some', () => {
		const event = mfaEvent({ debugContext: { debugData: { Risk: '{level=HIGH}' } } });
		expect(riskOf(event)).toEqual({ level: 'HIGH', reasons: null });
		expect(riskLevelOf(event)).toBe('HIGH');
	});

	it.each<[string, unknown]>([
		['null', null],
		['empty', {}],
		['without a level', { reasons: ['of the object'] }],
		['of an unknown level', { level: 'CRITICAL', reasons: ['of the object'] }],
		['a list', [object]],
	])('comes from the string if the object is %s', (_what, risk) => {
		const event = mfaEvent({
			securityContext: { risk },
			debugContext: { debugData: { risk: text, logOnlySecurityData } },
		});
		expect(riskOf(event)).toEqual({ level: 'MEDIUM', reasons: ['of the text'] });
	});

	it.each<[string, unknown]>([
		['null', null],
		['empty', ''],
		['unreadable', '{level}'],
		['without a level', '{reasons=of the text}'],
		['of an unknown level', '{level=CRITICAL}'],
	])('comes from the JSON if the string is %s', (_what, risk) => {
		expect(riskOf(withDebugData({ risk, logOnlySecurityData }))).toEqual({
			level: 'LOW',
			reasons: ['of the JSON'],
		});
	});

	it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
		[
			'the object before all others',
			{ risk: { reasons: ['of the object'] } },
			{ risk: '{reasons=of the text}', logOnlySecurityData: '{"risk":{"reasons":"of the JSON"}}' },
			'of the object',
		],
		[
			'the string before the JSON',
			{ risk: null },
			{ risk: '{reasons=of the text}', logOnlySecurityData: '{"risk":{"reasons":"of the JSON"}}' },
			'of the text',
		],
		[
			'of the JSON',
			{},
			{ logOnlySecurityData: '{"risk":{"reasons":"of the JSON"}}' },
			'of the JSON',
		],
		[
			'a string with an unknown level',
			{},
			{ risk: '{reasons=of the text, level=CRITICAL}' },
			'of the text',
		],
	])('can have a reason without a level, from %s', (_what, securityContext, debugData, reason) => {
		expect(riskOf(mfaEvent({ securityContext, debugContext: { debugData } }))).toEqual({
			level: null,
			reasons: [reason],
		});
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
	])('is null if the event doesn’t report it: %s', (_what, event) => {
		expect(riskOf(event)).toEqual(NONE);
	});

	it.each(WRONG_VALUES)('is null if there’s %s in its place', (_what, value) => {
		expect(riskOf(withSecurityContext({ risk: value }))).toEqual(NONE);
		expect(riskOf(withDebugData({ risk: value }))).toEqual(NONE);
		expect(riskOf(withDebugData({ logOnlySecurityData: value }))).toEqual(NONE);
		expect(riskOf(withLogOnlySecurityData({ risk: value }))).toEqual(NONE);
		expect(riskOf(withSecurityContext({ risk: { level: value, reasons: null } }))).toEqual(NONE);
	});
});
