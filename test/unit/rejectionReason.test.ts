import type { Failure } from 'n8n-workflow';

import type { OktaCredential } from '../../nodes/shared/okta/credential';
import { readErrorResponse, readFailure } from '../../nodes/shared/okta/failure';
import type { OktaFailure } from '../../nodes/shared/okta/failure';
import {
	needsNewToken,
	rejectionReasonOf,
	toN8nFailure,
} from '../../nodes/shared/okta/rejectionReason';
import type { RejectionReason } from '../../nodes/shared/okta/rejectionReason';
import { TokenUnusableError } from '../../nodes/shared/okta/serviceApp/tokenUnusableError';
import { NO_TOKEN, NO_TOKEN_NOW } from '../../nodes/shared/okta/tokenError';
import {
	responseError,
	asThrown,
	challenge,
	connectionError,
	oauthError,
	oktaErrorBody,
	reconnectError,
} from './fixtures/requestErrors';

const TYPES: Array<OktaCredential['type']> = ['oktaOAuth2Api', 'oktaServiceAppApi'];

function response(statusCode: number, body: unknown, headers: object = {}): OktaFailure {
	return readErrorResponse({ statusCode, headers, body });
}

/** Rejected with an empty body and the reason in the challenge. */
function challenged(status: number, error: string, description = 'No.', scheme?: string) {
	return response(status, '', challenge(error, description, scheme));
}

/** Rejected with a code in the body. */
function coded(status: number, code: string, headers: object = {}) {
	return response(status, oktaErrorBody(code, 'No.'), headers);
}

const insufficient = challenge('insufficient_scope', 'No.');

/** Thrown by `authenticate` if a new token doesn't include the scope either. */
const foundByN8n = readFailure(
	asThrown(
		new TokenUnusableError({
			errorCode: 'insufficient_scope',
			errorSummary: 'The access token includes only okta.logs.read',
		}),
	),
);

interface Case {
	what: string;
	failure: OktaFailure;
	reason: RejectionReason | undefined;
	/** Whether a new token can help, with OAuth2 and with a service app. */
	renews: [boolean, boolean];
	/** Why the call failed, in n8n's terms. */
	causes: [Failure['cause'] | undefined, Failure['cause'] | undefined];
}

const INVALID = {
	reason: 'invalid token',
	renews: [true, true],
	causes: ['credential-invalid', 'credential-invalid'],
} as const;
const SCOPE = {
	reason: 'missing scope',
	renews: [false, true],
	causes: ['credential-invalid', 'configuration-invalid'],
} as const;
const PROOF = {
	reason: 'invalid proof',
	renews: [false, true],
	causes: ['configuration-invalid', undefined],
} as const;
const ROLE = {
	reason: 'missing role',
	renews: [false, false],
	causes: ['configuration-invalid', 'configuration-invalid'],
} as const;
const FEATURE = { ...ROLE, reason: 'missing feature' } as const;
const ADDRESS = { ...ROLE, reason: 'blocked address' } as const;
const OTHER = {
	reason: undefined,
	renews: [false, false],
	causes: [undefined, undefined],
} as const;

