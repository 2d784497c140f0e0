import { NodeApiError } from 'n8n-workflow';

import { detailsOf, explainFailure } from '../../nodes/shared/okta/explain';
import type { FailedCall } from '../../nodes/shared/okta/explain';
import { readFailure } from '../../nodes/shared/okta/failure';
import { EVENT_HOOKS, SYSTEM_LOG } from '../../nodes/shared/okta/resources';
import { TokenUnusableError } from '../../nodes/shared/okta/serviceApp/tokenUnusableError';
import { NO_TOKEN, NO_TOKEN_NOW } from '../../nodes/shared/okta/tokenError';
import { node } from './fixtures/node';
import {
	ACCESS_TOKEN,
	responseError,
	asThrown,
	challenge,
	connectionError,
	HOOK_SECRET,
	oauthError,
	oktaErrorBody,
	reconnectError,
	rejectedTokenRequest,
} from './fixtures/requestErrors';

const ORG = 'https://acme.okta.com';

const CALL: FailedCall = {
	orgUrl: ORG,
	credential: {
		type: 'oktaOAuth2Api',
		name: 'Okta account',
		renew: "Open the credential 'Okta account' in n8n and connect it again.",
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
	responseError(status, oktaErrorBody(code, summary), headers);

/** What goes wrong, what the user reads first, and what the user should do. */
const failures: Array<{ what: string; error: Error; says: RegExp; advises: RegExp }> = [
	{
		what: 'the access token isn’t accepted',
		error: okta(401, 'E0000011', 'Invalid token provided'),
		says: /^Okta no longer accepts this connection\./,
		advises: /Open the credential 'Okta account' in n8n and connect it again/,
	},
	{
		what: 'an admin role is missing',
		error: okta(403, 'E0000006', 'You do not have permission to perform the requested action'),
		says: /^The user who connected the credential 'Okta account' isn't allowed to manage event hooks\./,
		advises: /assign the user the Super Administrator role or a custom role .*, then try again\.$/,
	},
	{
		what: 'the access token lacks the scope',
		error: responseError(403, '', challenge('insufficient_scope', 'A scope is missing.')),
		says: /^The access token doesn't include the scope 'okta\.eventHooks\.manage'\./,
		advises: /'Okta API Scopes' tab\. .*'Custom Scopes'.*'Enabled Scopes'.*connect it again\.$/,
	},
	{
		what: 'the access token is rejected with a challenge',
		error: responseError(401, '', challenge('invalid_token', 'The access token is out of date.')),
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
		says: /^Okta rejected n8n's request to manage event hooks\. Okta's reason follows in parentheses\./,
		advises: /If you contact Okta Support, include the error ID\.$/,
	},
	{
		what: 'Okta forbids what n8n asked for',
		error: okta(403, 'E0000038', 'This operation is not allowed in the current state.'),
		says: /^Okta rejected n8n's request to manage event hooks\. Okta's reason follows in parentheses\./,
		advises: /If you contact Okta Support, include the error ID\.$/,
	},
	{
		what: 'a resource is gone',
		error: okta(404, 'E0000007', 'Not found: Resource not found'),
		says: /^Okta couldn't find what n8n needs to manage event hooks\./,
		advises: /Check 'Okta Org URL' in the credential, then try again\.$/,
	},
	{
		what: 'the rate limit is reached, and Okta says when it resets',
		error: okta(429, 'E0000047', 'API call exceeded rate limit', {
			'x-rate-limit-reset': '1772611200',
		}),
		says: /^You've reached Okta's rate limit for event hooks\./,
		advises: /Try again after 2026-03-04T08:00:00\.000Z\.$/,
	},
	{
		what: 'the rate limit is reached, and Okta doesn’t say when it resets',
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
		error: responseError(503, '<html>Service unavailable</html>'),
		says: /^Okta is temporarily unavailable \(HTTP 503\)\./,
		advises: /Try again in a few minutes/,
	},
	{
		what: 'the rate limit returns an HTML page',
		error: responseError(429, '<html>Too many requests</html>'),
		says: /^You've reached Okta's rate limit/,
		advises: /Try again in a minute\.$/,
	},
	{
		what: 'another server responds at the org URL',
		error: responseError(404, '<html>No such page</html>'),
		says: /^https:\/\/acme\.okta\.com returned HTTP 404, but the response didn't come from the Okta API\./,
		advises: /Enter the URL of your Okta org .*\. If the URL is correct, check for a proxy/,
	},
	{
		what: 'a proxy requires authentication',
		error: responseError(401, 'Authentication required'),
		says: /^https:\/\/acme\.okta\.com returned HTTP 401/,
		advises: /check for a proxy between n8n and Okta\.$/,
	},
	{
		what: 'something in between blocks n8n',
		error: responseError(403, '<html>Blocked</html>'),
		says: /^https:\/\/acme\.okta\.com returned HTTP 403, but the response didn't come from the Okta API\./,
		advises: /check for a proxy .* or a network zone in Okta that blocks n8n's IP address\.$/,
	},
	{
		what: 'the org URL redirects',
		error: responseError(302, ''),
		says: /^https:\/\/acme\.okta\.com returned HTTP 302/,
		advises: /Enter the URL of your Okta org/,
	},
	{
		what: 'Okta doesn’t respond in time',
		error: connectionError('ECONNABORTED', 'timeout of 30000ms exceeded'),
		says: /^The request to Okta at https:\/\/acme\.okta\.com timed out\./,
		advises: /Make sure that n8n can reach this URL, then try again\.$/,
	},
	{
		what: 'the connection can’t be made in time',
		error: connectionError('ETIMEDOUT', 'connect ETIMEDOUT 192.0.2.1:443'),
		says: /^The request to Okta at .* timed out\./,
		advises: /Make sure that n8n can reach this URL/,
	},
	{
		what: 'the org’s host doesn’t exist',
		error: connectionError('ENOTFOUND', 'getaddrinfo ENOTFOUND acme.okta.com'),
		says: /^Couldn't find a server at https:\/\/acme\.okta\.com\./,
		advises: /Enter the URL of your Okta org/,
	},
	{
		what: 'the org’s host can’t be looked up',
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
		advises: /Open the credential 'Okta account' in n8n and connect it again/,
	},
	{
		what: 'the refresh token is rejected',
		error: oauthError({ error: 'invalid_grant' }),
		says: /^The connection to Okta has expired or was never set up\./,
		advises: /connect it again/,
	},
	{
		what: 'the app integration now requires DPoP',
		error: oauthError({ error: 'invalid_dpop_proof', error_description: 'No proof.' }),
		says: /^The app integration requires DPoP, which n8n doesn't support with OAuth2\./,
		advises: /turn off 'Require Demonstrating Proof of Possession.*connect it again\.$/,
	},
	{
		what: 'the app integration no longer allows n8n’s IP address',
		error: oauthError({ error: 'access_denied', error_description: 'Outside the network zones.' }),
		says: /^Okta doesn't allow requests from n8n's IP address\./,
		advises: /allow that address in the app integration's network restrictions/,
	},
	{
		what: 'the user is no longer assigned to the app integration',
		error: oauthError({ error: 'access_denied', error_description: 'The user is not assigned.' }),
		says: /^Okta didn't renew the connection \(access_denied\)\./,
		advises: /is assigned to the user who connected it.*connect it again\.$/,
	},
	{
		what: 'Okta is overloaded while the connection is renewed',
		error: oauthError({ error: 'temporarily_unavailable' }),
		says: /^Okta is temporarily unavailable\./,
		advises: /Try again in a few minutes/,
	},
	{
		what: 'an access token isn’t accepted from n8n’s IP address',
		error: responseError(403, '', challenge('access_denied', 'Outside the network zones.')),
		says: /^Okta doesn't allow requests from n8n's IP address\./,
		advises: /network zones that your org blocks\.$/,
	},
	{
		what: 'an access token isn’t accepted for a reason of Okta’s own',
		error: responseError(401, '', challenge('insufficient_user_authentication', 'No.')),
		says: /^Okta rejected n8n's request to manage event hooks\./,
		advises: /Okta's reason follows in parentheses\./,
	},
	{
		what: 'the credential was never connected',
		error: new Error('OAuth credentials not connected'),
		says: /^The connection to Okta has expired or was never set up\./,
		advises: /connect it again/,
	},
	{
		what: 'Okta no longer knows the client',
		error: rejectedTokenRequest(400, oktaErrorBody('invalid_client', 'Unknown client ID')),
		says: /^Okta doesn't recognize this client ID or secret\./,
		advises:
			/app integration is active in Okta\. Check 'Client ID' and 'Client Secret'.*connect it again\.$/,
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

	it.each(failures)('isn’t changed by n8n’s error when $what', ({ error }) => {
		const { message } = explain(error);
		const shown = new NodeApiError(node, {}, { message });
		expect(shown.message).toBe(message);
	});

	it.each([
		...failures.filter(({ error }) => 'config' in error),
		{ what: 'something new goes wrong', error: connectionError('', 'Something new') },
	])('contains nothing from the request when $what', ({ error }) => {
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
	])('repeats n8n’s message for any other failure: %s', (words, repeated) => {
		expect(explain(new Error(words)).message).toBe(
			`The request to Okta failed: ${repeated} Check the credential 'Okta account', then try again.`,
		);
	});

	it('names OAuth’s reason for not issuing a new access token', () => {
		const { message } = explain(oauthError({ error: 'invalid_scope' }));
		expect(message).toContain('(invalid_scope)');
		expect(message).toContain('Refresh Token grant type');
	});

	it.each([
		['HTML', '<html>', 'Expected JSON response from OAuth2 token endpoint'],
		['other JSON', { message: 'Blocked' }, undefined],
	])('treats %s from the token endpoint as a response from something else', (_, body, message) => {
		expect(explain(rejectedTokenRequest(403, body, message)).message).toContain(
			"HTTP 403, but the response didn't come from the Okta API",
		);
	});

	it('names the status if n8n 1 keeps nothing else of a rejected token request', () => {
		const error = asThrown(rejectedTokenRequest(400, oktaErrorBody('invalid_client', 'Unknown')));
		error.cause = undefined;
		expect(explain(error).message).toMatch(/^Okta didn't renew the connection \(HTTP 400\)\./);
	});

	it.each([
		[429, 'E0000047', /^You've reached Okta's rate limit/],
		[503, 'E0000009', /^Okta is temporarily unavailable \(HTTP 503\)/],
	])('says that waiting helps for HTTP %d from the token endpoint', (status, code, says) => {
		const error = rejectedTokenRequest(status, oktaErrorBody(code, 'Not now'));
		expect(explain(error).message).toMatch(says);
	});

	it('ignores an impossible reset time of a rate limit', () => {
		const error = responseError(429, oktaErrorBody('E0000047', 'slow down'), {
			'x-rate-limit-reset': '99999999999999',
		});
		expect(explain(error).message).toContain('in a minute');
	});

	it('names the org that was called', () => {
		const failure = readFailure(connectionError('ENOTFOUND', ''));
		expect(explainFailure(failure, { ...CALL, orgUrl: 'https://other.example.com' })).toContain(
			'https://other.example.com',
		);
	});
});

describe('The explanation of a failure', () => {
	it('names the API whose rate limit is reached', () => {
		const rateLimit = okta(429, 'E0000047', 'API call exceeded rate limit');
		expect(explain(rateLimit, { resource: SYSTEM_LOG }).message).toMatch(
			/^You've reached Okta's rate limit for the System Log\./,
		);
	});

	it('refers to the credential that was used', () => {
		const expired = okta(401, 'E0000011', 'Invalid token provided');
		expect(explain(expired, { credential: serviceApp }).message).toBe(
			'Okta no longer accepts this connection. Test the credential.',
		);
	});

	it.each([NO_TOKEN, NO_TOKEN_NOW])(
		'is the message about a service app’s missing access token: %s…',
		(prefix) => {
			const reason = `${prefix}the key is unknown.`;
			expect(explain(new Error(reason), { credential: serviceApp }).message).toBe(reason);
		},
	);

	it.each([401, 404, 407, 302])(
		'doesn’t mention a network zone for HTTP %d from something else',
		(status) => {
			const { message } = explain(responseError(status, '<html>No</html>'));
			expect(message).toMatch(/check for a proxy between n8n and Okta\.$/);
		},
	);

	it.each(['E0000056', 'E0000038', 'E0000166'])(
		'blames neither permissions nor the network for a 403 with the code %s',
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
])('Without permission for %s', (_name, resource, action, scope) => {
	const noScope = responseError(403, '', challenge('insufficient_scope', 'A scope is missing.'));
	const noRole = okta(403, 'E0000006', 'You do not have permission');
	const noFeature = okta(401, 'E0000015', 'You do not have permission to access the feature');

	it('a user learns which scope to grant, enter, and connect with', () => {
		expect(explain(noScope, { resource }).message).toBe(
			`The access token doesn't include the scope '${scope}'. In the Okta Admin Console, open the app integration and grant the scope on the 'Okta API Scopes' tab. Then open the credential 'Okta account' in n8n, turn on 'Custom Scopes', make sure that 'Enabled Scopes' includes ${scope}, and connect it again.`,
		);
	});

	it('a service app’s user learns which scope to grant, with nothing to connect', () => {
		expect(explain(noScope, { resource, credential: serviceApp }).message).toBe(
			`The service app's access token doesn't include the scope '${scope}'. In the Okta Admin Console, open the app integration and grant the scope on the 'Okta API Scopes' tab. Then try again.`,
		);
	});

	it('a service app’s user gets the same message if n8n found out before it sent anything', () => {
		const found = new TokenUnusableError({
			errorCode: 'insufficient_scope',
			errorSummary: 'The access token includes only okta.users.read',
		});
		const { message, details } = explain(found, { resource, credential: serviceApp });
		expect(message).toBe(explain(noScope, { resource, credential: serviceApp }).message);
		expect(details).toBe('The access token includes only okta.users.read, insufficient_scope');
	});

	it('a user learns which admin role is missing', () => {
		expect(explain(noRole, { resource }).message).toBe(
			`The user who connected the credential 'Okta account' isn't allowed to ${action}. In Okta, assign the user ${resource.role}, or connect the credential as a different user, then try again.`,
		);
	});

	it('a service app’s user learns which admin role is missing', () => {
		expect(explain(noRole, { resource, credential: serviceApp }).message).toBe(
			`The service app isn't allowed to ${action}. It has the scope but not the admin role. In the Okta Admin Console, open the app integration's 'Admin roles' tab and assign ${resource.role}, then try again.`,
		);
	});

	it('a missing feature isn’t blamed on scopes or roles', () => {
		for (const credential of [CALL.credential, serviceApp]) {
			const { message } = explain(noFeature, { resource, credential });
			expect(message).toContain(`a feature that n8n needs to ${action}.`);
			expect(message).not.toMatch(/role|scope|connect/i);
		}
	});
});

describe('A proof that Okta rejects', () => {
	const rejected = responseError(400, '', challenge('invalid_dpop_proof', 'Stale.', 'DPoP'));

	it('from a service app points to the clock and to proxies', () => {
		expect(explain(rejected, { credential: serviceApp }).message).toMatch(
			/proof .*\(DPoP\).*the n8n server's clock.*proxy.* Test the credential\.$/,
		);
	});

	it('from a user points to the app integration’s setting, because n8n doesn’t create proofs there', () => {
		expect(explain(rejected).message).toMatch(
			/requires DPoP, .* turn off 'Require Demonstrating Proof of Possession \(DPoP\) .*'General' tab\. .*connect it again/,
		);
	});
});

describe('The details of an explanation', () => {
	const details = (body: unknown, headers = {}) =>
		explain(responseError(403, body, headers)).details;

	it('are cut if they are very long', () => {
		expect(explain(okta(400, 'E0000001', 'x'.repeat(100_000))).details).toMatch(
			/^x{1000}, E0000001, error ID/,
		);
	});

	it('are Okta’s words, code and error ID, which its support asks for', () => {
		const error = okta(403, 'E0000006', 'You do not have permission');
		expect(explain(error).details).toBe(
			'You do not have permission, E0000006, error ID oaeExampleErrorId',
		);
	});

	it('are whatever is available', () => {
		expect(details({ errorCode: 'E0000006' })).toBe('E0000006');
		expect(details({ errorCode: 'E0000006', errorId: 'oae1' })).toBe('E0000006, error ID oae1');
		expect(details({ errorSummary: 'No' })).toBe('No');
	});

	it('have no period at the end or before a comma', () => {
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

	it('are the body’s words and code if there’s also a challenge', () => {
		const body = { errorCode: 'E0000006', errorSummary: 'No permission' };
		expect(details(body, challenge('invalid_token', 'Out of date'))).toBe(
			'No permission, E0000006',
		);
	});

	it('are the connection’s code if there was no response', () => {
		expect(explain(connectionError('ECONNRESET', 'socket hang up')).details).toBe('ECONNRESET');
	});

	it.each([
		['an HTML page', responseError(502, '<html>Bad gateway</html>')],
		['an expired connection', reconnectError()],
	])('don’t exist for %s', (_what, error) => {
		expect(explain(error).details).toBeUndefined();
	});
});
