import { factorOf } from '../oktaEvent/factor';
import type { Filter } from '../oktaEvent/filter';
import { otherOption, selectedIn, shownByOther } from '../oktaEvent/otherOption';
import { selectedNames } from '../oktaEvent/subtitle';
import type { LogEvent } from '../okta/types';
import { MFA_SIGN_IN, PUSH_SENT } from './events';

/** Okta's name for a password in `debugData.factor`. */
export const PASSWORD = 'PASSWORD_AS_FACTOR';

/**
 * The factors that appear in Okta's events and documentation. Okta doesn't publish a complete list.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/?q=user.authentication.auth_via_mfa
 */
export const FACTORS = [
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

/** Whether events of this type are about a factor. */
function isAboutFactor({ eventType }: LogEvent): boolean {
	if (eventType === MFA_SIGN_IN || eventType === PUSH_SENT) return true;
	return typeof eventType === 'string' && eventType.startsWith('user.mfa.');
}

/** Filters by the factor that was used, enrolled, or reset. Events that aren't about a factor pass. */
export const factorsFilter: Filter = {
	parameters: [
		{
			displayName: 'Factors',
			name: 'factors',
			type: 'multiOptions',
			options: [
				...FACTORS.map((factor) => ({ ...factor, description: factor.value })),
				{ ...otherOption, description: 'Enter factor names below' },
			],
			default: [],
			description:
				"Start the workflow only for these factors. Leave empty for all. Events that aren't about a factor, such as Account Locked, always pass. Factor events that don't name a factor, such as All Factors Reset, are skipped.",
		},
		{
			displayName: 'Other Factors',
			name: 'otherFactors',
			type: 'string',
			default: '',
			placeholder: 'e.g. CUSTOM_OTP, RSA_SECURID',
			description:
				'Factor names as they appear in debugContext.debugData.factor, separated by commas. Not case-sensitive.',
			...shownByOther('factors'),
		},
	],
	subtitle: selectedNames('factors', FACTORS, { otherName: 'otherFactors' }),
	toPredicate(settings) {
		const factors = selectedIn(settings, 'factors', 'otherFactors');
		if (factors.length === 0) return undefined;
		const wanted = new Set<string | undefined>(factors.map((factor) => factor.toUpperCase()));
		return (event) => !isAboutFactor(event) || wanted.has(factorOf(event)?.toUpperCase());
	},
};
