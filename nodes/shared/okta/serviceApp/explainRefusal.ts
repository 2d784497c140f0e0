import { isRecord } from '../../isRecord';
import { explainOutage } from '../explain';
import type { OktaAnswer } from '../failure';
import { ORG_URL_HELP } from '../orgUrl';
import type { ServiceApp } from './token';
import { NO_TOKEN, NO_TOKEN_NOW } from './tokenError';

/** What Okta's words mean, the first that fits. */
const MEANINGS: Array<{ words: RegExp; meaning: (app: ServiceApp) => string }> = [
	{
		words: /token_endpoint_auth_method|client secret/i,
		meaning: () =>
			"the app integration proves who it is with a client secret. In Okta, on its tab General, edit Client Credentials and choose 'Public key / Private key'.",
	},
	{
		words: /jwks/i,
		meaning: () =>
			"the app integration has no public key. In Okta, on its 'General' tab, add the key under 'PUBLIC KEYS' and save it.",
	},
	{
		words: /network|\bzone\b|\bip\b|access_denied|policy evaluation/i,
		meaning: () =>
			"the app integration doesn't allow requests from n8n's IP address. In Okta, allow that address in the app integration's network restrictions, and check the network zones that your org blocks.",
	},
	{
		words: /\balg|algorithm/i,
		meaning: ({ privateKey }) =>
			`the app integration doesn't accept ${privateKey.algorithm}, the algorithm of 'Private Key'. Use a private key whose public key was saved in Okta with the algorithm ${privateKey.algorithm}, or without any.`,
	},
	{
		words: /'use'|"use"|\buse\b.*\bsig|\bkey use\b/i,
		meaning: ({ keyId }) =>
			`the public key that Okta has with the ID '${keyId}' isn't for signatures. In Okta, save it with the use 'sig', or generate a new key.`,
	},
	{
		words: /\bkid\b/i,
		meaning: ({ keyId }) =>
			`the app integration has no active key with the id '${keyId}'. Compare 'Key ID' with the KID that Okta shows on the tab General of the app integration.`,
	},
	{
		words: /signature/i,
		meaning: ({ keyId }) =>
			`'Private Key' does not belong to the public key that Okta has under the id '${keyId}'. Check 'Key ID', or paste the private key that Okta showed when that key was made.`,
	},
	{
		words: /audience/i,
		meaning: ({ orgUrl }) =>
			`Okta goes by another address than ${orgUrl}. Enter in 'Okta Org URL' the address that Okta itself shows for the org.`,
	},
	{
		words: /already been used/i,
		meaning: () =>
			'Okta received the same request twice. Try again. If it happens again, look for a proxy between n8n and Okta that repeats requests.',
	},
	{
		words: /expir|issued|\biat\b|too far/i,
		meaning: () =>
			"the clock of n8n's machine differs from Okta's by too much. Set it (with NTP), then try again.",
	},
	{
		words: /client_?id|not found|inactive/i,
		meaning: ({ clientId, orgUrl }) =>
			`${orgUrl} has no active app integration with the client id '${clientId}'. Check 'Client ID' and 'Okta Org URL', and that the app integration is active.`,
	},
	{
		words: /scope|consent_required/i,
		meaning: () =>
			"the app integration was granted no scope that the nodes need. In Okta, on its tab Okta API Scopes, grant 'okta.eventHooks.manage' for the Okta User MFA Trigger and 'okta.logs.read' for the polling trigger.",
	},
	{
		words: /unauthorized_client|grant/i,
		meaning: () =>
			"the app integration may not ask for tokens by itself. In Okta, create one of the type 'API Services' and use that.",
	},
	{
		words: /dpop/i,
		meaning: () =>
			"Okta did not accept n8n's proof of possession (DPoP). Check the clock of n8n's machine and that no proxy changes requests to Okta.",
	},
];

/** Okta's own words about a refusal: it has two forms for its errors. */
function wordsOf(body: unknown): string[] {
	const { error, error_description, errorCode, errorSummary } = isRecord(body) ? body : {};
	return [error_description ?? errorSummary, error ?? errorCode]
		.filter((text) => typeof text === 'string')
		.map((text) => text.replace(/\.$/, ''));
}

function explain({ statusCode }: OktaAnswer, words: string[], app: ServiceApp): string {
	if (statusCode === 429) return "Okta's rate limit for tokens is used up. Try again in a minute.";
	if (statusCode >= 500) {
		return explainOutage(statusCode);
	}
	if (words.length === 0) {
		return `${app.orgUrl} answered HTTP ${statusCode}, and not as Okta does. ${ORG_URL_HELP}.`;
	}
	const known = MEANINGS.find((entry) => entry.words.test(words.join(' ')));
	return (
		known?.meaning(app) ??
		"it refused the request. Check 'Client ID', 'Key ID' and 'Private Key', and that the app integration in Okta is active."
	);
}

/**
 * Says why Okta gave a service app no access token: which of client id, key id, key, scope, clock or
 * address is wrong, and what to do.
 *
 * @param answer Okta's answer, of any status
 */
export function explainRefusal(answer: OktaAnswer, app: ServiceApp): Error {
	const words = wordsOf(answer.body);
	const details = words.length > 0 ? ` (${words.join(', ')})` : '';
	const isTransient = answer.statusCode === 429 || answer.statusCode >= 500;
	const beginning = isTransient ? NO_TOKEN_NOW : NO_TOKEN;
	return new Error(`${beginning}${explain(answer, words, app)}${details}`);
}
