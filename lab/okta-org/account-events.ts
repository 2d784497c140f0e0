import { oktaId, randomToken } from './ids';
import type { LogEntity, LogEvent } from './log-event';
import { merge } from './merge';
import { logEvent, OKTA } from './new-log-event';
import { USER } from './sign-in-events';
import type { AccountEventKind, EventOverrides } from './types';

const ADMIN: LogEntity = {
	id: '00u9hRt2Vn6BcYq4m5d7',
	type: 'User',
	alternateId: 'otto.brandt@example.com',
	displayName: 'Otto Brandt',
	detailEntry: null,
};

function enrollment(displayName: string): LogEntity {
	return {
		id: oktaId('pfd'),
		type: 'AuthenticatorEnrollment',
		alternateId: 'unknown',
		displayName,
		detailEntry: null,
	};
}

function app(displayName: string): LogEntity {
	return {
		id: oktaId('0oa'),
		type: 'AppInstance',
		alternateId: displayName,
		displayName,
		detailEntry: null,
	};
}

const DEVICE: LogEntity = {
	id: 'guo4kT8sWq2LxZ6fP5d7',
	type: 'UDDevice',
	alternateId: 'unknown',
	displayName: 'Pixel 9',
	detailEntry: { osPlatform: 'ANDROID', osVersion: '16', status: 'ACTIVE' },
};

type Recipe = Pick<LogEvent, 'eventType' | 'displayMessage' | 'actor' | 'outcome'> &
	Partial<LogEvent> & { debugData?: Record<string, string> };

const success = (reason: string | null = null) => ({ result: 'SUCCESS', reason });

/**
 * Events around MFA, in the shapes that samples and Okta's catalog show. For an event without a public sample,
 * the shape follows its neighbors.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/
 */
