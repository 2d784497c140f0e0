import { createPrivateKey, generateKeyPairSync } from 'node:crypto';

import { NodeApiError } from 'n8n-workflow';
import type { JsonObject } from 'n8n-workflow';

import { readFailure } from '../../nodes/shared/okta/failure';
import { toN8nFailure } from '../../nodes/shared/okta/rejectionReason';
import { explainTokenError } from '../../nodes/shared/okta/serviceApp/explainTokenError';
import type { ServiceApp } from '../../nodes/shared/okta/serviceApp/types';
import { isTransientTokenError, NO_TOKEN, NO_TOKEN_NOW } from '../../nodes/shared/okta/tokenError';
import { installedWorkflowPackages } from './fixtures/installedN8n';
import { node } from './fixtures/node';

const APP: ServiceApp = {
	orgUrl: 'https://acme.okta.com',
	clientId: '0oaClient',
	keyId: 'key-1',
	privateKey: {
		key: createPrivateKey(
			generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
				format: 'pem',
				type: 'pkcs8',
			}),
		),
		algorithm: 'ES256',
	},
};

interface TokenRejection {
	what: string;
	statusCode: number;
	body: unknown;
	text: RegExp;
}

function oauth(statusCode: number, error: string, error_description: string) {
	return { statusCode, body: { error, error_description } };
}

const PROOF = 'DPoP proof JWT';

