import { NodeApiError } from 'n8n-workflow';

import { detailsOf, explainFailure } from '../../nodes/shared/okta/explain';
import type { FailedCall } from '../../nodes/shared/okta/explain';
import { readFailure } from '../../nodes/shared/okta/failure';
import { NO_TOKEN } from '../../nodes/shared/okta/serviceApp/tokenError';
import { node } from './fixtures/node';
import {
	ACCESS_TOKEN,
	answerError,
	asThrown,
	connectionError,
	HOOK_SECRET,
	oauthError,
	oktaErrorBody,
	reconnectError,
} from './fixtures/requestErrors';

const ORG = 'https://acme.okta.com';

const CALL: FailedCall = {
	orgUrl: ORG,
	credential: {
		type: 'oktaOAuth2Api',
		name: 'Okta OAuth2 API',
		renew: "Open the credential 'Okta OAuth2 API' in n8n, connect it again, then try again.",
	},
	resource: {
		name: 'event hooks',
		action: 'manage event hooks',
		scope: 'okta.eventHooks.manage',
		whereToLook: 'Look at the event hooks in the Okta Admin Console under Workflow > Event Hooks',
	},
};

function explain(
	thrown: unknown,
	call: Partial<FailedCall> = {},
): { message: string; details?: string } {
	const failure = readFailure(asThrown(thrown));
	return { message: explainFailure(failure, { ...CALL, ...call }), details: detailsOf(failure) };
}

const okta = (status: number, code: string, summary: string, headers = {}) =>
	answerError(status, oktaErrorBody(code, summary), headers);

