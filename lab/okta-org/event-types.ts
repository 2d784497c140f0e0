/**
 * Event types about sign-ins and factors that Okta's catalog marks as `event-hook-eligible`, a small part of
 * all eligible types. A hook for any other type is rejected.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/
 */
export const HOOK_ELIGIBLE_EVENT_TYPES: ReadonlySet<string> = new Set([
	'device.enrollment.create',
	'device.user.add',
	'group.user_membership.add',
	'group.user_membership.remove',
	'security.breached_credential.detected',
	'user.account.lock',
	'user.account.report_suspicious_activity_by_enduser',
	'user.account.reset_password',
	'user.account.unlock',
	'user.account.update_password',
	'user.account.update_profile',
	'user.authentication.auth_via_mfa',
	'user.authentication.sso',
	'user.lifecycle.activate',
	'user.lifecycle.create',
	'user.lifecycle.deactivate',
	'user.lifecycle.delete.initiated',
	'user.lifecycle.suspend',
	'user.lifecycle.unsuspend',
	'user.mfa.factor.activate',
	'user.mfa.factor.deactivate',
	'user.mfa.factor.reset_all',
	'user.mfa.factor.suspend',
	'user.mfa.factor.unsuspend',
	'user.mfa.factor.update',
	'user.risk.change',
	'user.risk.detect',
	'user.session.context.change',
	'user.session.end',
	'user.session.start',
]);
