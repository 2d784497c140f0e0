import { numberChallengeOf, pushResponseOf } from '../../nodes/shared/oktaEvent/push';
import { mfaEvent, without } from './fixtures/events';
import { withDebugData, WRONG_VALUES } from './fixtures/securityEvents';

describe('What the user did with a push notification', () => {
	it.each([
		['approved it', 'OV_RESPONSE_APPROVE', 'APPROVE'],
		['denied it', 'OV_RESPONSE_DENY', 'DENY'],
		['had an error', 'OV_RESPONSE_ERROR', 'ERROR'],
	])('is known: %s', (_what, pushOnlyResponseType, response) => {
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
	])('is null for another word: %j', (pushOnlyResponseType) => {
		expect(pushResponseOf(withDebugData({ pushOnlyResponseType }))).toBeNull();
	});

	it('isn’t taken from the number challenge', () => {
		const pushWithNumberChallengeResponseType = 'OV_WITH_CHALLENGE_RESPONSE_ERROR';
		expect(pushResponseOf(withDebugData({ pushWithNumberChallengeResponseType }))).toBeNull();
	});
});

describe('How a number challenge ended', () => {
	it.each(['VALID', 'INVALID', 'ERROR', 'NOT_APPLICABLE'])('is known: %s', (result) => {
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
	])('is null for another word: %j', (pushWithNumberChallengeResponseType) => {
		expect(numberChallengeOf(withDebugData({ pushWithNumberChallengeResponseType }))).toBeNull();
	});

	it('isn’t taken from the response', () => {
		const pushOnlyResponseType = 'OV_RESPONSE_ERROR';
		expect(numberChallengeOf(withDebugData({ pushOnlyResponseType }))).toBeNull();
	});

	it('may contradict the response: the user approved, but chose a wrong number', () => {
		const event = withDebugData({
			pushOnlyResponseType: 'OV_RESPONSE_APPROVE',
			pushWithNumberChallengeResponseType: 'OV_WITH_CHALLENGE_RESPONSE_INVALID',
		});
		expect(pushResponseOf(event)).toBe('APPROVE');
		expect(numberChallengeOf(event)).toBe('INVALID');
	});
});

describe('Both', () => {
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

	it('are null for a list of the word, which looks like it as text', () => {
		const event = withDebugData({
			pushOnlyResponseType: ['OV_RESPONSE_DENY'],
			pushWithNumberChallengeResponseType: ['OV_WITH_CHALLENGE_RESPONSE_VALID'],
		});
		expect(pushResponseOf(event)).toBeNull();
		expect(numberChallengeOf(event)).toBeNull();
	});
});
