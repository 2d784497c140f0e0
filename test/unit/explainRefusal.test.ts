import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { NodeApiError } from 'n8n-workflow';
import type { JsonObject } from 'n8n-workflow';

import { readFailure } from '../../nodes/shared/okta/failure';
import { explainRefusal } from '../../nodes/shared/okta/serviceApp/explainRefusal';
import type { ServiceApp } from '../../nodes/shared/okta/serviceApp/token';
import { NO_TOKEN } from '../../nodes/shared/okta/serviceApp/tokenError';
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

interface Refusal {
	what: string;
	statusCode: number;
	body: unknown;
	text: RegExp;
}

function oauth(statusCode: number, error: string, error_description: string) {
	return { statusCode, body: { error, error_description } };
}

const PROOF = 'DPoP proof JWT';

const refusals: Refusal[] = [
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
		what: 'an unknown key id',
		...oauth(401, 'invalid_client', 'The client_assertion JWT kid is invalid.'),
		text: /no active key with the id 'key-1'.*'Key ID'/,
	},
	{
		what: 'a wrong key',
		...oauth(401, 'invalid_client', 'The client_assertion signature is invalid.'),
		text: /'Private Key' does not belong .*'key-1'.*'Key ID'/,
	},
	{
		what: 'another address',
		...oauth(
			401,
			'invalid_client',
			'The audience claim for client_assertion must be the endpoint invoked for the request.',
		),
		text: /another address than https:\/\/acme\.okta\.com\. .*'Okta Org URL'/,
	},
	...[
		'The client_assertion token is expired.',
		'The client_assertion token has an expiration too far into the future.',
		'The client_assertion token was issued in the future.',
	].map((words) => ({
		what: words,
		...oauth(401, 'invalid_client', words),
		text: /clock of n8n's machine/,
	})),
	...[
		`The ${PROOF} is issued more than five minutes in the past.`,
		`The ${PROOF} is issued in the future.`,
	].map((words) => ({
		what: words,
		...oauth(400, 'invalid_dpop_proof', words),
		text: /clock of n8n's machine differs/,
	})),
	{
		what: 'an unknown client, in the form of the Management API',
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
		what: 'a scope that was not granted',
		...oauth(400, 'invalid_scope', 'One or more scopes are not configured.'),
		text: /tab Okta API Scopes, grant 'okta\.eventHooks\.manage'.*'okta\.logs\.read'/,
	},
	{
		what: 'no scope granted',
		...oauth(400, 'consent_required', 'You are not allowed any of the requested scopes.'),
		text: /tab Okta API Scopes/,
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
		what: 'a proof that a proxy spoilt',
		...oauth(400, 'invalid_dpop_proof', `'htu' claim in the ${PROOF} is invalid.`),
		text: /DPoP.*proxy/,
	},
	{
		what: 'a nonce that it wants again',
		...oauth(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.'),
		text: /DPoP/,
	},
	{
		what: 'an invalid client, and no more',
		statusCode: 401,
		body: { error: 'invalid_client' },
		text: /'Client ID', 'Key ID' and 'Private Key'.*active.* \(invalid_client\)$/,
	},
	{
		what: 'an assertion that was used already',
		...oauth(401, 'invalid_client', 'The client_assertion token has already been used.'),
		text: /'Client ID', 'Key ID' and 'Private Key'/,
	},
	{
		what: 'something new',
		...oauth(400, 'strange', 'Never seen before'),
		text: /'Client ID', 'Key ID' and 'Private Key'.* \(Never seen before, strange\)$/,
	},
	{
		what: 'a rate limit',
		statusCode: 429,
		body: { errorCode: 'E0000047' },
		text: /rate limit for tokens/,
	},
	{
		what: 'a fault',
		statusCode: 500,
		body: { errorCode: 'E0000009' },
		text: /failing .*HTTP 500.*status\.okta/,
	},
	{ what: 'a fault in HTML', statusCode: 502, body: '<html>', text: /failing .*HTTP 502/ },
	...[
		['a web page', 200, '<html>'],
		['no page', 404, '<html>'],
		['a redirect', 302, ''],
		['nothing', 204, undefined],
		['null', 400, null],
		['a list', 400, [{ error: 'invalid_client' }]],
		['codes that are no text', 400, { error: 1, error_description: { of: 'x' } }],
	].map(([what, statusCode, body]) => ({
		what: String(what),
		statusCode: Number(statusCode),
		body,
		text: /acme\.okta\.com answered HTTP \d{3}, and not as Okta does\. .*'Okta Org URL'/,
	})),
];

function messageFor({ statusCode, body }: Pick<Refusal, 'statusCode' | 'body'>): string {
	return explainRefusal({ statusCode, headers: {}, body }, APP).message;
}

describe('Why Okta gave no token', () => {
	it.each(refusals)('is said with what to do: $what', (refusal) => {
		const message = messageFor(refusal);
		expect(message.startsWith(NO_TOKEN)).toBe(true);
		expect(message).toMatch(refusal.text);
		expect(message).not.toMatch(/undefined|\[object|<\w|\n/);
	});

	it.each(refusals)("is said with Okta's own words: $what", ({ statusCode, body }) => {
		const { error_description, errorSummary } = (body ?? {}) as Record<string, unknown>;
		const words = error_description ?? errorSummary;
		const message = messageFor({ statusCode, body });
		if (typeof words === 'string') expect(message).toContain(`(${words}, `);
	});
});

/** n8n-workflow of the n8n versions that are installed for the end-to-end tests, where they are. */
const FURTHER = ['1.123.81', '2.41.1']
	.map((version) => ({
		version,
		folder: join(
			homedir(),
			`.cache/n8n-nodes-okta-mfa/n8n-${version}/node_modules/n8n-workflow/dist/cjs`,
		),
	}))
	.filter(({ folder }) => existsSync(folder));

const wrappers: Array<[string, typeof NodeApiError]> = [['the package in use', NodeApiError]];
for (const { version, folder } of FURTHER) {
	const { NodeApiError: wrapper } = jest.requireActual<{ NodeApiError: typeof NodeApiError }>(
		folder,
	);
	wrappers.push([`n8n ${version}`, wrapper]);
}

describe.each(wrappers)("n8n's error around it (%s)", (_version, Wrapper) => {
	it.each(refusals)(
		'leaves the text as it is, and Okta’s failure is known by it: $what',
		(refusal) => {
			const error = explainRefusal({ ...refusal, headers: {} }, APP);
			const wrapped = new Wrapper(node, error as unknown as JsonObject);
			expect(wrapped.message).toBe(error.message);
			expect(readFailure(wrapped)).toMatchObject({ tokenError: error.message, status: undefined });
		},
	);

	it('may put a text of its own in place of a word that it knows: the first one is found', () => {
		const body = { error: 'x', error_description: 'upstream: getaddrinfo ENOTFOUND idp' };
		const error = explainRefusal({ statusCode: 400, headers: {}, body }, APP);
		const wrapped = new Wrapper(node, error as unknown as JsonObject);
		expect(wrapped.message).not.toContain(NO_TOKEN);
		// n8n 1 keeps no cause.
		Object.defineProperty(wrapped, 'cause', { value: undefined });
		expect(readFailure(wrapped).tokenError).toBe(error.message);
	});
});