/** What goes wrong, what the person reads first, and what they are told to do. */
const failures: Array<{ what: string; error: Error; says: RegExp; advises: RegExp }> = [
	{
		what: 'the access token is not accepted',
		error: okta(401, 'E0000011', 'Invalid token provided'),
		says: /^Okta no longer accepts this connection\./,
		advises: /Open the credential 'Okta OAuth2 API' in n8n, connect it again/,
	},
	{
		what: 'a scope or a role is missing',
		error: okta(403, 'E0000006', 'You do not have permission to perform the requested action'),
		says: /^Okta refused: this connection may not manage event hooks\./,
		advises:
			/grant the scope 'okta\.eventHooks\.manage'.* super admin .*connect the credential again/,
	},
	{
		what: 'something is gone',
		error: okta(404, 'E0000007', 'Not found: Resource not found'),
		says: /^What n8n asked for is gone from Okta\./,
		advises: /Try again\.$/,
	},
	{
		what: 'the rate limit is used up, until a time that Okta tells',
		error: okta(429, 'E0000047', 'API call exceeded rate limit', {
			'x-rate-limit-reset': '1772611200',
		}),
		says: /^Okta's rate limit for event hooks is used up\./,
		advises: /Try again after 2026-03-04T08:00:00\.000Z\.$/,
	},
	{
		what: 'the rate limit is used up, until nobody knows when',
		error: okta(429, 'E0000047', 'API call exceeded rate limit'),
		says: /^Okta's rate limit for event hooks is used up\./,
		advises: /Try again in a minute\.$/,
	},
	{
		what: 'Okta fails',
		error: okta(500, 'E0000009', 'Internal Server Error'),
		says: /^Okta is failing at the moment \(HTTP 500\)\./,
		advises: /Try again in a few minutes; https:\/\/status\.okta\.com/,
	},
	{
		what: 'Okta fails with a page instead of JSON',
		error: answerError(503, '<html>Service unavailable</html>'),
		says: /^Okta is failing at the moment \(HTTP 503\)\./,
		advises: /Try again in a few minutes/,
	},
	{
		what: 'the rate limit answers with a page',
		error: answerError(429, '<html>Too many requests</html>'),
		says: /^Okta's rate limit/,
		advises: /Try again in a minute\.$/,
	},
	{
		what: 'another server answers at the org URL',
		error: answerError(404, '<html>No such page</html>'),
		says: /^https:\/\/acme\.okta\.com answered HTTP 404, and not as Okta's API does\./,
		advises: /Enter the address of your Okta org .*; if it is right, look for a proxy/,
	},
	{
		what: 'a proxy wants to know who calls',
		error: answerError(401, 'Authentication required'),
		says: /^https:\/\/acme\.okta\.com answered HTTP 401/,
		advises: /look for a proxy between n8n and Okta\.$/,
	},
	{
		what: 'the org URL redirects',
		error: answerError(302, ''),
		says: /^https:\/\/acme\.okta\.com answered HTTP 302/,
		advises: /Enter the address of your Okta org/,
	},
	{
		what: 'Okta does not answer in time',
		error: connectionError('ECONNABORTED', 'timeout of 30000ms exceeded'),
		says: /^Okta did not answer in time at https:\/\/acme\.okta\.com\./,
		advises: /Check that n8n can reach this address, then try again\.$/,
	},
	{
		what: 'the connection cannot be made in time',
		error: connectionError('ETIMEDOUT', 'connect ETIMEDOUT 192.0.2.1:443'),
		says: /^Okta did not answer in time/,
		advises: /Check that n8n can reach this address/,
	},
	{
		what: 'the org’s host does not exist',
		error: connectionError('ENOTFOUND', 'getaddrinfo ENOTFOUND acme.okta.com'),
		says: /^There is no server at https:\/\/acme\.okta\.com\./,
		advises: /Enter the address of your Okta org/,
	},
	{
		what: 'the org’s host cannot be looked up',
		error: connectionError('EAI_AGAIN', 'getaddrinfo EAI_AGAIN acme.okta.com'),
		says: /^There is no server at/,
		advises: /Enter the address of your Okta org/,
	},
	...[
		['ECONNREFUSED', 'connect ECONNREFUSED 192.0.2.1:443'],
		['ECONNRESET', 'socket hang up'],
		['EHOSTUNREACH', 'connect EHOSTUNREACH 192.0.2.1:443'],
		['CERT_HAS_EXPIRED', 'certificate has expired'],
	].map(([code, message]) => ({
		what: `the connection fails (${code})`,
		error: connectionError(code, message),
		says: /^n8n got no answer from Okta at https:\/\/acme\.okta\.com: the connection failed\./,
		advises: /Check the address and that n8n's network lets it through, then try again\.$/,
	})),
	{
		what: 'the refresh token is no longer accepted',
		error: reconnectError(),
		says: /^The connection to Okta has ended or was never made\./,
		advises: /Open the credential 'Okta OAuth2 API' in n8n, connect it again/,
	},
	{
		what: 'the refresh token is refused',
		error: oauthError({ error: 'invalid_grant' }),
		says: /^The connection to Okta has ended or was never made\./,
		advises: /connect it again/,
	},
	{
		what: 'the credential was never connected',
		error: new Error('OAuth credentials not connected'),
		says: /^The connection to Okta has ended or was never made\./,
		advises: /connect it again/,
	},
	{
		what: 'the client secret is wrong',
		error: oauthError({ error: 'invalid_client' }),
		says: /^Okta does not know this client\./,
		advises: /Check 'Client ID' and 'Client Secret'.*connect it again\.$/,
	},
];

