import { isLogOnly } from '../../nodes/shared/okta/logOnlyEvents';
import { EVENTS } from '../../nodes/shared/userMfa/events';
import { HOOK_ELIGIBLE_EVENT_TYPES } from '../../lab/okta-org/event-types';

describe('An event that Okta sends to no event hook', () => {
	it.each([
		'user.mfa.okta_verify.deny_push',
		'system.push.send_factor_verify_push',
		'user.mfa.attempt_bypass',
		'user.session.access_admin_app',
		'policy.evaluate_sign_on',
		'user.account.expire_password',
	])('is known by its type: %s', (eventType) => {
		expect(isLogOnly(eventType)).toBe(true);
		expect(HOOK_ELIGIBLE_EVENT_TYPES.has(eventType)).toBe(false);
	});

	it('is each event of the panel that an event hook can’t have, and no other', () => {
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
	])('isn’t one of another type: %j', (eventType) => {
		expect(isLogOnly(eventType)).toBe(false);
	});
});
