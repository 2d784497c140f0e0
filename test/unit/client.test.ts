import type { IHttpRequestOptions } from 'n8n-workflow';

import { openOkta } from '../../nodes/shared/okta/client';
import type { OktaContext } from '../../nodes/shared/okta/credential';
import { EVENT_HOOKS, SYSTEM_LOG } from '../../nodes/shared/okta/resources';
import { RENEW_HEADER, SCOPE_HEADER } from '../../nodes/shared/okta/headers';
import { TokenUnusableError } from '../../nodes/shared/okta/serviceApp/tokenUnusableError';
import { node } from './fixtures/node';
import { asThrown, challenge, oktaErrorBody, responseError } from './fixtures/requestErrors';

const ORG = 'https://acme.okta.com';

type Response = Error | { statusCode: number; headers?: object; body?: unknown };

/** An org that returns these responses in turn. An Error is thrown. */
async function orgReturning(authentication: 'oAuth2' | 'serviceApp', ...responses: Response[]) {
	const signed: IHttpRequestOptions[] = [];
	const unsigned: IHttpRequestOptions[] = [];
	const types: string[] = [];
	const context = {
		getNode: () => node,
		getNodeParameter: () => authentication,
		getCredentials: async () => await Promise.resolve({ url: ORG, oauthTokenData: {} }),
		helpers: {
			async httpRequestWithAuthentication(type: string, options: IHttpRequestOptions) {
				types.push(type);
				const response = responses[signed.push(options) - 1];
				if (response === undefined) throw new Error('Unexpected request');
				if (response instanceof Error) throw response;
				return await Promise.resolve({ headers: {}, body: '', ...response });
			},
			async httpRequest(options: IHttpRequestOptions) {
				unsigned.push(options);
				return await Promise.resolve({ id: '00o1' });
			},
		},
	} as unknown as OktaContext;
	return { okta: await openOkta(context), signed, unsigned, types };
}

type Org = Awaited<ReturnType<typeof orgReturning>>;

const list = async ({ okta }: Org, resource = EVENT_HOOKS) =>
	await okta.call({ method: 'GET', path: resource.path, resource });

const OK = { statusCode: 200, body: [] };
const rejected = (statusCode: number, error: string, scheme?: string): Response => ({
	statusCode,
	headers: challenge(error, 'No.', scheme),
});
const coded = (statusCode: number, code: string): Response => ({
	statusCode,
	body: oktaErrorBody(code, 'No.'),
});

/** What distinguishes each attempt. */
function attemptsOf({ signed }: Org): string[] {
	return signed.map(({ headers = {}, ignoreHttpStatusErrors }) => {
		if (RENEW_HEADER in headers) return 'with a new token';
		return ignoreHttpStatusErrors ? 'plain' : 'as an error';
	});
}

describe('A call', () => {
	it.each([
		['hooks', EVENT_HOOKS],
		['the System Log', SYSTEM_LOG],
	])('of a user only has the usual headers: %s', async (_what, resource) => {
		const org = await orgReturning('oAuth2', OK);
		await list(org, resource);
		expect(org.types).toEqual(['oktaOAuth2Api']);
		expect(org.signed).toMatchObject([{ url: `${ORG}${resource.path}` }]);
		expect(org.signed[0].headers).toEqual({
			Accept: 'application/json',
			'Accept-Language': 'en',
		});
	});

	it.each([
		['hooks', EVENT_HOOKS],
		['the System Log', SYSTEM_LOG],
	])('of a service app tells n8n which scope it needs: %s', async (_what, resource) => {
		const org = await orgReturning('serviceApp', OK);
		await list(org, resource);
		expect(org.types).toEqual(['oktaServiceAppApi']);
		expect(org.signed[0].headers).toEqual({
			Accept: 'application/json',
			'Accept-Language': 'en',
			[SCOPE_HEADER]: resource.scope,
		});
	});

	it('for the org’s ID is unsigned and also asks for English', async () => {
		const org = await orgReturning('oAuth2');
		expect(await org.okta.readOrgId()).toBe('00o1');
		expect(org.unsigned.map(({ headers }) => headers)).toEqual([
			{ Accept: 'application/json', 'Accept-Language': 'en' },
		]);
	});
});

