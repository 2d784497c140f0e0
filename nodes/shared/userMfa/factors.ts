import { PASSWORD } from './event';

/** A factor as people and Okta's events call it. */
export interface Factor {
	/** Its name in Okta's console. */
	name: string;
	/** What Okta writes into `debugContext.debugData.factor`. */
	value: string;
}

/**
 * The factors that Okta's events and documentation name. Okta publishes no complete list.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/?q=user.authentication.auth_via_mfa
 */
export const FACTORS: readonly Factor[] = [
	{ name: 'Duo Security', value: 'DUO_SECURITY' },
	{ name: 'Email', value: 'EMAIL_FACTOR' },
	{ name: 'FIDO U2F', value: 'FIDO_U2F' },
	{ name: 'FIDO2 (WebAuthn)', value: 'FIDO_WEBAUTHN' },
	{ name: 'Google Authenticator', value: 'GOOGLE_AUTHENTICATOR' },
	{ name: 'Okta FastPass', value: 'SIGNED_NONCE' },
	{ name: 'Okta Verify Code', value: 'OKTA_SOFT_TOKEN' },
	{ name: 'Okta Verify Push', value: 'OKTA_VERIFY_PUSH' },
	{ name: 'Password', value: PASSWORD },
	{ name: 'Phone (SMS)', value: 'SMS_FACTOR' },
	{ name: 'Phone (Voice Call)', value: 'CALL_FACTOR' },
	{ name: 'Security Question', value: 'SECURITY_QUESTION' },
	{ name: 'YubiKey OTP', value: 'YUBIKEY_TOKEN' },
];
