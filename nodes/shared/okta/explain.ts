import type { OktaCredential } from './credential';
import type { OktaFailure } from './failure';
import { ORG_URL_HELP } from './orgUrl';
import type { OktaResource } from './resource';

/** The call that failed: what was called, with what. */
export interface FailedCall {
	/** The org's origin. */
	orgUrl: string;
	credential: OktaCredential;
	resource: OktaResource;
}

function explainNoRight({ credential, resource: { action, scope } }: FailedCall): string {
	if (credential.type === 'oktaServiceAppApi') {
		return `Okta refused: this service app may not ${action}. In Okta, grant it the scope '${scope}' (tab 'Okta API Scopes') and assign it an admin role with the permission to ${action} (tab 'Admin roles'), then try again.`;
	}
	return `Okta refused: this connection may not ${action}. In Okta, grant the scope '${scope}' to the app integration (tab 'Okta API Scopes'), make sure that the credential asks for it and that the person who connects is a super admin or has a role with the permission to ${action}, then connect the credential again.`;
}

/** Somebody else's words, ended so that a sentence of ours can follow. */
function sentence(words: string): string {
	return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** Says what an answer 5xx means and what to do about it. */
export function explainOutage(status: number): string {
	return `Okta is failing at the moment (HTTP ${status}). Try again in a few minutes; https://status.okta.com tells about outages.`;
}

function explainProof({ credential }: FailedCall): string {
	return `Okta did not accept n8n's proof that the access token is its own (DPoP). Check the clock of n8n's machine (NTP), and that no proxy between n8n and Okta changes requests. ${credential.renew}`;
}

function explainStatus(status: number, failure: OktaFailure, call: FailedCall): string {
	const { orgUrl, credential, resource } = call;
	if (status >= 500) {
		return explainOutage(status);
	}
	if (status === 429) {
		const when = failure.resetAt ? `after ${failure.resetAt.toISOString()}` : 'in a minute';
		return `Okta's rate limit for ${resource.name} is used up. Try again ${when}.`;
	}
	if (failure.proofError !== undefined) return explainProof(call);
	if (failure.errorCode === undefined) {
		return `${orgUrl} answered HTTP ${status}, and not as Okta's API does. ${ORG_URL_HELP}; if it is right, look for a proxy between n8n and Okta.`;
	}
	if (status === 401) return `Okta no longer accepts this connection. ${credential.renew}`;
	if (status === 403) return explainNoRight(call);
	if (status === 404) return 'What n8n asked for is gone from Okta. Try again.';
	return `Okta did not accept the request. ${resource.whereToLook}, then try again.`;
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
	const details = [
		failure.summary,
		failure.errorCode ?? failure.proofError ?? failure.connectionCode,
		failure.errorId && `error id ${failure.errorId}`,
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