const RECIPES: Record<AccountEventKind, Recipe> = {
	factorEnrolled: {
		eventType: 'user.mfa.factor.activate',
		displayMessage: 'Activate factor for user',
		actor: USER,
		outcome: success('User set up FIDO_WEBAUTHN factor'),
		target: [USER],
	},
	factorReset: {
		eventType: 'user.mfa.factor.deactivate',
		displayMessage: 'Reset factor for user',
		actor: ADMIN,
		outcome: success('User reset FIDO_WEBAUTHN factor'),
		target: [USER],
	},
	allFactorsReset: {
		eventType: 'user.mfa.factor.reset_all',
		displayMessage: 'Reset all factors for user',
		actor: ADMIN,
		outcome: success(),
		target: [USER],
		debugData: { requestUri: `/api/v1/users/${USER.id}/lifecycle/reset_factors` },
	},
	factorSuspended: {
		eventType: 'user.mfa.factor.suspend',
		displayMessage: 'Suspend factor for user',
		actor: ADMIN,
		outcome: success('User suspended SIGNED_NONCE factor'),
		target: [USER],
	},
	factorUnsuspended: {
		eventType: 'user.mfa.factor.unsuspend',
		displayMessage: 'Unsuspend factor for user',
		actor: ADMIN,
		outcome: success('User unsuspended SIGNED_NONCE factor'),
		target: [USER],
	},
	factorUpdated: {
		eventType: 'user.mfa.factor.update',
		displayMessage: 'Update factor for user',
		actor: USER,
		outcome: success('User updated SMS_FACTOR factor'),
		target: [USER],
	},
	// Okta sends it after the first factor, and with no User target.
	sessionStarted: {
		eventType: 'user.session.start',
		displayMessage: 'User login to Okta',
		actor: USER,
		outcome: success(),
		target: [enrollment('Password'), app('Okta Dashboard')],
		debugData: { threatSuspected: 'false', requestUri: '/idp/idx/identify' },
	},
	sessionContextChanged: {
		eventType: 'user.session.context.change',
		displayMessage: 'User session context changed',
		actor: USER,
		outcome: success(),
		target: [USER],
		debugData: {
			risk: '{reasons=Anomalous Geo-Distance, New Device, level=HIGH}',
			behaviors: '{New IP=POSITIVE, New Device=POSITIVE, Velocity=NEGATIVE}',
		},
	},
	passwordReset: {
		eventType: 'user.account.reset_password',
		displayMessage: "Fired when the user's Okta password is reset",
		actor: ADMIN,
		outcome: success(),
		target: [USER],
	},
	passwordChanged: {
		eventType: 'user.account.update_password',
		displayMessage: 'User update password for Okta',
		actor: USER,
		outcome: success(),
		target: [USER],
	},
	// The lock is reported as the failure that led to it, without a target.
	accountLocked: {
		eventType: 'user.account.lock',
		displayMessage: 'Max sign in attempts exceeded',
		severity: 'DEBUG',
		actor: USER,
		outcome: { result: 'FAILURE', reason: 'LOCKED_OUT' },
		debugData: { threatSuspected: 'false' },
	},
	deviceEnrolled: {
		eventType: 'device.enrollment.create',
		displayMessage: 'Create device enrollment',
		actor: USER,
		outcome: success(),
		target: [DEVICE],
	},
	deviceAdded: {
		eventType: 'device.user.add',
		displayMessage: 'Add device to user',
		actor: USER,
		outcome: success(),
		target: [DEVICE],
	},
	suspiciousActivityReported: {
		eventType: 'user.account.report_suspicious_activity_by_enduser',
		displayMessage: 'User report suspicious activity',
		severity: 'WARN',
		actor: USER,
		outcome: success(),
		target: [USER],
		debugData: {
			suspiciousActivityEventType: 'system.email.mfa_enroll_notification.sent_message',
			suspiciousActivityEventCity: 'Porto',
		},
	},
	// The actor is who detected it, so the user is only in the target.
	userRiskDetected: {
		eventType: 'user.risk.detect',
		displayMessage: 'User risk detected',
		actor: OKTA,
		outcome: success(),
		target: [USER],
		debugData: {
			risk: '{previousLevel=LOW, level=MEDIUM, detectionName=Session Influenced User Risk, issuer=OKTA}',
		},
	},
	breachedCredentialDetected: {
		eventType: 'security.breached_credential.detected',
		displayMessage: `${USER.alternateId} credential set matches known compromised credentials.`,
		severity: 'WARN',
		actor: USER,
		outcome: success(),
		target: [enrollment('Password')],
	},
	pushDeniedOnClassic: {
		eventType: 'user.mfa.okta_verify.deny_push',
		displayMessage: 'User rejected Okta push verify',
		actor: USER,
		outcome: { result: 'FAILURE', reason: null },
		target: [USER],
	},
	pushSent: {
		eventType: 'system.push.send_factor_verify_push',
		displayMessage: 'Send Okta Verify push to user',
		actor: USER,
		outcome: success(),
		target: [USER],
	},
	// A settings page whose session expired does this too, so it's a success.
	bypassAttempted: {
		eventType: 'user.mfa.attempt_bypass',
		displayMessage: 'Attempt bypass of factor',
		actor: USER,
		outcome: success(),
		target: [USER],
		debugData: { url: '/user/settings/factors/setup?factorType=SMS_FACTOR' },
	},
	adminConsoleOpened: {
		eventType: 'user.session.access_admin_app',
		displayMessage: 'User accessing Okta admin app',
		actor: ADMIN,
		outcome: success(),
		target: [app('Okta Admin Console')],
	},
	signOnPolicyEvaluated: {
		eventType: 'policy.evaluate_sign_on',
		displayMessage: 'Evaluation of sign-on policy',
		actor: USER,
		outcome: {
			result: 'CHALLENGE',
			reason: 'Sign-on policy evaluation resulted in CHALLENGE',
		},
		target: [app('Okta Dashboard'), DEVICE],
		debugData: {
			logOnlySecurityData:
				'{"risk":{"reasons":"Anomalous Device","level":"MEDIUM"},"behaviors":{"New Device":"POSITIVE","New IP":"NEGATIVE"}}',
		},
	},
	passwordExpired: {
		eventType: 'user.account.expire_password',
		displayMessage: 'Expire user password',
		actor: ADMIN,
		outcome: success(),
		target: [USER],
	},
};

/** An event of this kind, about the user of the sign-in events. */
export function accountEvent(
	kind: AccountEventKind,
	published: number,
	overrides: EventOverrides = {},
): LogEvent {
	const { debugData, ...parts } = RECIPES[kind];
	const event = logEvent(published, {
		...parts,
		debugContext: { debugData: { requestId: randomToken(20), ...debugData } },
	});
	return merge(structuredClone(event), overrides);
}

/** Whether this is a kind of account event. */
export function isAccountEventKind(kind: string): kind is AccountEventKind {
	return Object.hasOwn(RECIPES, kind);
}
