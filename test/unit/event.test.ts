import { debugDataOf, outcomeOf, reasonOf, userOf } from '../../nodes/shared/oktaEvent/event';
import { amelie, bo, enrollment, mfaEvent, without } from './fixtures/events';

describe('The user of an event', () => {
	it.each<[string, Record<string, unknown>, unknown]>([
		['the first target of the type User', { target: [enrollment, amelie, bo] }, amelie],
		['that target, even if the actor is a user', { actor: bo, target: [amelie] }, amelie],
		['the actor if there is no target', { actor: bo, target: [] }, bo],
		['the actor if no target is a user', { actor: bo, target: [enrollment, null, 'User'] }, bo],
		['the actor if the target is null', { actor: bo, target: null }, bo],
		['the actor if the target is a string', { actor: bo, target: 'User' }, bo],
		['the actor if the target isn’t a list', { actor: bo, target: amelie }, bo],
		['unknown if neither is a user', { actor: enrollment, target: [enrollment] }, undefined],
		['unknown if the type is in a different case', { actor: { ...bo, type: 'USER' } }, undefined],
		['unknown if the actor is a list', { actor: [bo], target: [[bo]] }, undefined],
		['unknown if both are null', { actor: null, target: null }, undefined],
	])('is %s', (_what, { target, actor }, user) => {
		expect(userOf(mfaEvent({ actor, target: target === undefined ? [] : target }))).toBe(user);
	});

	it('is unknown if Okta left out both', () => {
		expect(userOf(without(mfaEvent(), 'actor', 'target'))).toBeUndefined();
		expect(userOf({})).toBeUndefined();
	});
});

describe('The debug data of an event', () => {
	it('is what Okta sent', () => {
		const debugData = { factor: 'SMS_FACTOR' };
		expect(debugDataOf({ debugContext: { debugData } })).toBe(debugData);
	});

	it.each([undefined, null, 'text', 7, [], {}, { debugData: null }, { debugData: ['factor'] }])(
		'is empty if Okta sent %j',
		(debugContext) => {
			expect(debugDataOf({ debugContext })).toEqual({});
		},
	);
});

describe('The outcome of an event', () => {
	it('has a result and a reason', () => {
		const event = { outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' } };
		expect([outcomeOf(event), reasonOf(event)]).toEqual(['FAILURE', 'INVALID_CREDENTIALS']);
	});

	it.each([
		undefined,
		null,
		'SUCCESS',
		7,
		[],
		[{ result: 'SUCCESS', reason: 'x' }],
		{},
		{ result: null, reason: null },
		{ result: 7, reason: true },
		{ result: ['SUCCESS'], reason: { text: 'x' } },
	])('has neither if Okta sent %j', (outcome) => {
		expect([outcomeOf({ outcome }), reasonOf({ outcome })]).toEqual([undefined, undefined]);
	});

	it('can have only one of them', () => {
		expect(outcomeOf({ outcome: { result: 'SUCCESS' } })).toBe('SUCCESS');
		expect(reasonOf({ outcome: { result: 'SUCCESS' } })).toBeUndefined();
		expect(reasonOf({ outcome: { reason: '' } })).toBe('');
	});
});
