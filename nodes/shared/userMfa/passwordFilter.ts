import { isRecord } from '../isRecord';
import { factorOf } from '../oktaEvent/factor';
import type { Filter } from '../oktaEvent/filter';
import type { LogEvent } from '../okta/types';
import { explainNoBoolean, parseBoolean } from '../parameterBoolean';
import { MFA_SIGN_IN } from './events';
import { PASSWORD } from './factorsFilter';

/**
 * Whether the event is a password verification, which Identity Engine reports like a second factor. Some of
 * these events don't have a factor and only name the authenticator.
 */
function isPasswordVerification(event: LogEvent): boolean {
	if (event.eventType !== MFA_SIGN_IN) return false;
	const factor = factorOf(event);
	if (factor !== undefined) return factor.toUpperCase() === PASSWORD;
	return (
		Array.isArray(event.target) &&
		event.target.some(
			(target: unknown) =>
				isRecord(target) &&
				target.type === 'AuthenticatorEnrollment' &&
				target.displayName === 'Password',
		)
	);
}

/** Skips MFA sign-ins that are password verifications. Other events pass. */
export const passwordFilter: Filter = {
	parameters: [
		{
			displayName: 'Ignore Password Verifications',
			name: 'ignorePasswordVerifications',
			type: 'boolean',
			default: false,
			description: 'Whether to skip MFA sign-ins that are password verifications',
			hint: 'Okta Identity Engine also sends MFA Sign-In for password attempts, successful or not.',
		},
	],
	subtitle: '$parameter["ignorePasswordVerifications"] ? "no passwords" : []',
	toPredicate({ ignorePasswordVerifications }) {
		if (parseBoolean(ignorePasswordVerifications) !== true) return undefined;
		return (event) => !isPasswordVerification(event);
	},
	problemOf({ ignorePasswordVerifications }) {
		if (parseBoolean(ignorePasswordVerifications) !== undefined) return undefined;
		return explainNoBoolean('Ignore Password Verifications');
	},
};
