import { isLogOnly } from '../../nodes/shared/okta/logOnlyEvents';
import { EVENTS } from '../../nodes/shared/userMfa/events';
import { HOOK_ELIGIBLE_EVENT_TYPES } from '../../lab/okta-org/event-types';

describe('An event that Okta doesn’t send to event hooks', () => {
	it.each([
		'user.mfa.okta_verify.deny_push',
		'system.push.send_factor_verify_push',
		'user.mfa.attempt_bypass',
		'user.session.access_admin_app',
		'policy.evaluate_sign_on',
		'user.account.expire_password',
	])('is recognized by its type: %s', (eventType) => {
		expect(isLogOnly(eventType)).toBe(true);
		expect(HOOK_ELIGIBLE_EVENT_TYPES.has(eventType)).toBe(false);
	});

	it('is every event in the panel that event hooks don’t support, and no other', () => {
		for (const { value } of EVENTS) {
			expect([value, isLogOnly(value)]).toEqual([value, !HOOK_ELIGIBLE_EVENT_TYPES.has(value)]);
		}
	});

	it.each([
		'user.authentication.auth_via_mfa',
		'user.lifecycle.suspend',
		'USER.MFA.ATTEMPT_BYPASS',
		'user.mfa.attempt_bypass.more',
		'toString',
		'',
	])('isn’t an event of another type: %j', (eventType) => {
		expect(isLogOnly(eventType)).toBe(false);
	});
});