const cases: Case[] = [
	...(
		[
			['an invalid access token', challenged(401, 'invalid_token'), INVALID],
			['an invalid bound token', challenged(401, 'invalid_token', 'No.', 'DPoP'), INVALID],
			['an invalid token’s challenge as 403', challenged(403, 'invalid_token'), INVALID],
			['an invalid token by its code', coded(401, 'E0000011'), INVALID],
			['an invalid session as 401', coded(401, 'E0000005'), INVALID],
			['an invalid session as 403', coded(403, 'E0000005'), INVALID],
			['a 401 with the code for a missing role', coded(401, 'E0000006'), INVALID],

			['a missing scope', challenged(403, 'insufficient_scope'), SCOPE],
			[
				'a missing scope with a bound token',
				challenged(403, 'insufficient_scope', '', 'DPoP'),
				SCOPE,
			],
			['a missing scope as 401', challenged(401, 'insufficient_scope'), SCOPE],
			[
				'a missing scope with a description about DPoP',
				challenged(403, 'insufficient_scope', 'The DPoP-bound token lacks a scope.'),
				SCOPE,
			],
			['a missing scope, found by n8n', foundByN8n, { ...SCOPE, renews: [false, false] }],

			['a rejected proof', challenged(400, 'invalid_dpop_proof', 'Stale.', 'DPoP'), PROOF],
			['a rejected proof as 401', challenged(401, 'invalid_dpop_proof', 'Stale.', 'DPoP'), PROOF],
			['a request for a nonce', challenged(401, 'use_dpop_nonce', 'Again.', 'DPoP'), PROOF],
			[
				'a bound token sent as Bearer',
				challenged(400, 'invalid_token', 'A DPoP proof is required.'),
				PROOF,
			],
			[
				'a rejected proof without a description',
				response(400, '', { 'www-authenticate': 'DPoP error="invalid_dpop_proof"' }),
				PROOF,
			],

			['a missing admin role', coded(403, 'E0000006'), ROLE],
			['a missing feature as 401', coded(401, 'E0000015'), FEATURE],
			['a missing feature as 403', coded(403, 'E0000015'), FEATURE],
			['a missing feature as 400', coded(400, 'E0000015'), FEATURE],

			[
				'an IP address that the app doesn’t allow',
				challenged(403, 'access_denied', 'Outside the permitted network zones.'),
				ADDRESS,
			],
			['a 401 with another challenge', challenged(401, 'insufficient_user_authentication'), OTHER],

			['a hook to deactivate before it is deleted', coded(403, 'E0000056'), OTHER],
			['a forbidden operation', coded(403, 'E0000038'), OTHER],
			['a count limit', coded(403, 'E0000166'), OTHER],
			['a 403 with neither code nor challenge', response(403, '<html></html>'), OTHER],
			['an empty 403', response(403, ''), OTHER],
			['a 403 with another challenge', challenged(403, 'invalid_request'), OTHER],
			[
				'a 401 with neither code nor challenge',
				response(401, '<html></html>'),
				{ ...OTHER, renews: [true, true] },
			],
			['an empty 401', response(401, ''), { ...OTHER, renews: [true, true] }],
			[
				'a proxy’s challenge',
				response(401, '', { 'www-authenticate': 'Basic realm="insufficient_scope"' }),
				{ ...OTHER, renews: [true, true] },
			],
			['a validation error', coded(400, 'E0000001'), OTHER],
			['the code for a missing role as 400', coded(400, 'E0000006'), OTHER],
			['the code for an invalid session as 400', coded(400, 'E0000005'), OTHER],
			['a resource that is gone', coded(404, 'E0000007'), OTHER],
		] as const
	).map(([what, failure, expected]) => ({ what, failure, ...expected }) as unknown as Case),
	...(
		[
			['a challenge for a missing scope and the code for a missing role', 403, 'E0000006', SCOPE],
			['a challenge for a missing scope and the code for an invalid token', 401, 'E0000011', SCOPE],
			['a challenge for a missing scope and the code for a feature', 401, 'E0000015', SCOPE],
		] as const
	).map(
		([what, status, code, expected]) =>
			({ what, failure: coded(status, code, insufficient), ...expected }) as unknown as Case,
	),
	{
		what: 'a challenge for an invalid token and the code for a missing role',
		failure: coded(403, 'E0000006', challenge('invalid_token', 'No.')),
		...INVALID,
	} as unknown as Case,
	{
		what: 'a challenge for an invalid token and the code for a feature',
		failure: coded(401, 'E0000015', challenge('invalid_token', 'No.')),
		...INVALID,
	} as unknown as Case,
	{
		what: 'a challenge for a rejected proof and the code for an invalid token',
		failure: coded(401, 'E0000011', challenge('invalid_dpop_proof', 'No.', 'DPoP')),
		...PROOF,
	} as unknown as Case,
];

describe('The reason why Okta rejected a call', () => {
	it.each(cases)('is found for $what: $reason', ({ failure, reason }) => {
		expect(rejectionReasonOf(failure)).toBe(reason);
	});

	it.each(cases)('is the same if n8n threw an error: $what', ({ failure }) => {
		const { status = 0, errorCode, challenge: found } = failure;
		const headers: Record<string, string> = found
			? challenge(found.error, found.description ?? '')
			: {};
		const body = errorCode === undefined ? '' : oktaErrorBody(errorCode, 'No.');
		const thrown = readFailure(asThrown(responseError(status, body, headers)));
		expect(rejectionReasonOf(thrown)).toBe(rejectionReasonOf(failure));
	});

	it.each([
		['a failed connection', readFailure(connectionError('ECONNRESET', 'socket hang up'))],
		['a rejected refresh token', readFailure(oauthError({ error: 'invalid_grant' }))],
		['a service app without a token', readFailure(new Error(`${NO_TOKEN}no.`))],
	])('is unknown for %s', (_what, failure) => {
		expect(rejectionReasonOf(failure)).toBeUndefined();
	});
});