const rejections: TokenRejection[] = [
	{
		what: 'the wrong kind of client authentication',
		...oauth(
			401,
			'invalid_client',
			'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
		),
		text: /choose 'Public key \/ Private key'/,
	},
	{
		what: 'an unknown key ID',
		...oauth(401, 'invalid_client', 'The client_assertion JWT kid is invalid.'),
		text: /no active key with the ID 'key-1'.*'Key ID'/,
	},
	{
		what: 'a wrong key',
		...oauth(401, 'invalid_client', 'The client_assertion signature is invalid.'),
		text: /'Private Key' doesn't match .*'key-1'.*'Key ID'/,
	},
	{
		what: 'another org URL',
		...oauth(
			401,
			'invalid_client',
			'The audience claim for client_assertion must be the endpoint invoked for the request.',
		),
		text: /different org URL than https:\/\/acme\.okta\.com\. .*'Okta Org URL'/,
	},
	...[
		'The client_assertion token is expired.',
		'The client_assertion token has an expiration too far into the future.',
		'The client_assertion token was issued in the future.',
	].map((words) => ({
		what: words,
		...oauth(401, 'invalid_client', words),
		text: /the n8n server's clock/,
	})),
	...[
		`The ${PROOF} is issued more than five minutes in the past.`,
		`The ${PROOF} is issued in the future.`,
	].map((words) => ({
		what: words,
		...oauth(400, 'invalid_dpop_proof', words),
		text: /the n8n server's clock is too far off/,
	})),
	{
		what: 'an unknown client, in the format of the Management API',
		statusCode: 401,
		body: {
			errorCode: 'invalid_client',
			errorSummary: "Invalid value for 'client_id' parameter.",
			errorLink: 'invalid_client',
			errorId: 'oae1',
			errorCauses: [],
		},
		text: /https:\/\/acme\.okta\.com has no active app .*'0oaClient'.*'Client ID' and 'Okta Org URL'/,
	},
	{
		what: 'a scope that wasn’t granted',
		...oauth(400, 'invalid_scope', 'One or more scopes are not configured.'),
		text: /'Okta API Scopes' tab, grant 'okta\.eventHooks\.manage'.*'okta\.logs\.read'/,
	},
	{
		what: 'no scope granted',
		...oauth(400, 'consent_required', 'You are not allowed any of the requested scopes.'),
		text: /'Okta API Scopes' tab, grant/,
	},
	{
		what: 'an app of another type',
		...oauth(
			400,
			'unauthorized_client',
			'The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].',
		),
		text: /type 'API Services'/,
	},
	{
		what: 'a proof that a proxy broke',
		...oauth(400, 'invalid_dpop_proof', `'htu' claim in the ${PROOF} is invalid.`),
		text: /DPoP.*proxy/,
	},
	{
		what: 'another request for a nonce',
		...oauth(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.'),
		text: /DPoP/,
	},
	{
		what: 'an invalid client without a description',
		statusCode: 401,
		body: { error: 'invalid_client' },
		text: /'Client ID', 'Key ID', and 'Private Key'.*active.* \(invalid_client\)$/,
	},
	{
		what: 'an assertion that was already used',
		...oauth(401, 'invalid_client', 'The client_assertion token has already been used.'),
		text: /same request twice\. Try again\..*proxy/,
	},
	{
		what: 'something new',
		...oauth(400, 'strange', 'Never seen before'),
		text: /'Client ID', 'Key ID', and 'Private Key'.* \(Never seen before, strange\)$/,
	},
	{
		what: 'a rate limit',
		statusCode: 429,
		body: { errorCode: 'E0000047' },
		text: /rate limit for tokens/,
	},
	{
		what: 'a server error',
		statusCode: 500,
		body: { errorCode: 'E0000009' },
		text: /temporarily unavailable .*HTTP 500.*status\.okta/,
	},
	{
		what: 'an overload, which Okta responds to with 400',
		...oauth(400, 'temporarily_unavailable', 'Under maintenance.'),
		text: /temporarily unavailable\. .*status\.okta.* \(Under maintenance, temporarily_unavailable\)$/,
	},
	{
		what: 'a network zone or a proxy that blocks n8n',
		statusCode: 403,
		body: '<html>Access Forbidden</html>',
		text: /returned HTTP 403, .* or a network zone in Okta that blocks n8n's IP address\.$/,
	},
	{
		what: 'a server error in HTML',
		statusCode: 502,
		body: '<html>',
		text: /temporarily unavailable .*HTTP 502/,
	},
	...[
		['a web page', 200, '<html>'],
		['a missing page', 404, '<html>'],
		['a redirect', 302, ''],
		['nothing', 204, undefined],
		['null', 400, null],
		['a list', 400, [{ error: 'invalid_client' }]],
		['codes that aren’t text', 400, { error: 1, error_description: { of: 'x' } }],
	].map(([what, statusCode, body]) => ({
		what: String(what),
		statusCode: Number(statusCode),
		body,
		text: /acme\.okta\.com returned HTTP \d{3}, but the response didn't come from the Okta API\. .*'Okta Org URL'.*proxy between n8n and Okta/,
	})),
];

function messageFor({ statusCode, body }: Pick<TokenRejection, 'statusCode' | 'body'>): string {
	return explainTokenError({ statusCode, headers: {}, body }, APP).message;
}

/** Whether the service app can get a token without a change. */
function canWait({ statusCode, body }: TokenRejection): boolean {
	const isOverloaded = JSON.stringify(body)?.includes('temporarily_unavailable') ?? false;
	return isOverloaded || statusCode === 429 || statusCode >= 500;
}

describe('Why Okta didn’t issue a token', () => {
	it.each(rejections)('is explained with what to do: $what', (rejection) => {
		const message = messageFor(rejection);
		expect(message.startsWith(canWait(rejection) ? NO_TOKEN_NOW : NO_TOKEN)).toBe(true);
		expect(isTransientTokenError(message)).toBe(canWait(rejection));
		expect(message).toMatch(rejection.text);
		expect(message).not.toMatch(/undefined|\[object|<\w|\n/);
	});

	it.each(rejections)("is explained with Okta's own words: $what", ({ statusCode, body }) => {
		const { error_description, errorSummary } = (body ?? {}) as Record<string, unknown>;
		const words = error_description ?? errorSummary;
		const message = messageFor({ statusCode, body });
		if (typeof words === 'string') expect(message).toContain(`(${words.replace(/\.$/, '')}, `);
	});

	it('is explained in proper sentences, without a period before a comma', () => {
		for (const { statusCode, body } of rejections) {
			expect(messageFor({ statusCode, body })).not.toMatch(/\.\.|\.,|\.\)/);
		}
	});
});

/** Each meaning, with words unique to its message, and what Okta says or may say for it. */
const meanings: Record<string, { text: RegExp; said: Array<[error: string, words: string]> }> = {
	'a client secret': {
		text: /choose 'Public key \/ Private key'/,
		said: [
			[
				'invalid_client',
				'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
			],
			['invalid_client', 'The token_endpoint_auth_method of the client is client_secret_basic.'],
			['invalid_client', 'The client secret supplied for a confidential client is invalid.'],
			['invalid_client', 'The client secret has expired.'],
		],
	},
	'no public key': {
		text: /has no public key\. .*'General' tab.*'PUBLIC KEYS'/,
		said: [
			[
				'invalid_client',
				'The client does not have a JWKSet configured, but the client_assertion requires one.',
			],
			['invalid_client', 'The client has no jwks.'],
			['invalid_client', 'The client has no public keys.'],
		],
	},
	'an IP address that isn’t allowed': {
		text: /doesn't allow requests from n8n's IP address\. .*network zones/,
		said: [
			['access_denied', 'The request comes from outside the permitted network zones.'],
			['access_denied', 'The client may not ask from here.'],
			['invalid_client', 'The client is not allowed to ask from this network.'],
			['invalid_client', 'The zone of the request is blocked.'],
			['invalid_client', 'The IP of the request is not among those of the client.'],
		],
	},
	'another algorithm': {
		text: /doesn't accept ES256, the algorithm of 'Private Key'\. .*ES256, or without an algorithm\./,
		said: [
			['invalid_client', 'The client_assertion JWT alg is invalid.'],
			['invalid_client', 'The algorithm of the client_assertion must be RS256.'],
			['invalid_client', 'The signature algorithm does not fit the key with this kid.'],
		],
	},
	'a key for encryption': {
		text: /'key-1' isn't for signing\. .*'sig'/,
		said: [
			['invalid_client', "The key has the 'use' enc."],
			['invalid_client', 'The JWK has the wrong "use".'],
			['invalid_client', 'The use of the key with this kid must be sig.'],
			['invalid_client', 'The key use does not allow this signature.'],
			['invalid_client', 'The key use is wrong.'],
			['invalid_client', 'The client_assertion JWT must be signed with a signing key.'],
			['invalid_client', 'The public key is not for signing: its use is enc.'],
		],
	},
	'public keys that Okta can’t read': {
		text: /can't read the app integration's public keys\. .*'PUBLIC KEYS', choose 'Save keys in Okta'/,
		said: [
			['invalid_client', 'The client JWKSet is invalid.'],
			['invalid_client', 'Okta could not load the client JWKSet from its jwks_uri.'],
			['invalid_client', 'The JWKSet from the jwks_uri needs a unique kid for each key.'],
		],
	},
	'a missing feature': {
		text: /your Okta org doesn't have a feature .*Settings > Features/,
		said: [['access_denied', 'This feature is not enabled here.']],
	},
	'an unknown key': {
		text: /no active key with the ID 'key-1'\. .*'Key ID'/,
		said: [
			['invalid_client', 'The client_assertion JWT kid is invalid.'],
			['invalid_client', 'The key with this kid was not found.'],
			['invalid_client', 'The key with this kid is inactive.'],
			['invalid_client', 'The signature needs a kid.'],
			['invalid_client', 'The client_assertion JWT kid does not match any key in the JWKS.'],
			['invalid_client', 'There is no public key with this kid.'],
		],
	},
	'another key': {
		text: /'Private Key' doesn't match .*'key-1'/,
		said: [
			['invalid_client', 'The client_assertion signature is invalid.'],
			['invalid_client', 'The signature of the JWT could not be verified for client_id 0oaClient.'],
		],
	},
	'another URL of the org': {
		text: /Okta expects a different org URL than https:\/\/acme\.okta\.com\./,
		said: [
			[
				'invalid_client',
				'The audience claim for client_assertion must be the endpoint invoked for the request.',
			],
			['invalid_client', 'The assertion was issued for another audience.'],
		],
	},
	'a request that arrived twice': {
		text: /received the same request twice\. Try again\./,
		said: [['invalid_client', 'The client_assertion token has already been used.']],
	},
	'a clock': {
		text: /the n8n server's clock is too far off/,
		said: [
			['invalid_client', 'The client_assertion token is expired.'],
			['invalid_client', 'The client_assertion token has an expiration too far into the future.'],
			['invalid_client', 'The client_assertion token was issued in the future.'],
			['invalid_client', 'The iat claim of the client_assertion is invalid.'],
			['invalid_client', 'The exp claim is too far ahead.'],
			['invalid_dpop_proof', `The ${PROOF} is issued in the future.`],
			['invalid_dpop_proof', `The iat claim in the ${PROOF} is invalid.`],
		],
	},
	'an unknown client': {
		text: /has no active app integration with the client ID '0oaClient'/,
		said: [
			['invalid_client', "Invalid value for 'client_id' parameter."],
			['invalid_client', 'No client with this clientId.'],
			['invalid_client', 'The client was not found.'],
			['invalid_client', 'The client is inactive.'],
		],
	},
	'no scope': {
		text: /hasn't been granted any scope that the nodes need\. .*'okta\.eventHooks\.manage'.*'okta\.logs\.read'/,
		said: [
			['consent_required', 'You are not allowed any of the requested scopes.'],
			['consent_required', 'Nothing was granted.'],
			['invalid_scope', 'One or more scopes are not configured.'],
			['invalid_scope', 'The client was not granted this scope.'],
			['invalid_scope', 'The scope okta.logs.read was not found.'],
			['invalid_scope', 'The client_id is not found.'],
			['access_denied', 'You are not allowed any of the requested scopes.'],
			['invalid_client', 'The client was not granted this scope.'],
		],
	},
	'an app of another type': {
		text: /can't use the client credentials grant\. .*'API Services'/,
		said: [
			[
				'unauthorized_client',
				'The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].',
			],
			['unauthorized_client', 'No.'],
			['unsupported_grant_type', 'The type is not supported.'],
			[
				'invalid_client',
				"Only an 'application_type' of 'service' is allowed to use this with the Org Authorization Server.",
			],
			['invalid_client', "The client may not use the 'grant_type' client_credentials."],
		],
	},
	'a rejected proof': {
		text: /it rejected n8n's proof of possession \(DPoP\)\. .*proxy/,
		said: [
			['invalid_dpop_proof', `The ${PROOF} header is missing.`],
			['invalid_dpop_proof', `'htu' claim in the ${PROOF} is invalid.`],
			['invalid_dpop_proof', `'htm' claim in the ${PROOF} is invalid.`],
			['use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.'],
			['invalid_dpop_proof', `The ${PROOF} signature is invalid.`],
			['invalid_dpop_proof', `The ${PROOF} has already been used.`],
			['invalid_dpop_proof', `The alg of the ${PROOF} is not supported.`],
		],
	},
	'anything else': {
		text: /it rejected the request\. Check 'Client ID', 'Key ID', and 'Private Key'/,
		said: [
			['invalid_client', 'Something about the client is wrong.'],
			['invalid_client', 'The client must use a signed JWT.'],
			['invalid_request', 'The client_assertion is malformed.'],
			['invalid_client', 'The assertion is not associated with the client.'],
			['invalid_request', 'The client_assertion_type is invalid.'],
			['server_error', 'Please skip the recipient, zip and ratio.'],
		],
	},
};

describe('What Okta’s words mean', () => {
	const table = Object.entries(meanings).flatMap(([meaning, { said }]) =>
		said.map(([error, words]) => [meaning, error, words] as const),
	);

	it.each(table)('is unambiguous, %s: %s, %s', (meaning, error, words) => {
		for (const body of [
			{ error, error_description: words },
			{ errorCode: error, errorSummary: words },
			{ error, error_description: words.toUpperCase() },
		]) {
			const message = messageFor({ statusCode: 400, body });
			const matching = Object.keys(meanings).filter((name) => meanings[name].text.test(message));
			expect(matching).toEqual([meaning]);
		}
	});

	it.each([429, 500, 503])('doesn’t matter for HTTP %d', (statusCode) => {
		for (const [, error, words] of table) {
			const body = { error, error_description: words };
			expect(messageFor({ statusCode, body })).toMatch(
				/rate limit for tokens|Okta is temporarily unavailable/,
			);
		}
	});
});

const wrappers: Array<[string, typeof NodeApiError]> = [['the package in use', NodeApiError]];
for (const version of ['1.123.81', '2.41.1']) {
	for (const folder of installedWorkflowPackages(version)) {
		const { NodeApiError: wrapper } = jest.requireActual<{ NodeApiError: typeof NodeApiError }>(
			folder,
		);
		wrappers.push([`n8n ${version}`, wrapper]);
	}
}

describe.each(wrappers)("n8n's error around it (%s)", (_version, Wrapper) => {
	it.each(rejections)('keeps the message, which identifies the failure: $what', (rejection) => {
		const error = explainTokenError({ ...rejection, headers: {} }, APP);
		const wrapped = new Wrapper(node, error as unknown as JsonObject);
		expect(wrapped.message).toBe(error.message);
		const failure = readFailure(wrapped);
		expect(failure).toMatchObject({ tokenError: error.message, status: undefined });
		expect(toN8nFailure(failure, 'oktaServiceAppApi')).toEqual({
			cause: canWait(rejection) ? 'temporarily-unavailable' : 'credential-invalid',
		});
	});

	it('may replace a message that contains a known word, but the original is found', () => {
		const body = { error: 'x', error_description: 'upstream: getaddrinfo ENOTFOUND idp' };
		const error = explainTokenError({ statusCode: 400, headers: {}, body }, APP);
		const wrapped = new Wrapper(node, error as unknown as JsonObject);
		expect(wrapped.message).not.toContain(NO_TOKEN);
		// n8n 1 doesn't keep the cause.
		Object.defineProperty(wrapped, 'cause', { value: undefined });
		expect(readFailure(wrapped).tokenError).toBe(error.message);
	});
});
