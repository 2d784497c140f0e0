import { numberChallengeOf, pushResponseOf } from '../../nodes/shared/oktaEvent/push';
import { mfaEvent, without } from './fixtures/events';
import { withDebugData, WRONG_VALUES } from './fixtures/securityEvents';

describe('The response to a push notification', () => {
	it.each([
		['approved it', 'OV_RESPONSE_APPROVE', 'APPROVE'],
		['denied it', 'OV_RESPONSE_DENY', 'DENY'],
		['had an error', 'OV_RESPONSE_ERROR', 'ERROR'],
	])('is recognized if the user %s', (_what, pushOnlyResponseType, response) => {
		expect(pushResponseOf(withDebugData({ pushOnlyResponseType }))).toBe(response);
	});

	it.each([
		'APPROVE',
		'OV_RESPONSE_',
		'OV_RESPONSE_TIMEOUT',
		'OV_RESPONSE_APPROVED',
		'OV_RESPONSE_VALID',
		'ov_response_approve',
		' OV_RESPONSE_APPROVE',
		'XOV_RESPONSE_APPROVE',
		'OV_WITH_CHALLENGE_RESPONSE_ERROR',
		'null',
	])('is null for anything else: %j', (pushOnlyResponseType) => {
		expect(pushResponseOf(withDebugData({ pushOnlyResponseType }))).toBeNull();
	});

	it('doesn’t come from the number challenge', () => {
		const pushWithNumberChallengeResponseType = 'OV_WITH_CHALLENGE_RESPONSE_ERROR';
		expect(pushResponseOf(withDebugData({ pushWithNumberChallengeResponseType }))).toBeNull();
	});
});

describe('The result of a number challenge', () => {
	it.each(['VALID', 'INVALID', 'ERROR', 'NOT_APPLICABLE'])('is recognized: %s', (result) => {
		const pushWithNumberChallengeResponseType = `OV_WITH_CHALLENGE_RESPONSE_${result}`;
		expect(numberChallengeOf(withDebugData({ pushWithNumberChallengeResponseType }))).toBe(result);
	});

	it.each([
		'VALID',
		'OV_WITH_CHALLENGE_RESPONSE_',
		'OV_WITH_CHALLENGE_RESPONSE_APPROVE',
		'OV_WITH_CHALLENGE_RESPONSE_valid',
		'OV_RESPONSE_ERROR',
		'null',
	])('is null for anything else: %j', (pushWithNumberChallengeResponseType) => {
		expect(numberChallengeOf(withDebugData({ pushWithNumberChallengeResponseType }))).toBeNull();
	});

	it('doesn’t come from the response', () => {
		const pushOnlyResponseType = 'OV_RESPONSE_ERROR';
		expect(numberChallengeOf(withDebugData({ pushOnlyResponseType }))).toBeNull();
	});

	it('can contradict the response: the user approved but chose the wrong number', () => {
		const event = withDebugData({
			pushOnlyResponseType: 'OV_RESPONSE_APPROVE',
			pushWithNumberChallengeResponseType: 'OV_WITH_CHALLENGE_RESPONSE_INVALID',
		});
		expect(pushResponseOf(event)).toBe('APPROVE');
		expect(numberChallengeOf(event)).toBe('INVALID');
	});
});

describe('A push response and a number challenge', () => {
	it.each([
		['without debug data', without(mfaEvent(), 'debugContext')],
		['that isn’t about a push', mfaEvent()],
		['without keys', {}],
	])('are null for an event %s', (_what, event) => {
		expect(pushResponseOf(event)).toBeNull();
		expect(numberChallengeOf(event)).toBeNull();
	});

	it.each(WRONG_VALUES)('are null if there’s %s in their place', (_what, value) => {
		expect(pushResponseOf(withDebugData({ pushOnlyResponseType: value }))).toBeNull();
		expect(
			numberChallengeOf(withDebugData({ pushWithNumberChallengeResponseType: value })),
		).toBeNull();
	});

	it('are null for a list of one value, which looks the same as a string', () => {
		const event = withDebugData({
			pushOnlyResponseType: ['OV_RESPONSE_DENY'],
			pushWithNumberChallengeResponseType: ['OV_WITH_CHALLENGE_RESPONSE_VALID'],
		});
		expect(pushResponseOf(event)).toBeNull();
		expect(numberChallengeOf(event)).toBeNull();
	});
});
