import type { Failure } from 'n8n-workflow';

import type { CredentialType } from './credential';
import type { OktaFailure } from './failure';
import { isTransientTokenError, TEMPORARILY_UNAVAILABLE } from './tokenError';

/** Why Okta's API rejected a call, if not because of the request itself. */
export type RejectionReason =
	| 'missing scope'
	| 'invalid proof'
	| 'invalid token'
	| 'missing role'
	| 'missing feature'
	| 'blocked address';

/** The error in Okta's challenge if the access token doesn't include the scope. */
export const INSUFFICIENT_SCOPE = 'insufficient_scope';

/**
 * Why Okta rejected a call. The challenge takes precedence over the body because Okta's API reports problems
 * with the access token there.
 *
 * @returns undefined if the call was rejected for another reason or not by Okta
 * @see https://developer.okta.com/docs/reference/error-codes/
 */
export function rejectionReasonOf({
	status,
	errorCode,
	summary,
	challenge,
	oauthError,
}: OktaFailure): RejectionReason | undefined {
	const code = challenge?.error ?? errorCode;
	if (code === INSUFFICIENT_SCOPE) return 'missing scope';
	const tokenCode = challenge?.error ?? oauthError;
	if (tokenCode !== undefined) {
		const words = `${tokenCode} ${challenge ? challenge.description : summary}`;
		if (/dpop/i.test(words)) return 'invalid proof';
		if (/\bnetwork\b/i.test(words)) return 'blocked address';
	}
	if (challenge?.error === 'invalid_token') return 'invalid token';
	if (errorCode === 'E0000015') return 'missing feature';
	if (status === 403 && errorCode === 'E0000006') return 'missing role';
	// An invalid session: 401 in practice, 403 in Okta's list of codes.
	const isUnauthorized = status === 401 || (status === 403 && errorCode === 'E0000005');
	return isUnauthorized && errorCode !== undefined ? 'invalid token' : undefined;
}

/** Whether Okta rejected the access token and a new one can help. */
export function needsNewToken(failure: OktaFailure, type: CredentialType): boolean {
	// n8n found this in a new token before sending anything.
	if (failure.errorCode === INSUFFICIENT_SCOPE) return false;
	const reason = rejectionReasonOf(failure);
	if (reason === undefined) return failure.status === 401 && failure.challenge === undefined;
	if (reason === 'invalid token') return true;
	// A user's token only gets a scope when the credential is reconnected.
	return type === 'oktaServiceAppApi' && ['missing scope', 'invalid proof'].includes(reason);
}

/** Why a call failed in n8n's terms; undefined if unknown. */
export function toN8nFailure(failure: OktaFailure, type: CredentialType): Failure | undefined {
	const { status, connectionCode, disconnected, oauthError, tokenError, resetAt } = failure;
	if (tokenError !== undefined) {
		const isTransient = isTransientTokenError(tokenError);
		return { cause: isTransient ? 'temporarily-unavailable' : 'credential-invalid' };
	}
	if (status === 429) return { cause: 'rate-limited', resetsAtEpochMs: resetAt?.getTime() };
	if (status !== undefined && status >= 500) return { cause: 'temporarily-unavailable' };
	if (connectionCode !== undefined) return { cause: 'temporarily-unavailable' };
	if (oauthError === TEMPORARILY_UNAVAILABLE) return { cause: 'temporarily-unavailable' };
	switch (rejectionReasonOf(failure)) {
		case 'invalid token':
			return { cause: 'credential-invalid' };
		case 'missing scope':
			// A user has to reconnect. A service app gets the scope as soon as it's granted.
			return { cause: type === 'oktaOAuth2Api' ? 'credential-invalid' : 'configuration-invalid' };
		case 'missing role':
		case 'missing feature':
		case 'blocked address':
			return { cause: 'configuration-invalid' };
		case 'invalid proof':
			// The app integration must not require DPoP for a user's sign-in.
			return type === 'oktaOAuth2Api' ? { cause: 'configuration-invalid' } : undefined;
		default:
			return disconnected || oauthError !== undefined ? { cause: 'credential-invalid' } : undefined;
	}
}