describe('An explanation', () => {
	it.each(failures)('says what happened and what to do when $what', ({ error, says, advises }) => {
		const { message } = explain(error);
		expect(message).toMatch(says);
		expect(message).toMatch(advises);
	});

	it.each(failures)('stays as it is in n8n’s error when $what', ({ error }) => {
		const { message } = explain(error);
		const shown = new NodeApiError(node, {}, { message });
		expect(shown.message).toBe(message);
	});

	it.each([
		...failures.filter(({ error }) => 'config' in error),
		{ what: 'something new goes wrong', error: connectionError('', 'Something new') },
	])('holds nothing of the request when $what', ({ error }) => {
		const explanation = JSON.stringify(explain(error));
		expect(explanation).not.toContain(ACCESS_TOKEN);
		expect(explanation).not.toContain(HOOK_SECRET);
		expect(explanation).not.toMatch(/bearer|authScheme/i);
	});

	it('leads to the event hooks in the console where Okta does not accept what is sent', () => {
		const { message } = explain(answerError(400, { errorCode: 'E0000003' }));
		expect(message).toBe(
			'Okta did not accept the request. Look at the event hooks in the Okta Admin Console under Workflow > Event Hooks, then try again.',
		);
	});

	it('repeats what n8n said of a failure that fits nothing else', () => {
		expect(explain(new Error('Something new')).message).toBe(
			"The request to Okta failed: Something new. Check the credential 'Okta OAuth2 API', then try again.",
		);
	});

	it('names what OAuth gave as the reason for no new access token', () => {
		const { message } = explain(oauthError({ error: 'invalid_scope' }));
		expect(message).toContain('(invalid_scope)');
		expect(message).toContain('grant type Refresh Token');
	});

	it('takes HTML from the token endpoint for what is no Okta', () => {
		const error = Object.assign(new Error('HTTP status 403'), {
			code: 'ESTATUS',
			status: 403,
			body: '<html>',
		});
		expect(explain(error).message).toContain("HTTP 403, and not as Okta's API does");
	});

	it('survives an impossible end of a rate limit', () => {
		const error = answerError(429, oktaErrorBody('E0000047', 'slow down'), {
			'x-rate-limit-reset': '99999999999999',
		});
		expect(explain(error).message).toContain('in a minute');
	});

	it('names the org that was asked', () => {
		const failure = readFailure(connectionError('ENOTFOUND', ''));
		expect(explainFailure(failure, { ...CALL, orgUrl: 'https://other.example.com' })).toContain(
			'https://other.example.com',
		);
	});
});

describe('The explanation of a failure', () => {
	const systemLog = {
		name: 'the System Log',
		action: 'read the System Log',
		scope: 'okta.logs.read',
		whereToLook: "Check the node's filters",
	};
	const serviceApp = {
		type: 'oktaServiceAppApi',
		name: 'Okta Service App API',
		renew: 'Test the credential.',
	} as const;
	const noRight = okta(403, 'E0000006', 'You do not have permission');

	it('speaks of the part of Okta that was called', () => {
		expect(explain(noRight, { resource: systemLog }).message).toMatch(
			/may not read the System Log\..*grant the scope 'okta\.logs\.read'/,
		);
		const rateLimit = okta(429, 'E0000047', 'API call exceeded rate limit');
		expect(explain(rateLimit, { resource: systemLog }).message).toMatch(
			/^Okta's rate limit for the System Log is used up\./,
		);
		const invalid = okta(400, 'E0000031', 'Invalid search criteria.');
		expect(explain(invalid, { resource: systemLog }).message).toContain("Check the node's filters");
	});

	it('speaks of the credential that was used', () => {
		expect(explain(noRight, { credential: serviceApp }).message).toMatch(
			/this service app may not manage event hooks\..*assign it an admin role/,
		);
		const expired = okta(401, 'E0000011', 'Invalid token provided');
		expect(explain(expired, { credential: serviceApp }).message).toContain('Test the credential.');
	});

	it('is what a service app that got no access token was told', () => {
		const reason = `${NO_TOKEN}the key is unknown.`;
		expect(explain(new Error(reason), { credential: serviceApp }).message).toBe(reason);
	});
});

describe('The details of an explanation', () => {
	it('are Okta’s words, code and error id, which its support asks for', () => {
		const error = okta(403, 'E0000006', 'You do not have permission');
		expect(explain(error).details).toBe(
			'You do not have permission, E0000006, error id oaeExampleErrorId',
		);
	});

	it('are what there is of them', () => {
		const details = (body: unknown) => explain(answerError(403, body)).details;
		expect(details({ errorCode: 'E0000006' })).toBe('E0000006');
		expect(details({ errorCode: 'E0000006', errorId: 'oae1' })).toBe('E0000006, error id oae1');
		expect(details({ errorSummary: 'No.' })).toBe('No.');
	});

	it('are the connection’s code where there was no answer', () => {
		expect(explain(connectionError('ECONNRESET', 'socket hang up')).details).toBe('ECONNRESET');
	});

	it.each([
		['a page', answerError(502, '<html>Bad gateway</html>')],
		['a connection that has ended', reconnectError()],
	])('are none of %s', (_what, error) => {
		expect(explain(error).details).toBeUndefined();
	});
});