describe('A service app whose call is rejected', () => {
	it.each([
		['the token', rejected(401, 'invalid_token')],
		['the scope', rejected(403, 'insufficient_scope')],
		['the proof', rejected(400, 'invalid_dpop_proof', 'DPoP')],
		['an unknown part', { statusCode: 401 }],
	])('retries once with a new token and the same scope: %s', async (_what, response) => {
		const org = await orgReturning('serviceApp', response, OK);
		await list(org);
		expect(attemptsOf(org)).toEqual(['plain', 'with a new token']);
		for (const { headers } of org.signed) {
			expect(headers).toMatchObject({ [SCOPE_HEADER]: EVENT_HOOKS.scope, 'Accept-Language': 'en' });
		}
	});

	it.each([
		['the token', rejected(401, 'invalid_token'), 'Okta no longer accepts this connection'],
		['the scope', rejected(403, 'insufficient_scope'), "doesn't include the scope"],
		['the proof', rejected(400, 'invalid_dpop_proof', 'DPoP'), 'proof'],
	])('gives up if the new token is rejected too: %s', async (_what, response, words) => {
		const org = await orgReturning('serviceApp', response, response);
		await expect(list(org)).rejects.toThrow(words);
		expect(org.signed).toHaveLength(2);
	});

	it.each([
		['the role', coded(403, 'E0000006')],
		['a feature', coded(401, 'E0000015')],
		['an active hook', coded(403, 'E0000056')],
		['a proxy', { statusCode: 403 }],
	])('doesn’t retry for any other reason: %s', async (_what, response) => {
		const org = await orgReturning('serviceApp', response);
		await expect(list(org)).rejects.toThrow();
		expect(org.signed).toHaveLength(1);
	});

	it('doesn’t retry if n8n found that a new token is missing the scope, too', async () => {
		const reason = { errorCode: 'insufficient_scope', errorSummary: 'Only okta.logs.read' };
		const org = await orgReturning('serviceApp', asThrown(new TokenUnusableError(reason)));
		await expect(list(org)).rejects.toMatchObject({
			message: expect.stringMatching(
				/doesn't include the scope 'okta\.eventHooks\.manage'.*\(Only okta\.logs\.read, insufficient_scope\)$/,
			) as string,
			failure: { cause: 'configuration-invalid' },
		});
		expect(org.signed).toHaveLength(1);
	});
});

describe('A user whose call is rejected', () => {
	const unauthorized = asThrown(responseError(401, ''));

	it('has n8n renew the token and resends the call', async () => {
		const org = await orgReturning('oAuth2', rejected(401, 'invalid_token'), OK);
		await list(org);
		expect(attemptsOf(org)).toEqual(['plain', 'as an error']);
	});

	it('learns why the new token is rejected, even if n8n drops the headers', async () => {
		const dropped = asThrown(responseError(403, ''));
		const responses = [
			rejected(401, 'invalid_token'),
			dropped,
			rejected(403, 'insufficient_scope'),
		];
		const org = await orgReturning('oAuth2', ...responses);
		await expect(list(org)).rejects.toMatchObject({
			message: expect.stringContaining("doesn't include the scope") as string,
			failure: { cause: 'credential-invalid' },
		});
		expect(attemptsOf(org)).toEqual(['plain', 'as an error', 'plain']);
	});

	it('learns that the token is rejected if the new one is rejected, too', async () => {
		const invalid = rejected(401, 'invalid_token');
		const org = await orgReturning('oAuth2', invalid, unauthorized, invalid);
		await expect(list(org)).rejects.toThrow('Okta no longer accepts this connection.');
		expect(org.signed).toHaveLength(3);
	});

	it.each([
		['the scope', rejected(403, 'insufficient_scope')],
		['the role', coded(403, 'E0000006')],
		['a feature', coded(401, 'E0000015')],
		['the proof', rejected(400, 'invalid_dpop_proof', 'DPoP')],
	])('doesn’t have the token renewed for any other reason: %s', async (_what, response) => {
		const org = await orgReturning('oAuth2', response);
		await expect(list(org)).rejects.toThrow();
		expect(org.signed).toHaveLength(1);
	});
});

describe('A rejected proof', () => {
	it('says nothing about the request, so the call neither tolerates nor explains it', async () => {
		const proof = rejected(400, 'invalid_dpop_proof', 'DPoP');
		const org = await orgReturning('serviceApp', proof, proof);
		const called = org.okta.call({
			method: 'POST',
			path: EVENT_HOOKS.path,
			resource: EVENT_HOOKS,
			tolerate: () => true,
			explain: () => 'The request was wrong.',
		});
		await expect(called).rejects.toThrow(/proof .*\(DPoP\)/);
	});
});
