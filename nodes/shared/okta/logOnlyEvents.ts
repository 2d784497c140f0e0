/**
 * Event types that Okta writes to the System Log but doesn't send to event hooks. There are more. These are
 * the ones that the triggers offer.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/ without "event-hook-eligible"
 */
const LOG_ONLY_EVENT_TYPES: ReadonlySet<string> = new Set([
	'policy.evaluate_sign_on',
	'system.push.send_factor_verify_push',
	'user.account.expire_password',
	'user.mfa.attempt_bypass',
	'user.mfa.okta_verify.deny_push',
	'user.session.access_admin_app',
]);

/** Whether Okta doesn't send events of this type to event hooks. */
export function isLogOnly(eventType: string): boolean {
	return LOG_ONLY_EVENT_TYPES.has(eventType);
}
