import { endWithPeriod } from '../endWithPeriod';
import type { OktaCredential } from './credential';
import type { OktaFailure } from './failure';
import { ORG_URL_HELP } from './orgUrl';
import { rejectionReasonOf } from './rejectionReason';
import type { RejectionReason } from './rejectionReason';
import type { OktaResource } from './resources';
import { TEMPORARILY_UNAVAILABLE } from './tokenError';

/** The call that failed: the org, the credential, and the API. */
export interface FailedCall {
	/** The org's origin. */
	orgUrl: string;
	credential: OktaCredential;
	resource: OktaResource;
}

function explainMissingScope({ credential, resource: { scope } }: FailedCall): string {
	const grant = `In the Okta Admin Console, open the app integration and grant the scope on the 'Okta API Scopes' tab.`;
	if (credential.type === 'oktaServiceAppApi') {
		return `The service app's access token doesn't include the scope '${scope}'. ${grant} Then try again.`;
	}
	return `The access token doesn't include the scope '${scope}'. ${grant} Then open the credential '${credential.name}' in n8n, turn on 'Custom Scopes', make sure that 'Enabled Scopes' includes ${scope}, and connect it again.`;
}

function explainMissingRole({ credential, resource: { action, role } }: FailedCall): string {
	if (credential.type === 'oktaServiceAppApi') {
		return `The service app isn't allowed to ${action}. It has the scope but not the admin role. In the Okta Admin Console, open the app integration's 'Admin roles' tab and assign ${role}, then try again.`;
	}
	return `The user who connected the credential '${credential.name}' isn't allowed to ${action}. In Okta, assign the user ${role}, or connect the credential as a different user, then try again.`;
}

/**
 * Explains an outage of Okta and what to do about it.
 *
 * @param status of a 5xx response
 */
export function explainOutage(status?: number): string {
	const details = status === undefined ? '' : ` (HTTP ${status})`;
	return `Okta is temporarily unavailable${details}. Try again in a few minutes, or check https://status.okta.com.`;
}

/** What to do if Okta rejects requests from n8n's IP address. */
export const ALLOW_ADDRESS =
	"In Okta, allow that address in the app integration's network restrictions, and check the network zones that your org blocks.";

/** What to do if the org doesn't have a feature, without a period. */
export const TURN_ON_FEATURE =
	'Turn it on in the Okta Admin Console under Settings > Features, or ask Okta Support to enable it';

function explainInvalidProof({ credential }: FailedCall): string {
	if (credential.type === 'oktaOAuth2Api') {
		return `The app integration requires DPoP, which n8n doesn't support with OAuth2. In Okta, turn off 'Require Demonstrating Proof of Possession (DPoP) header in token requests' on the app integration's 'General' tab. ${credential.renew}`;
	}
	return `Okta rejected n8n's proof of possession for the access token (DPoP). Make sure that the n8n server's clock is synchronized (NTP) and that no proxy between n8n and Okta modifies requests. ${credential.renew}`;
}

function explainRejection(reason: RejectionReason, call: FailedCall): string {
	switch (reason) {
		case 'missing scope':
			return explainMissingScope(call);
		case 'missing role':
			return explainMissingRole(call);
		case 'invalid proof':
			return explainInvalidProof(call);
		case 'invalid token':
			return `Okta no longer accepts this connection. ${call.credential.renew}`;
		case 'blocked address':
			return `Okta doesn't allow requests from n8n's IP address. ${ALLOW_ADDRESS}`;
		case 'missing feature':
			return `Your Okta org doesn't have a feature that n8n needs to ${call.resource.action}. ${TURN_ON_FEATURE}, then try again.`;
	}
}

/** Explains a response that didn't come from Okta's API. */
export function explainForeignResponse(status: number, orgUrl: string): string {
	const zone = status === 403 ? " or a network zone in Okta that blocks n8n's IP address" : '';
	return `${orgUrl} returned HTTP ${status}, but the response didn't come from the Okta API. ${ORG_URL_HELP}. If the URL is correct, check for a proxy between n8n and Okta${zone}.`;
}

function explainStatus(status: number, failure: OktaFailure, call: FailedCall): string {
	const { orgUrl, resource } = call;
	if (status >= 500) return explainOutage(status);
	if (status === 429) {
		const when = failure.resetAt ? `after ${failure.resetAt.toISOString()}` : 'in a minute';
		return `You've reached Okta's rate limit for ${resource.name}. Try again ${when}.`;
	}
	const reason = rejectionReasonOf(failure);
	if (reason !== undefined) return explainRejection(reason, call);
	if (failure.errorCode === undefined && failure.challenge === undefined) {
		return explainForeignResponse(status, orgUrl);
	}
	if (status === 404)
		return `Okta couldn't find what n8n needs to ${resource.action}. Check 'Okta Org URL' in the credential, then try again.`;
	return `Okta rejected n8n's request to ${resource.action}. Okta's reason follows in parentheses. If you contact Okta Support, include the error ID.`;
}

/** Explains a failed connection and what to do about it. */
export function explainConnection(code: string, orgUrl: string): string {
	if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') {
		return `The request to Okta at ${orgUrl} timed out. Make sure that n8n can reach this URL, then try again.`;
	}
	if (code === 'EAI_AGAIN' || code === 'ENOTFOUND') {
		return `Couldn't find a server at ${orgUrl}. ${ORG_URL_HELP}.`;
	}
	return `The connection to Okta at ${orgUrl} failed. Check the URL, and make sure that n8n's network allows the connection, then try again.`;
}

/**
 * Okta's own words, error code, and error ID, which Okta Support asks for; or the code of a failed
 * connection; or undefined.
 */
export function detailsOf(failure: OktaFailure): string | undefined {
	const { summary, errorCode, errorId, challenge, connectionCode } = failure;
	const details = [
		(summary ?? challenge?.description)?.replace(/\.$/, ''),
		errorCode ?? challenge?.error ?? connectionCode,
		errorId && `error ID ${errorId}`,
	];
	return details.filter(Boolean).join(', ') || undefined;
}

/** Explains a failed call and what to do about it, for failures that any call can run into. */
export function explainFailure(failure: OktaFailure, call: FailedCall): string {
	const { status, connectionCode, oauthError, tokenError } = failure;
	const { orgUrl, credential } = call;
	if (tokenError !== undefined) return tokenError;
	if (oauthError === 'invalid_client') {
		return `Okta doesn't recognize this client ID or secret. Make sure that the app integration is active in Okta. Check 'Client ID' and 'Client Secret' in the credential '${credential.name}', then connect it again.`;
	}
	if (failure.disconnected) {
		return `The connection to Okta has expired or was never set up. ${credential.renew}`;
	}
	if (oauthError === TEMPORARILY_UNAVAILABLE) return explainOutage();
	if (oauthError !== undefined) {
		const reason = rejectionReasonOf(failure);
		if (reason === 'invalid proof' || reason === 'blocked address') {
			return explainRejection(reason, call);
		}
		return `Okta didn't renew the connection (${oauthError}). In Okta, make sure that the app integration is active, is assigned to the user who connected it, allows the Refresh Token grant type, and has been granted the credential's scopes. ${credential.renew}`;
	}
	if (status !== undefined) return explainStatus(status, failure, call);
	if (connectionCode !== undefined) return explainConnection(connectionCode, orgUrl);
	return `The request to Okta failed: ${endWithPeriod(failure.text)} Check the credential '${credential.name}', then try again.`;
}
