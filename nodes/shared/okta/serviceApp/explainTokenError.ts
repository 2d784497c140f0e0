import { isRecord } from '../../isRecord';
import { ALLOW_ADDRESS, explainForeignResponse, explainOutage, TURN_ON_FEATURE } from '../explain';
import { MAX_TEXT_LENGTH } from '../failure';
import type { OktaResponse } from '../failure';
import type { ServiceApp } from './types';
import { NO_TOKEN, NO_TOKEN_NOW, TEMPORARILY_UNAVAILABLE } from '../tokenError';

const NO_SCOPE =
	"the app integration hasn't been granted any scope that the nodes need. In Okta, on its 'Okta API Scopes' tab, grant 'okta.eventHooks.manage' for the Okta User MFA Trigger, and 'okta.logs.read' for Catch Up and the Okta User MFA Polling Trigger.";

const NO_GRANT =
	"the app integration can't use the client credentials grant. In Okta, create an app integration of the type 'API Services' and use that instead.";

const NOT_FROM_HERE = `the app integration doesn't allow requests from n8n's IP address. ${ALLOW_ADDRESS}`;

const WRONG_CLOCK =
	"the n8n server's clock is too far off from Okta's. Synchronize it (with NTP), then try again.";

interface Meaning {
	/** Matches OAuth's error code. Matches any code if omitted. */
	code?: RegExp;
	/** Matches Okta's description. Matches any description if omitted. */
	words?: RegExp;
	meaning: (app: ServiceApp) => string;
}

/**
 * What Okta's codes and words mean. The first match wins.
 *
 * @see https://developer.okta.com/docs/reference/error-codes/#okta-oauth-2-0-error-codes
 */
const MEANINGS: Meaning[] = [
	{
		code: /dpop/,
		words: /issued|\biat\b/i,
		meaning: () => WRONG_CLOCK,
	},
	{
		code: /dpop/,
		meaning: () =>
			"it rejected n8n's proof of possession (DPoP). Check the n8n server's clock, and make sure that no proxy modifies requests to Okta.",
	},
	{
		code: /consent_required|invalid_scope/,
		meaning: () => NO_SCOPE,
	},
	{
		code: /unauthorized_client|unsupported_grant/,
		meaning: () => NO_GRANT,
	},
	{
		words: /scope/i,
		meaning: () => NO_SCOPE,
	},
	{
		words: /token_endpoint_auth_method|client secret/i,
		meaning: () =>
			"the app integration authenticates with a client secret. In Okta, on its 'General' tab, edit Client Credentials and choose 'Public key / Private key'.",
	},
	{
		words: /\balg\b|algorithm/i,
		meaning: ({ privateKey }) =>
			`the app integration doesn't accept ${privateKey.algorithm}, the algorithm of 'Private Key'. Use a private key whose public key was saved in Okta with the algorithm ${privateKey.algorithm}, or without an algorithm.`,
	},
	{
		words: /signing key|['"]use['"]|\b(key|key's|its|the) use\b/i,
		meaning: ({ keyId }) =>
			`the public key with the ID '${keyId}' isn't for signing. In Okta, save it with the use 'sig', or generate a new key.`,
	},
	{
		words: /jwks_uri|JWKSet is invalid/i,
		meaning: () =>
			"Okta can't read the app integration's public keys. In Okta, on its 'General' tab, under 'PUBLIC KEYS', choose 'Save keys in Okta' and add the key there.",
	},
	{
		words: /\bkid\b/i,
		meaning: ({ keyId }) =>
			`the app integration has no active key with the ID '${keyId}'. Compare 'Key ID' with the KID that Okta shows on the app integration's 'General' tab.`,
	},
	{
		words: /jwks(et)? configured|no (jwks|public key)/i,
		meaning: () =>
			"the app integration has no public key. In Okta, on its 'General' tab, add the key under 'PUBLIC KEYS' and save it.",
	},
	{
		words: /signature/i,
		meaning: ({ keyId }) =>
			`'Private Key' doesn't match the public key with the ID '${keyId}'. Check 'Key ID', or paste the private key that Okta showed when that key was created.`,
	},
	{
		words: /audience/i,
		meaning: ({ orgUrl }) =>
			`Okta expects a different org URL than ${orgUrl}. In 'Okta Org URL', enter the URL that Okta itself shows for the org.`,
	},
	{
		words: /already been used/i,
		meaning: () =>
			'it received the same request twice. Try again. If this keeps happening, check for a proxy between n8n and Okta that repeats requests.',
	},
	{
		words: /expir|issued|\biat\b|too far/i,
		meaning: () => WRONG_CLOCK,
	},
	{
		words: /client_?id|not found|inactive/i,
		meaning: ({ clientId, orgUrl }) =>
			`${orgUrl} has no active app integration with the client ID '${clientId}'. Check 'Client ID' and 'Okta Org URL', and make sure that the app integration is active.`,
	},
	{
		words: /network|\bzones?\b|\bip\b/i,
		meaning: () => NOT_FROM_HERE,
	},
	{
		words: /feature/i,
		meaning: () => `your Okta org doesn't have a feature that this needs. ${TURN_ON_FEATURE}.`,
	},
	{
		code: /access_denied/,
		meaning: () => NOT_FROM_HERE,
	},
	{
		words: /\bgrant|application_type/i,
		meaning: () => NO_GRANT,
	},
];

/** Reads Okta's error, which comes in two formats. */
function readError(body: unknown): { description: string; code: string } {
	const { error, error_description, errorCode, errorSummary } = isRecord(body) ? body : {};
	const textOf = (value: unknown) =>
		typeof value === 'string' ? value.slice(0, MAX_TEXT_LENGTH).replace(/\.$/, '') : '';
	return {
		description: textOf(error_description ?? errorSummary),
		code: textOf(error ?? errorCode),
	};
}

/** Explains a response after which waiting can help; undefined for others. */
function explainTransient(statusCode: number, code: string): string | undefined {
	if (statusCode === 429)
		return "you've reached Okta's rate limit for tokens. Try again in a minute.";
	if (statusCode >= 500) return explainOutage(statusCode);
	return code === TEMPORARILY_UNAVAILABLE ? explainOutage() : undefined;
}

function explainTokenRejection(
	{ statusCode }: OktaResponse,
	{ description, code }: ReturnType<typeof readError>,
	app: ServiceApp,
): string {
	if (description === '' && code === '') return explainForeignResponse(statusCode, app.orgUrl);
	const known = MEANINGS.find(
		(each) => (each.code?.test(code) ?? true) && (each.words?.test(description) ?? true),
	);
	return (
		known?.meaning(app) ??
		"it rejected the request. Check 'Client ID', 'Key ID', and 'Private Key', and make sure that the app integration is active in Okta."
	);
}

/**
 * Explains why Okta didn't issue an access token to a service app: whether the client ID, key ID, key, scope,
 * clock, or org URL is wrong, and what to do.
 *
 * @param response Okta's response, with any status
 */
export function explainTokenError(response: OktaResponse, app: ServiceApp): Error {
	const error = readError(response.body);
	const words = [error.description, error.code].filter((part) => part !== '');
	const details = words.length > 0 ? ` (${words.join(', ')})` : '';
	const transient = explainTransient(response.statusCode, error.code);
	const message =
		transient === undefined
			? NO_TOKEN + explainTokenRejection(response, error, app)
			: NO_TOKEN_NOW + transient;
	return new Error(message + details);
}
