import { readErrorResponse, readFailure } from '../../nodes/shared/okta/failure';
import { NO_TOKEN, NO_TOKEN_NOW } from '../../nodes/shared/okta/tokenError';
import {
	ACCESS_TOKEN,
	responseError,
	asErrorResponse,
	asThrown,
	challenge,
	connectionError,
	HOOK_SECRET,
	oauthError,
	oktaErrorBody,
	reconnectError,
} from './fixtures/requestErrors';

const rejection = oktaErrorBody('E0000006', 'You do not have permission.', ['Ask your admin.']);

/** How the same error can arrive wrapped. */
const wrappings = [
	['bare', (error: ReturnType<typeof responseError>): unknown => error],
	['wrapped by n8n as its cause', asThrown],
	['wrapped by n8n as its errorResponse', asErrorResponse],
	[
		'wrapped twice',
		(error: ReturnType<typeof responseError>) =>
			asThrown(new Error('again', { cause: asThrown(error) })),
	],
] as const;

describe('An error from Okta', () => {
	it.each(wrappings)('is read with status, code, words, and ID: %s', (_what, wrap) => {
		expect(readFailure(wrap(responseError(403, rejection)))).toMatchObject({
			status: 403,
			connectionCode: undefined,
			errorCode: 'E0000006',
			summary: 'You do not have permission. Ask your admin.',
			causes: ['Ask your admin.'],
			errorId: 'oaeExampleErrorId',
			disconnected: false,
			oauthError: undefined,
		});
	});

	it('is read up to a limit, because anything can be between n8n and Okta', () => {
		const causes = Array.from({ length: 10_000 }, () => 'x'.repeat(10_000));
		const failure = readFailure(responseError(400, oktaErrorBody('E0000001', 'Invalid.', causes)));
		expect(failure.causes).toHaveLength(20);
		expect(failure.causes[0].length).toBeLessThanOrEqual(1_001);
	});

	it('is read from unparsed JSON', () => {
		const failure = readFailure(asThrown(responseError(403, `\n ${JSON.stringify(rejection)}`)));
		expect(failure).toMatchObject({ errorCode: 'E0000006', errorId: 'oaeExampleErrorId' });
	});

	it.each<[string, unknown, string | undefined, string[]]>([
		['only a summary', oktaErrorBody('E0000001', 'Invalid.'), 'Invalid.', ['Invalid.']],
		[
			'summary and causes',
			oktaErrorBody('E0000001', 'Invalid.', ['name: too long.', 'uri: not https.']),
			'Invalid. name: too long. uri: not https.',
			['name: too long.', 'uri: not https.'],
		],
		[
			'sentences without a period',
			oktaErrorBody('E0000001', 'Invalid', ['name: why?', 'uri: not https!', 'items: none']),
			'Invalid. name: why? uri: not https! items: none.',
			['name: why?', 'uri: not https!', 'items: none.'],
		],
		[
			'the same words twice',
			oktaErrorBody('E0000001', 'Invalid.', ['Invalid.']),
			'Invalid.',
			['Invalid.'],
		],
		[
			'the same words twice, once without a period',
			oktaErrorBody('E0000001', 'Invalid', ['Invalid.']),
			'Invalid.',
			['Invalid.'],
		],
		[
			'the same words twice, the second time without a period',
			oktaErrorBody('E0000001', 'Invalid.', ['Invalid', 'name: too long']),
			'Invalid. name: too long.',
			['Invalid.', 'name: too long.'],
		],
		[
			'a cause without a summary',
			oktaErrorBody('E0000001', '', ['uri: not https.']),
			'uri: not https.',
			['uri: not https.'],
		],
		[
			'causes without a summary',
			oktaErrorBody('E0000001', '', ['name: too long.', 'uri: not https.']),
			'name: too long. uri: not https.',
			['name: too long.', 'uri: not https.'],
		],
		['no words', { errorCode: 'E0000001' }, undefined, []],
		[
			'causes that aren’t a list',
			{ errorSummary: 'Invalid.', errorCauses: 'many' },
			'Invalid.',
			['Invalid.'],
		],
		[
			'causes that aren’t objects',
			{ errorSummary: 'Invalid.', errorCauses: [null, 'x', 1, ['y'], { errorSummary: 7 }] },
			'Invalid.',
			['Invalid.'],
		],
		['a summary that isn’t text', { errorSummary: { of: 'x' }, errorCauses: [] }, undefined, []],
	])('is returned as one text and as a list: %s', (_what, body, summary, causes) => {
		expect(readFailure(responseError(400, body))).toMatchObject({ summary, causes });
		expect(readErrorResponse({ statusCode: 400, headers: {}, body })).toMatchObject({
			summary,
			causes,
		});
	});
});

