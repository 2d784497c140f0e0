import type { EventOption } from '../oktaEvent/eventsFilter';

/** A user authenticates with MFA. */
export const MFA_SIGN_IN = 'user.authentication.auth_via_mfa';

/** Okta sends a push notification to the user's device. */
export const PUSH_SENT = 'system.push.send_factor_verify_push';

/**
 * MFA events, and the events before and after them in an account takeover.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/
 */
export const EVENTS: readonly EventOption[] = [
	{ name: 'MFA Sign-In', value: MFA_SIGN_IN },
	{ name: 'Factor Enrolled', value: 'user.mfa.factor.activate' },
	{ name: 'Factor Reset', value: 'user.mfa.factor.deactivate' },
	{ name: 'All Factors Reset', value: 'user.mfa.factor.reset_all' },
	{ name: 'Factor Suspended', value: 'user.mfa.factor.suspend' },
	{ name: 'Factor Unsuspended', value: 'user.mfa.factor.unsuspend' },
	{ name: 'Factor Updated', value: 'user.mfa.factor.update' },
	{ name: 'Sign-In', value: 'user.session.start' },
	{ name: 'Session Context Changed', value: 'user.session.context.change' },
	{ name: 'Password Reset', value: 'user.account.reset_password' },
	{ name: 'Password Changed', value: 'user.account.update_password' },
	{ name: 'Account Locked', value: 'user.account.lock' },
	{ name: 'Device Enrolled', value: 'device.enrollment.create' },
	{ name: 'Device Added to User', value: 'device.user.add' },
	{
		name: 'Suspicious Activity Reported',
		value: 'user.account.report_suspicious_activity_by_enduser',
	},
	{ name: 'User Risk Detected', value: 'user.risk.detect' },
	{ name: 'Breached Credential Detected', value: 'security.breached_credential.detected' },
	{ name: 'Push Denied (Classic Engine)', value: 'user.mfa.okta_verify.deny_push' },
	{ name: 'Push Sent', value: PUSH_SENT },
	{ name: 'Bypass Attempted', value: 'user.mfa.attempt_bypass' },
	{ name: 'Admin Console Opened', value: 'user.session.access_admin_app' },
	{ name: 'Sign-On Policy Evaluated', value: 'policy.evaluate_sign_on' },
	{ name: 'Password Expired by Admin', value: 'user.account.expire_password' },
];
