import { sentence } from '../sentence';
import type { OktaCredential } from './credential';
import type { OktaFailure } from './failure';
import { ORG_URL_HELP } from './orgUrl';
import { refusalOf } from './refusal';
import type { Refusal } from './refusal';
import type { OktaResource } from './resources';

/** The call that failed: what was called, with what. */
export interface FailedCall {
	/** The org's origin. */
	orgUrl: string;
	credential: OktaCredential;
	resource: OktaResource;
}

function explainMissingScope({ credential, resource: { scope } }: FailedCall): string {
	const where = `In the Okta Admin Console, open the app integration and grant the scope on the 'Okta API Scopes' tab.`;
	if (credential.type === 'oktaServiceAppApi') {
		return `The service app's access token doesn't include the scope '${scope}'. ${where} Then try again.`;
	}
	return `The access token doesn't include the scope '${scope}'. ${where} Then open the credential '${credential.name}' in n8n, turn on 'Custom Scopes', make sure that 'Enabled Scopes' includes ${scope}, and connect it again.`;
}

function explainMissingRole({ credential, resource: { action, role } }: FailedCall): string {
	if (credential.type === 'oktaServiceAppApi') {
		return `The service app isn't allowed to ${action}: it has the scope, but not the admin role. In the Okta Admin Console, open the 'Admin roles' tab of the app integration and assign ${role}, then try again.`;
	}
	return `The user who connected the credential '${credential.name}' isn't allowed to ${action}. In Okta, assign the user ${role}, or connect the credential as another user, then try again.`;
}

/** Says what an answer 5xx means and what to do about it. */
export function explainOutage(status: number): string {
	return `Okta is failing at the moment (HTTP ${status}). Try again in a few minutes; https://status.okta.com tells about outages.`;
}

function explainInvalidProof({ credential }: FailedCall): string {
	if (credential.type === 'oktaOAuth2Api') {
		return `The app integration requires DPoP, which n8n doesn't support for a user's sign-in. In Okta, turn off 'Require Demonstrating Proof of Possession (DPoP) header in token requests' on the app integration's 'General' tab. ${credential.renew}`;
	}
	return `Okta did not accept n8n's proof that the access token is its own (DPoP). Check the clock of n8n's machine (NTP), and that no proxy between n8n and Okta changes requests. ${credential.renew}`;
}

function explainRefusal(refusal: Refusal, call: FailedCall): string {
	switch (refusal) {
		case 'missing scope':
			return explainMissingScope(call);
		case 'missing role':
			return explainMissingRole(call);
		case 'invalid proof':
			return explainInvalidProof(call);
		case 'invalid token':
			return `Okta no longer accepts this connection. ${call.credential.renew}`;
		case 'missing feature':
			return `Your Okta org doesn't have a feature that n8n needs to ${call.resource.action}. Turn it on in the Okta Admin Console under Settings > Features, or ask Okta Support for it, then try again.`;
	}
}

/** A response that isn't one of Okta's API. */
function explainStranger(status: number, orgUrl: string): string {
	const zone = status === 403 ? " or a network zone in Okta that blocks n8n's IP address" : '';
	return `${orgUrl} answered HTTP ${status}, and not as Okta's API does. ${ORG_URL_HELP}; if it is right, look for a proxy between n8n and Okta${zone}.`;
}

function explainStatus(status: number, failure: OktaFailure, call: FailedCall): string {
	const { orgUrl, resource } = call;
	if (status >= 500) return explainOutage(status);
	if (status === 429) {
		const when = failure.resetAt ? `after ${failure.resetAt.toISOString()}` : 'in a minute';
		return `Okta's rate limit for ${resource.name} is used up. Try again ${when}.`;
	}
	const refusal = refusalOf(failure);
	if (refusal !== undefined) return explainRefusal(refusal, call);
	if (failure.errorCode === undefined) return explainStranger(status, orgUrl);
	if (status === 404) return 'What n8n asked for is gone from Okta. Try again.';
	return `Okta rejected n8n's request to ${resource.action}, for the reason in parentheses. If it isn't clear, ask Okta Support and give them the error ID.`;
}

/** Says what a connection that failed means and what to do about it. */
export function explainConnection(code: string, orgUrl: string): string {
	if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') {
		return `Okta did not answer in time at ${orgUrl}. Check that n8n can reach this address, then try again.`;
	}
	if (code === 'EAI_AGAIN' || code === 'ENOTFOUND') {
		return `There is no server at ${orgUrl}. ${ORG_URL_HELP}.`;
	}
	return `n8n got no answer from Okta at ${orgUrl}: the connection failed. Check the address and that n8n's network lets it through, then try again.`;
}

/**
 * Okta's own words, code and error id, which its support asks for; the code of a broken connection;
 * or undefined.
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

/** Says what a failed call means and what to do about it, for failures that any call can meet. */
export function explainFailure(failure: OktaFailure, call: FailedCall): string {
	const { status, connectionCode, oauthError, tokenError } = failure;
	const { orgUrl, credential } = call;
	if (tokenError !== undefined) return tokenError;
	if (oauthError === 'invalid_client') {
		return `Okta does not know this client. Check 'Client ID' and 'Client Secret' in the credential '${credential.name}', then connect it again.`;
	}
	if (failure.disconnected) {
		return `The connection to Okta has ended or was never made. ${credential.renew}`;
	}
	if (oauthError !== undefined) {
		return `Okta did not renew the connection (${oauthError}). In Okta, check that the app integration is active and has the grant type Refresh Token and the scopes of the credential. ${credential.renew}`;
	}
	if (status !== undefined) return explainStatus(status, failure, call);
	if (connectionCode !== undefined) return explainConnection(connectionCode, orgUrl);
	return `The request to Okta failed: ${sentence(failure.text)} Check the credential '${credential.name}', then try again.`;
}