describe('A response that isn’t from Okta', () => {
	it.each<[string, unknown]>([
		['HTML', '<html><body>Bad gateway</body></html>'],
		['nothing', ''],
		['null', null],
		['absent', undefined],
		['a list', [rejection]],
		['truncated JSON', '{"errorCode":"E0000006"'],
		['plain text', 'E0000006'],
		['another kind of object', { error: 'forbidden', message: 'E0000006' }],
		['an error code that isn’t text', { errorCode: 6, errorId: ['x'] }],
	])('has a status, but no code, words, or ID: %s', (_what, data) => {
		expect(readFailure(asThrown(responseError(502, data)))).toMatchObject({
			status: 502,
			errorCode: undefined,
			summary: undefined,
			causes: [],
			errorId: undefined,
		});
	});
});

describe('The time when a rate limit resets', () => {
	it('is read from the header, in seconds', () => {
		const headers = { 'x-rate-limit-reset': '1772611200' };
		expect(readFailure(asThrown(responseError(429, '', headers))).resetAt).toEqual(
			new Date('2026-03-04T08:00:00Z'),
		);
	});

	it.each(['', 'soon', '0', '-5', 'Infinity', 'NaN'])('is not read from "%s"', (reset) => {
		const headers = { 'x-rate-limit-reset': reset };
		expect(readFailure(responseError(429, '', headers)).resetAt).toBeUndefined();
	});
});

describe('The challenge of a response', () => {
	const DESCRIPTION = 'The access token is out of date.';
	const EXPIRED = { error: 'invalid_token', description: DESCRIPTION };
	const realm = 'realm="http://acme.okta.com"';
	const error = 'error="invalid_token"';
	const description = `error_description="${DESCRIPTION}"`;

	/** Reads the same response in every way it can arrive. */
	function readEverywhere(header: unknown, body: unknown = ''): unknown[] {
		const headers = { 'www-authenticate': header } as Record<string, string>;
		const thrown = responseError(401, body, headers);
		return [
			readErrorResponse({ statusCode: 401, headers, body }).challenge,
			...wrappings.map(([, wrap]) => readFailure(wrap(thrown)).challenge),
		];
	}

	it.each<[string, unknown]>([
		['with the Bearer scheme', challenge('invalid_token', DESCRIPTION)['www-authenticate']],
		['with the DPoP scheme', challenge('invalid_token', DESCRIPTION, 'DPoP')['www-authenticate']],
		['with a scheme in lower case', `bearer ${error}, ${description}`],
		['with a scheme in upper case', `DPOP ${error}, ${description}`],
		['with nothing else', `Bearer ${error}, ${description}`],
		['with the description before the error', `Bearer ${description}, ${realm}, ${error}`],
		['without spaces between', `Bearer ${realm},${error},${description}`],
		['on several lines', `Bearer ${realm},\r\n ${error},\r\n ${description}`],
		['after a proxy’s challenge', `Basic realm="proxy", Bearer ${error}, ${description}`],
		['before a proxy’s challenge', `Bearer ${error}, ${description}, Basic realm="proxy"`],
		['in the second of two', `Bearer ${realm}, DPoP algs="ES256", ${error}, ${description}`],
		['in the first of two', `DPoP ${error}, ${description}, Bearer ${realm}`],
		['in a list of headers', [`Basic realm="proxy"`, `DPoP ${error}, ${description}`]],
		['in a list of one header', [`Bearer ${error}, ${description}`]],
	])('is read: %s', (_what, header) => {
		for (const read of readEverywhere(header)) expect(read).toEqual(EXPIRED);
	});

	it('has an error without a description if Okta sends none', () => {
		for (const read of readEverywhere(`Bearer ${error}`)) {
			expect(read).toEqual({ error: 'invalid_token', description: undefined });
		}
	});

	it('is read regardless of the body', () => {
		for (const body of [
			'',
			undefined,
			null,
			'<html></html>',
			rejection,
			JSON.stringify(rejection),
		]) {
			for (const read of readEverywhere(`Bearer ${error}, ${description}`, body)) {
				expect(read).toEqual(EXPIRED);
			}
		}
	});

	it.each([
		['without quotes', 'Bearer realm=okta, error=invalid_token, error_description="Expired."'],
		['with spaces', 'Bearer error = "invalid_token", error_description = "Expired."'],
		['in capitals', 'BEARER ERROR="invalid_token", ERROR_DESCRIPTION="Expired."'],
	])('is read in other spellings, such as after a proxy: %s', (_what, header) => {
		for (const read of readEverywhere(header)) {
			expect(read).toEqual({ error: 'invalid_token', description: 'Expired.' });
		}
	});

	it.each<[string, unknown]>([
		['there is no header', undefined],
		['the header is empty', ''],
		['the header is null', null],
		['the list of headers is empty', []],
		['there is only a realm', `Bearer ${realm}`],
		['there is only the scheme', 'Bearer'],
		['there is only a description', `Bearer ${description}`],
		['the error is empty', 'Bearer error=""'],
		['only a longer name ends in "error"', 'Bearer last_error="invalid_token"'],
		['a proxy asks for a password', 'Basic realm="proxy"'],
		['a proxy gives its own reason', 'Basic realm="proxy", error="invalid_token"'],
		['only a longer word starts with the scheme', `Bearers ${error}`],
	])('doesn’t exist if %s', (_what, header) => {
		for (const read of readEverywhere(header)) expect(read).toBeUndefined();
	});

	it.each([undefined, null, 'Bearer error="invalid_token"', ['www-authenticate']])(
		'doesn’t exist if the headers are %j',
		(headers) => {
			expect(readErrorResponse({ statusCode: 401, headers, body: '' }).challenge).toBeUndefined();
		},
	);

	it('is the only detail of a response with an empty body', () => {
		const headers = challenge('insufficient_scope', 'A scope is missing.');
		expect(readErrorResponse({ statusCode: 403, headers, body: '' })).toEqual({
			status: 403,
			causes: [],
			challenge: { error: 'insufficient_scope', description: 'A scope is missing.' },
			disconnected: false,
			text: 'HTTP 403',
		});
	});
});

