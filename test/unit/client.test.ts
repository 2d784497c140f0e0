import type { IHttpRequestOptions } from 'n8n-workflow';

import { openOkta } from '../../nodes/shared/okta/client';
import type { OktaContext } from '../../nodes/shared/okta/credential';
import { EVENT_HOOKS, SYSTEM_LOG } from '../../nodes/shared/okta/resources';
import { RENEW_HEADER, SCOPE_HEADER } from '../../nodes/shared/okta/serviceApp/headers';
import { TokenUnusableError } from '../../nodes/shared/okta/serviceApp/renewal';
import { node } from './fixtures/node';
import { answerError, asThrown, challenge, oktaErrorBody } from './fixtures/requestErrors';

const ORG = 'https://acme.okta.com';

type Answer = Error | { statusCode: number; headers?: object; body?: unknown };

/** An org whose answers n8n hands back one after the other; an Error is thrown. */
async function orgThat(authentication: 'oAuth2' | 'serviceApp', ...answers: Answer[]) {
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
				const answer = answers[signed.push(options) - 1];
				if (answer === undefined) throw new Error('Okta was asked once too often');
				if (answer instanceof Error) throw answer;
				return await Promise.resolve({ headers: {}, body: '', ...answer });
			},
			async httpRequest(options: IHttpRequestOptions) {
				unsigned.push(options);
				return await Promise.resolve({ id: '00o1' });
			},
		},
	} as unknown as OktaContext;
	return { okta: await openOkta(context), signed, unsigned, types };
}

type Org = Awaited<ReturnType<typeof orgThat>>;

const list = async ({ okta }: Org, resource = EVENT_HOOKS) =>
	await okta.call({ method: 'GET', path: resource.path, resource });

const OK = { statusCode: 200, body: [] };
const rejected = (statusCode: number, error: string, scheme?: string): Answer => ({
	statusCode,
	headers: challenge(error, 'No.', scheme),
});
const coded = (statusCode: number, code: string): Answer => ({
	statusCode,
	body: oktaErrorBody(code, 'No.'),
});

/** What is special about each request. */
function storyOf({ signed }: Org): string[] {
	return signed.map(({ headers = {}, ignoreHttpStatusErrors }) => {
		if (RENEW_HEADER in headers) return 'with a new token';
		return ignoreHttpStatusErrors ? 'plain' : 'as an error';
	});
}

describe('A call', () => {
	it.each([
		['hooks', EVENT_HOOKS],
		['the System Log', SYSTEM_LOG],
	])('of a user has nothing but the usual headers: %s', async (_what, resource) => {
		const org = await orgThat('oAuth2', OK);
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
	])('of a service app names the scope to n8n: %s', async (_what, resource) => {
		const org = await orgThat('serviceApp', OK);
		await list(org, resource);
		expect(org.types).toEqual(['oktaServiceAppApi']);
		expect(org.signed[0].headers).toEqual({
			Accept: 'application/json',
			'Accept-Language': 'en',
			[SCOPE_HEADER]: resource.scope,
		});
	});

	it('for the org’s id is in English too, and not signed', async () => {
		const org = await orgThat('oAuth2');
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
		['nobody knows what', { statusCode: 401 }],
	])('comes again once with a new token, and the same scope: %s', async (_what, answer) => {
		const org = await orgThat('serviceApp', answer, OK);
		await list(org);
		expect(storyOf(org)).toEqual(['plain', 'with a new token']);
		for (const { headers } of org.signed) {
			expect(headers).toMatchObject({ [SCOPE_HEADER]: EVENT_HOOKS.scope, 'Accept-Language': 'en' });
		}
	});

	it.each([
		['the token', rejected(401, 'invalid_token'), 'Okta no longer accepts this connection'],
		['the scope', rejected(403, 'insufficient_scope'), "doesn't include the scope"],
		['the proof', rejected(400, 'invalid_dpop_proof', 'DPoP'), 'proof'],
	])('gives up if the new token is rejected too: %s', async (_what, answer, words) => {
		const org = await orgThat('serviceApp', answer, answer);
		await expect(list(org)).rejects.toThrow(words);
		expect(org.signed).toHaveLength(2);
	});

	it.each([
		['the role', coded(403, 'E0000006')],
		['a feature', coded(401, 'E0000015')],
		['an active hook', coded(403, 'E0000056')],
		['a proxy', { statusCode: 403 }],
	])('does not come again for another reason: %s', async (_what, answer) => {
		const org = await orgThat('serviceApp', answer);
		await expect(list(org)).rejects.toThrow();
		expect(org.signed).toHaveLength(1);
	});

	it('does not come again if n8n found that the scope is missing, with a new token already', async () => {
		const reason = { errorCode: 'insufficient_scope', errorSummary: 'Only okta.logs.read' };
		const org = await orgThat('serviceApp', asThrown(new TokenUnusableError(reason)));
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
	const unauthorized = asThrown(answerError(401, ''));

	it('has the token renewed by n8n, and the call sent again', async () => {
		const org = await orgThat('oAuth2', rejected(401, 'invalid_token'), OK);
		await list(org);
		expect(storyOf(org)).toEqual(['plain', 'as an error']);
	});

	it('is told what the new token is rejected for, even by an n8n that drops the headers', async () => {
		const dropped = asThrown(answerError(403, ''));
		const answers = [rejected(401, 'invalid_token'), dropped, rejected(403, 'insufficient_scope')];
		const org = await orgThat('oAuth2', ...answers);
		await expect(list(org)).rejects.toMatchObject({
			message: expect.stringContaining("doesn't include the scope") as string,
			failure: { cause: 'credential-invalid' },
		});
		expect(storyOf(org)).toEqual(['plain', 'as an error', 'plain']);
	});

	it('is told of the rejected token if the new one is rejected, too', async () => {
		const invalid = rejected(401, 'invalid_token');
		const org = await orgThat('oAuth2', invalid, unauthorized, invalid);
		await expect(list(org)).rejects.toThrow('Okta no longer accepts this connection.');
		expect(org.signed).toHaveLength(3);
	});

	it.each([
		['the scope', rejected(403, 'insufficient_scope')],
		['the role', coded(403, 'E0000006')],
		['a feature', coded(401, 'E0000015')],
		['the proof', rejected(400, 'invalid_dpop_proof', 'DPoP')],
	])('does not have the token renewed for another reason: %s', async (_what, answer) => {
		const org = await orgThat('oAuth2', answer);
		await expect(list(org)).rejects.toThrow();
		expect(org.signed).toHaveLength(1);
	});
});

describe('A rejected proof', () => {
	it('says nothing about the request: it is neither tolerated nor explained', async () => {
		const proof = rejected(400, 'invalid_dpop_proof', 'DPoP');
		const org = await orgThat('serviceApp', proof, proof);
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
