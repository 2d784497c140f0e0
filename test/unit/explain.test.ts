import { NodeApiError } from 'n8n-workflow';

import { detailsOf, explainFailure } from '../../nodes/shared/okta/explain';
import type { FailedCall } from '../../nodes/shared/okta/explain';
import { readFailure } from '../../nodes/shared/okta/failure';
import { EVENT_HOOKS, SYSTEM_LOG } from '../../nodes/shared/okta/resources';
import { TokenUnusableError } from '../../nodes/shared/okta/serviceApp/renewal';
import { NO_TOKEN, NO_TOKEN_NOW } from '../../nodes/shared/okta/serviceApp/tokenError';
import { node } from './fixtures/node';
import {
	ACCESS_TOKEN,
	answerError,
	asThrown,
	challenge,
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
	resource: EVENT_HOOKS,
};

const serviceApp = {
	type: 'oktaServiceAppApi',
	name: 'Okta Service App API',
	renew: 'Test the credential.',
} as const;

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
		what: 'an admin role is missing',
		error: okta(403, 'E0000006', 'You do not have permission to perform the requested action'),
		says: /^The user who connected the credential 'Okta OAuth2 API' isn't allowed to manage event hooks\./,
		advises: /assign the user the Super Administrator role or a custom role .*, then try again\.$/,
	},
	{
		what: 'the access token lacks the scope',
		error: answerError(403, '', challenge('insufficient_scope', 'A scope is missing.')),
		says: /^The access token doesn't include the scope 'okta\.eventHooks\.manage'\./,
		advises: /'Okta API Scopes' tab\. .*'Custom Scopes'.*'Enabled Scopes'.*connect it again\.$/,
	},
	{
		what: 'the access token is rejected with a challenge',
		error: answerError(401, '', challenge('invalid_token', 'The access token is out of date.')),
		says: /^Okta no longer accepts this connection\./,
		advises: /connect it again/,
	},
	{
		what: 'the org lacks a feature',
		error: okta(401, 'E0000015', 'You do not have permission to access the feature'),
		says: /^Your Okta org doesn't have a feature that n8n needs to manage event hooks\./,
		advises: /Settings > Features, or ask Okta Support to enable it, then try again\.$/,
	},
	{
		what: 'Okta rejects the request itself',
		error: okta(400, 'E0000003', 'The request body was not well-formed.'),
		says: /^Okta rejected n8n's request to manage event hooks, for the reason in parentheses\./,
		advises: /ask Okta Support and give them the error ID\.$/,
	},
	{
		what: 'Okta forbids what n8n asked for',
		error: okta(403, 'E0000038', 'This operation is not allowed in the current state.'),
		says: /^Okta rejected n8n's request to manage event hooks, for the reason in parentheses\./,
		advises: /ask Okta Support and give them the error ID\.$/,
	},
	{
		what: 'something is gone',
		error: okta(404, 'E0000007', 'Not found: Resource not found'),
		says: /^Okta couldn't find the requested resource\./,
		advises: /Try again\.$/,
	},
	{
		what: 'the rate limit is used up, until a time that Okta tells',
		error: okta(429, 'E0000047', 'API call exceeded rate limit', {
			'x-rate-limit-reset': '1772611200',
		}),
		says: /^You've reached Okta's rate limit for event hooks\./,
		advises: /Try again after 2026-03-04T08:00:00\.000Z\.$/,
	},
	{
		what: 'the rate limit is used up, until nobody knows when',
		error: okta(429, 'E0000047', 'API call exceeded rate limit'),
		says: /^You've reached Okta's rate limit for event hooks\./,
		advises: /Try again in a minute\.$/,
	},
	{
		what: 'Okta fails',
		error: okta(500, 'E0000009', 'Internal Server Error'),
		says: /^Okta is temporarily unavailable \(HTTP 500\)\./,
		advises: /Try again in a few minutes, or check https:\/\/status\.okta\.com/,
	},
	{
		what: 'Okta fails with a page instead of JSON',
		error: answerError(503, '<html>Service unavailable</html>'),
		says: /^Okta is temporarily unavailable \(HTTP 503\)\./,
		advises: /Try again in a few minutes/,
	},
	{
		what: 'the rate limit answers with a page',
		error: answerError(429, '<html>Too many requests</html>'),
		says: /^You've reached Okta's rate limit/,
		advises: /Try again in a minute\.$/,
	},
	{
		what: 'another server answers at the org URL',
		error: answerError(404, '<html>No such page</html>'),
		says: /^https:\/\/acme\.okta\.com returned HTTP 404, but the response didn't come from the Okta API\./,
		advises: /Enter the URL of your Okta org .*\. If the URL is correct, check for a proxy/,
	},
	{
		what: 'a proxy wants to know who calls',
		error: answerError(401, 'Authentication required'),
		says: /^https:\/\/acme\.okta\.com returned HTTP 401/,
		advises: /check for a proxy between n8n and Okta\.$/,
	},
	{
		what: 'something in between blocks n8n',
		error: answerError(403, '<html>Blocked</html>'),
		says: /^https:\/\/acme\.okta\.com returned HTTP 403, but the response didn't come from the Okta API\./,
		advises: /check for a proxy .* or a network zone in Okta that blocks n8n's IP address\.$/,
	},
	{
		what: 'the org URL redirects',
		error: answerError(302, ''),
		says: /^https:\/\/acme\.okta\.com returned HTTP 302/,
		advises: /Enter the URL of your Okta org/,
	},
	{
		what: 'Okta does not answer in time',
		error: connectionError('ECONNABORTED', 'timeout of 30000ms exceeded'),
		says: /^The request to Okta at https:\/\/acme\.okta\.com timed out\./,
		advises: /Make sure that n8n can reach this URL, then try again\.$/,
	},
	{
		what: 'the connection cannot be made in time',
		error: connectionError('ETIMEDOUT', 'connect ETIMEDOUT 192.0.2.1:443'),
		says: /^The request to Okta at .* timed out\./,
		advises: /Make sure that n8n can reach this URL/,
	},
	{
		what: 'the org’s host does not exist',
		error: connectionError('ENOTFOUND', 'getaddrinfo ENOTFOUND acme.okta.com'),
		says: /^Couldn't find a server at https:\/\/acme\.okta\.com\./,
		advises: /Enter the URL of your Okta org/,
	},
	{
		what: 'the org’s host cannot be looked up',
		error: connectionError('EAI_AGAIN', 'getaddrinfo EAI_AGAIN acme.okta.com'),
		says: /^Couldn't find a server at/,
		advises: /Enter the URL of your Okta org/,
	},
	...[
		['ECONNREFUSED', 'connect ECONNREFUSED 192.0.2.1:443'],
		['ECONNRESET', 'socket hang up'],
		['EHOSTUNREACH', 'connect EHOSTUNREACH 192.0.2.1:443'],
		['CERT_HAS_EXPIRED', 'certificate has expired'],
	].map(([code, message]) => ({
		what: `the connection fails (${code})`,
		error: connectionError(code, message),
		says: /^The connection to Okta at https:\/\/acme\.okta\.com failed\./,
		advises:
			/Check the URL, and make sure that n8n's network allows the connection, then try again\.$/,
	})),
	{
		what: 'the refresh token is no longer accepted',
		error: reconnectError(),
		says: /^The connection to Okta has expired or was never set up\./,
		advises: /Open the credential 'Okta OAuth2 API' in n8n, connect it again/,
	},
	{
		what: 'the refresh token is refused',
		error: oauthError({ error: 'invalid_grant' }),
		says: /^The connection to Okta has expired or was never set up\./,
		advises: /connect it again/,
	},
	{
		what: 'the credential was never connected',
		error: new Error('OAuth credentials not connected'),
		says: /^The connection to Okta has expired or was never set up\./,
		advises: /connect it again/,
	},
	{
		what: 'the client secret is wrong',
		error: oauthError({ error: 'invalid_client' }),
		says: /^Okta doesn't recognize this client ID or secret\./,
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

	it.each([
		['Something new', 'Something new.'],
		['Something new.', 'Something new.'],
		['Something new!', 'Something new!'],
		['Something new?', 'Something new?'],
	])('repeats what n8n said of a failure that fits nothing else: %s', (words, repeated) => {
		expect(explain(new Error(words)).message).toBe(
			`The request to Okta failed: ${repeated} Check the credential 'Okta OAuth2 API', then try again.`,
		);
	});

	it('names what OAuth gave as the reason for no new access token', () => {
		const { message } = explain(oauthError({ error: 'invalid_scope' }));
		expect(message).toContain('(invalid_scope)');
		expect(message).toContain('Refresh Token grant type');
	});

	it('takes HTML from the token endpoint for what is no Okta', () => {
		const error = Object.assign(new Error('HTTP status 403'), {
			code: 'ESTATUS',
			status: 403,
			body: '<html>',
		});
		expect(explain(error).message).toContain(
			"HTTP 403, but the response didn't come from the Okta API",
		);
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
	it('speaks of the part of Okta whose rate limit is used up', () => {
		const rateLimit = okta(429, 'E0000047', 'API call exceeded rate limit');
		expect(explain(rateLimit, { resource: SYSTEM_LOG }).message).toMatch(
			/^You've reached Okta's rate limit for the System Log\./,
		);
	});

	it('speaks of the credential that was used', () => {
		const expired = okta(401, 'E0000011', 'Invalid token provided');
		expect(explain(expired, { credential: serviceApp }).message).toBe(
			'Okta no longer accepts this connection. Test the credential.',
		);
	});

	it.each([NO_TOKEN, NO_TOKEN_NOW])(
		'is what a service app that got no access token was told: %s…',
		(beginning) => {
			const reason = `${beginning}the key is unknown.`;
			expect(explain(new Error(reason), { credential: serviceApp }).message).toBe(reason);
		},
	);

	it.each([401, 404, 407, 302])('mentions no network zone for a stranger’s HTTP %d', (status) => {
		const { message } = explain(answerError(status, '<html>No</html>'));
		expect(message).toMatch(/check for a proxy between n8n and Okta\.$/);
	});

	it.each(['E0000056', 'E0000038', 'E0000166'])(
		'blames neither rights nor the network for a 403 with the code %s',
		(code) => {
			for (const credential of [CALL.credential, serviceApp]) {
				const { message } = explain(okta(403, code, 'Not now.'), { credential });
				expect(message).toMatch(/^Okta rejected n8n's request/);
				expect(message).not.toMatch(/role|scope|zone|proxy|connect/i);
			}
		},
	);
});

describe.each([
	['event hooks', EVENT_HOOKS, 'manage event hooks', 'okta.eventHooks.manage'],
	['the System Log', SYSTEM_LOG, 'read the System Log', 'okta.logs.read'],
])('Without the rights for %s', (_name, resource, action, scope) => {
	const noScope = answerError(403, '', challenge('insufficient_scope', 'A scope is missing.'));
	const noRole = okta(403, 'E0000006', 'You do not have permission');
	const noFeature = okta(401, 'E0000015', 'You do not have permission to access the feature');

	it('a user is told which scope to grant, to enter, and to connect with', () => {
		expect(explain(noScope, { resource }).message).toBe(
			`The access token doesn't include the scope '${scope}'. In the Okta Admin Console, open the app integration and grant the scope on the 'Okta API Scopes' tab. Then open the credential 'Okta OAuth2 API' in n8n, turn on 'Custom Scopes', make sure that 'Enabled Scopes' includes ${scope}, and connect it again.`,
		);
	});

	it('a service app is told which scope to grant, and has nothing to connect', () => {
		expect(explain(noScope, { resource, credential: serviceApp }).message).toBe(
			`The service app's access token doesn't include the scope '${scope}'. In the Okta Admin Console, open the app integration and grant the scope on the 'Okta API Scopes' tab. Then try again.`,
		);
	});

	it('a service app is told the same if n8n found out before it sent anything', () => {
		const found = new TokenUnusableError({
			errorCode: 'insufficient_scope',
			errorSummary: 'The access token includes only okta.users.read',
		});
		const { message, details } = explain(found, { resource, credential: serviceApp });
		expect(message).toBe(explain(noScope, { resource, credential: serviceApp }).message);
		expect(details).toBe('The access token includes only okta.users.read, insufficient_scope');
	});

	it('a user is told which admin role is missing', () => {
		expect(explain(noRole, { resource }).message).toBe(
			`The user who connected the credential 'Okta OAuth2 API' isn't allowed to ${action}. In Okta, assign the user ${resource.role}, or connect the credential as a different user, then try again.`,
		);
	});

	it('a service app is told which admin role is missing', () => {
		expect(explain(noRole, { resource, credential: serviceApp }).message).toBe(
			`The service app isn't allowed to ${action}. It has the scope but not the admin role. In the Okta Admin Console, open the app integration's 'Admin roles' tab and assign ${resource.role}, then try again.`,
		);
	});

	it('a feature that is missing is no matter of either', () => {
		for (const credential of [CALL.credential, serviceApp]) {
			const { message } = explain(noFeature, { resource, credential });
			expect(message).toContain(`a feature that n8n needs to ${action}.`);
			expect(message).not.toMatch(/role|scope|connect/i);
		}
	});
});

describe('A proof that Okta rejects', () => {
	const rejected = answerError(400, '', challenge('invalid_dpop_proof', 'Stale.', 'DPoP'));

	it('of a service app leads to the clock and to proxies', () => {
		expect(explain(rejected, { credential: serviceApp }).message).toMatch(
			/proof .*\(DPoP\).*the n8n server's clock.*proxy.* Test the credential\.$/,
		);
	});

	it('of a user leads to the setting of the app integration, since n8n makes none', () => {
		expect(explain(rejected).message).toMatch(
			/requires DPoP, .* turn off 'Require Demonstrating Proof of Possession \(DPoP\) .*'General' tab\. .*connect it again/,
		);
	});
});

describe('The details of an explanation', () => {
	const details = (body: unknown, headers = {}) => explain(answerError(403, body, headers)).details;

	it('are Okta’s words, code and error ID, which its support asks for', () => {
		const error = okta(403, 'E0000006', 'You do not have permission');
		expect(explain(error).details).toBe(
			'You do not have permission, E0000006, error ID oaeExampleErrorId',
		);
	});

	it('are what there is of them', () => {
		expect(details({ errorCode: 'E0000006' })).toBe('E0000006');
		expect(details({ errorCode: 'E0000006', errorId: 'oae1' })).toBe('E0000006, error ID oae1');
		expect(details({ errorSummary: 'No' })).toBe('No');
	});

	it('have no period at their end, or before a comma', () => {
		expect(details({ errorSummary: 'No.' })).toBe('No');
		expect(details({ errorSummary: 'No.', errorCode: 'E0000006' })).toBe('No, E0000006');
		expect(details(oktaErrorBody('E0000001', 'Invalid.', ['uri: no.', 'name: no.']))).toBe(
			'Invalid. uri: no. name: no, E0000001, error ID oaeExampleErrorId',
		);
		expect(details('', challenge('insufficient_scope', 'A scope is missing.'))).toBe(
			'A scope is missing, insufficient_scope',
		);
	});

	it('are the challenge’s words and code if the body is empty', () => {
		expect(details('', challenge('invalid_token', 'Out of date'))).toBe(
			'Out of date, invalid_token',
		);
		expect(details('', { 'www-authenticate': 'Bearer error="invalid_token"' })).toBe(
			'invalid_token',
		);
	});

	it('are the body’s words and code if there are both', () => {
		const body = { errorCode: 'E0000006', errorSummary: 'No permission' };
		expect(details(body, challenge('invalid_token', 'Out of date'))).toBe(
			'No permission, E0000006',
		);
	});

	it('are the connection’s code if there was no response', () => {
		expect(explain(connectionError('ECONNRESET', 'socket hang up')).details).toBe('ECONNRESET');
	});

	it.each([
		['a page', answerError(502, '<html>Bad gateway</html>')],
		['a connection that has ended', reconnectError()],
	])('are none of %s', (_what, error) => {
		expect(explain(error).details).toBeUndefined();
	});
});