describe('A failed connection', () => {
	it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ECONNABORTED'])(
		'has Node’s code and no status: %s',
		(code) => {
			for (const wrap of [asThrown, (error: unknown) => error]) {
				expect(readFailure(wrap(connectionError(code, `${code} 192.0.2.1:443`)))).toMatchObject({
					status: undefined,
					connectionCode: code,
					disconnected: false,
					oauthError: undefined,
				});
			}
		},
	);

	it('isn’t confused with a response, whose error also has a code from the HTTP client', () => {
		expect(readFailure(responseError(500, '')).connectionCode).toBeUndefined();
	});
});

describe('An OAuth connection that no longer works', () => {
	it.each<[string, unknown]>([
		['the refresh token is rejected', oauthError({ error: 'invalid_grant' })],
		['the refresh token is rejected, in n8n’s words', reconnectError()],
		['it was never set up', new Error('OAuth credentials not connected')],
		['there is no access token', new Error('Unable to sign without access token')],
		[
			'there is no refresh token',
			new Error('OAuth access token expired and no refresh token is available.'),
		],
	])('is recognized: %s', (_what, error) => {
		for (const thrown of [error, asThrown(error)]) {
			expect(readFailure(thrown)).toMatchObject({ disconnected: true, connectionCode: undefined });
		}
	});

	it('isn’t assumed if the API responded, whatever the error’s words', () => {
		const error = responseError(400, oktaErrorBody('E0000001', 'The device is not connected.'));
		error.message = 'The device is not connected. Please reconnect it.';
		for (const thrown of [error, asThrown(error)]) {
			expect(readFailure(thrown)).toMatchObject({ status: 400, disconnected: false });
		}
	});

	it('isn’t confused with a client that Okta doesn’t recognize', () => {
		const error = oauthError({ error: 'invalid_client' });
		for (const thrown of [error, asThrown(error)]) {
			expect(readFailure(thrown)).toMatchObject({
				disconnected: false,
				oauthError: 'invalid_client',
			});
		}
	});

	it.each([{ error: 'invalid_scope' }, { error: ['invalid_grant'] }, {}])(
		'isn’t assumed for another OAuth error: %j',
		(body) => {
			expect(readFailure(oauthError(body))).toMatchObject({
				disconnected: false,
				connectionCode: undefined,
			});
		},
	);
});

describe('Anything else that is thrown', () => {
	it.each<[string, unknown, string]>([
		['an error', new Error('Something new'), 'Something new'],
		['an error without a message', new Error(''), 'unknown error'],
		['an object', { message: 'Something new' }, 'Something new'],
		['a text', 'Something new', 'unknown error'],
		['null', null, 'unknown error'],
		['undefined', undefined, 'unknown error'],
		['a list', [new Error('x')], 'unknown error'],
	])('is read without an error: %s', (_what, thrown, text) => {
		expect(readFailure(thrown)).toEqual({
			status: undefined,
			connectionCode: undefined,
			errorCode: undefined,
			summary: undefined,
			causes: [],
			errorId: undefined,
			resetAt: undefined,
			disconnected: false,
			oauthError: undefined,
			text,
		});
	});

	it('may be its own cause', () => {
		const error = new Error('Round and round');
		error.cause = error;
		expect(readFailure(error).text).toBe('Round and round');
	});

	it('may be the cause of its own cause', () => {
		const [one, two] = [new Error('one'), new Error('two')];
		one.cause = two;
		two.cause = one;
		expect(readFailure(one).text).toBe('one');
	});

	it('may have an endless chain of causes', () => {
		const further = (): Record<string, unknown> =>
			Object.defineProperty({ message: 'deep' }, 'cause', { get: further });
		expect(readFailure(further()).text).toBe('deep');
	});

	it('may have a status that isn’t a number', () => {
		expect(readFailure({ response: { status: 'bad', data: null } }).status).toBeUndefined();
	});
});