describe('A new access token', () => {
	const table = cases.flatMap(({ what, failure, renews }) =>
		TYPES.map((type, index) => ({ what, failure, type, renews: renews[index] })),
	);

	it.each(table)('is requested after $what with $type: $renews', ({ failure, type, renews }) => {
		expect(needsNewToken(failure, type)).toBe(renews);
	});

	it.each([
		['a reached rate limit', coded(429, 'E0000047')],
		['a server error', response(500, '')],
		['a redirect', response(302, '')],
		['a failed connection', readFailure(connectionError('ECONNRESET', 'socket hang up'))],
		['an expired connection', readFailure(reconnectError())],
		['a service app without a token', readFailure(new Error(`${NO_TOKEN}no.`))],
	])('isn’t requested after %s', (_what, failure) => {
		for (const type of TYPES) expect(needsNewToken(failure, type)).toBe(false);
	});
});

describe('The failure that is reported to n8n', () => {
	const table = cases.flatMap(({ what, failure, causes }) =>
		TYPES.map((type, index) => ({ what, failure, type, cause: causes[index] })),
	);

	it.each(table)('after $what with $type is $cause', ({ failure, type, cause }) => {
		expect(toN8nFailure(failure, type)).toEqual(cause && { cause });
	});

	const resetAt = { 'x-rate-limit-reset': '1795521600' };
	const token = (words: string) => readFailure(asThrown(new Error(words)));

	it.each<[string, OktaFailure, Failure]>([
		[
			'a reached rate limit',
			coded(429, 'E0000047', resetAt),
			{ cause: 'rate-limited', resetsAtEpochMs: 1_795_521_600_000 },
		],
		[
			'a reached rate limit without a reset time',
			response(429, ''),
			{ cause: 'rate-limited', resetsAtEpochMs: undefined },
		],
		[
			'a reached rate limit with a challenge',
			response(429, '', insufficient),
			{ cause: 'rate-limited', resetsAtEpochMs: undefined },
		],
		['a server error', coded(500, 'E0000009'), { cause: 'temporarily-unavailable' }],
		[
			'a proxy’s server error',
			response(503, '<html></html>'),
			{ cause: 'temporarily-unavailable' },
		],
		[
			'a server error with a challenge',
			response(500, '', insufficient),
			{ cause: 'temporarily-unavailable' },
		],
		[
			'a failed connection',
			readFailure(asThrown(connectionError('ECONNREFUSED', 'connect ECONNREFUSED'))),
			{ cause: 'temporarily-unavailable' },
		],
		['an expired connection', readFailure(reconnectError()), { cause: 'credential-invalid' }],
		[
			'a client that Okta doesn’t recognize',
			readFailure(oauthError({ error: 'invalid_client' })),
			{ cause: 'credential-invalid' },
		],
		[
			'a connection that isn’t renewed',
			readFailure(oauthError({ error: 'invalid_scope' })),
			{ cause: 'credential-invalid' },
		],
		[
			'a connection that isn’t renewed during an outage',
			readFailure(oauthError({ error: 'temporarily_unavailable' })),
			{ cause: 'temporarily-unavailable' },
		],
		[
			'a connection that isn’t renewed from this IP address',
			readFailure(
				oauthError({ error: 'access_denied', error_description: 'Outside the network zones.' }),
			),
			{ cause: 'configuration-invalid' },
		],
		['no token', token(`${NO_TOKEN}the key is unknown.`), { cause: 'credential-invalid' }],
		[
			'no token right now',
			token(`${NO_TOKEN_NOW}Okta is unavailable.`),
			{ cause: 'temporarily-unavailable' },
		],
	])('after %s is the same for both credentials', (_what, failure, expected) => {
		for (const type of TYPES) expect(toN8nFailure(failure, type)).toEqual(expected);
	});

	it('is undefined for anything else', () => {
		const failure = readFailure(new Error('Something new'));
		for (const type of TYPES) expect(toN8nFailure(failure, type)).toBeUndefined();
	});
});