describe('The reason why a service app got no access token', () => {
	const [forGood, forNow] = [`${NO_TOKEN}the key is unknown.`, `${NO_TOKEN_NOW}try again.`];

	it.each([
		['the message', (words: string): unknown => new Error(words)],
		[
			'the message of the cause',
			(words: string) => new Error('Failed', { cause: new Error(words) }),
		],
		['one of n8n’s messages', (words: string) => ({ message: 'Failed', messages: ['x', words] })],
	])('is found in %s', (_where, wrap) => {
		for (const words of [forGood, forNow]) {
			expect(readFailure(wrap(words)).tokenError).toBe(words);
		}
	});

	it('isn’t found in the middle of other words', () => {
		const error = new Error(`Details: ${forGood}`);
		expect(readFailure(error).tokenError).toBeUndefined();
	});
});

describe('The request', () => {
	it.each([
		['a response', responseError(403, rejection)],
		['an HTML response', responseError(502, '<html></html>')],
		['a failed connection', connectionError('ECONNRESET', 'socket hang up')],
	])(
		'and its secrets are in the error but never in the failure that is read from it: %s',
		(_what, error) => {
			expect(JSON.stringify([error.config?.headers, error.config?.data])).toContain(ACCESS_TOKEN);
			expect(String(error.config?.data)).toContain(HOOK_SECRET);
			for (const wrap of wrappings.map(([, wrapping]) => wrapping)) {
				const failure = JSON.stringify(readFailure(wrap(error)));
				expect(failure).not.toContain(ACCESS_TOKEN);
				expect(failure).not.toContain(HOOK_SECRET);
			}
		},
	);
});

describe('A full response from n8n', () => {
	it('is read with status, code, words, ID, and the reset of the rate limit', () => {
		const body = { errorCode: 'E0000047', errorSummary: 'Slow down', errorId: 'oae1' };
		const headers = { 'x-rate-limit-reset': '1795521600' };
		expect(readErrorResponse({ statusCode: 429, headers, body })).toEqual({
			status: 429,
			errorCode: 'E0000047',
			summary: 'Slow down.',
			causes: ['Slow down.'],
			errorId: 'oae1',
			resetAt: new Date('2026-11-24T12:00:00Z'),
			disconnected: false,
			text: 'HTTP 429',
		});
	});

	it.each([
		['HTML', '<html>'],
		['nothing', undefined],
		['null', null],
		['a list', []],
	])('only has a status if its body is %s', (_what, body) => {
		expect(readErrorResponse({ statusCode: 502, headers: undefined, body })).toEqual({
			status: 502,
			causes: [],
			disconnected: false,
			text: 'HTTP 502',
		});
	});
});

/** n8n 1 drops the cause of its errors. */
describe('An error from n8n 1', () => {
	it('has the status in httpCode and the body in context', () => {
		const data = { errorCode: 'E0000011', errorSummary: 'Invalid token provided' };
		const thrown = { message: 'Unauthorized', httpCode: '401', context: { data } };
		expect(readFailure(thrown)).toMatchObject({
			status: 401,
			errorCode: 'E0000011',
			summary: 'Invalid token provided.',
			causes: ['Invalid token provided.'],
			disconnected: false,
		});
	});

	it('has no challenge, because the headers are gone', () => {
		const failure = readFailure({ message: 'Forbidden', httpCode: '403', context: { data: '' } });
		expect(failure).toMatchObject({ status: 403, challenge: undefined, errorCode: undefined });
	});

	it('has the code of a failed connection in httpCode', () => {
		const thrown = { message: 'The service refused the connection', httpCode: 'ECONNREFUSED' };
		expect(readFailure(thrown)).toMatchObject({
			status: undefined,
			connectionCode: 'ECONNREFUSED',
		});
	});

	it('reveals a rejected refresh token or an unknown client only through OAuth’s words', () => {
		const rejected =
			'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';
		const unknown =
			'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).';
		expect(readFailure({ message: rejected, httpCode: 'EAUTH' })).toMatchObject({
			disconnected: true,
			connectionCode: undefined,
		});
		expect(readFailure({ message: unknown, httpCode: 'EAUTH' })).toMatchObject({
			disconnected: false,
			oauthError: 'invalid_client',
		});
	});
});
