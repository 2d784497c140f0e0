import { createHash, randomBytes } from 'node:crypto';

import type { OrgResponse } from './okta-org.response';
import { call, org, REDIRECT_URI, restart, startOrgBeforeEach } from './okta-org.setup';

startOrgBeforeEach();

describe('OAuth sign-in', () => {
	const verifier = randomBytes(32).toString('base64url');
	const challenge = createHash('sha256').update(verifier).digest('base64url');

	function parameters(overrides: Record<string, string | undefined> = {}): URLSearchParams {
		const all = {
			client_id: org.client.id,
			response_type: 'code',
			redirect_uri: REDIRECT_URI,
			scope: 'okta.eventHooks.manage offline_access',
			state: 'a state',
			code_challenge: challenge,
			code_challenge_method: 'S256',
			...overrides,
		};
		return new URLSearchParams(
			Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
		);
	}

	async function open(overrides: Record<string, string | undefined> = {}): Promise<OrgResponse> {
		return await call(`/oauth2/v1/authorize?${parameters(overrides)}`);
	}

	/** Clicks a button on the consent page. */
	async function decide(
		allowed: boolean,
		overrides: Record<string, string | undefined> = {},
	): Promise<URLSearchParams> {
		const response = await call('/oauth2/v1/authorize', {
			method: 'POST',
			body: parameters({ ...overrides, allowed: String(allowed) }),
		});
		expect(response.status).toBe(302);
		return new URL(response.headers.get('location')!).searchParams;
	}

	async function token(
		form: Record<string, string>,
		headers: Record<string, string> = {},
	): Promise<OrgResponse> {
		return await call('/oauth2/v1/token', {
			method: 'POST',
			headers,
			body: new URLSearchParams({
				...(headers.Authorization === undefined && {
					client_id: org.client.id,
					client_secret: org.client.secret,
				}),
				...form,
			}),
		});
	}

	async function redeem(code: string, form: Record<string, string> = {}): Promise<OrgResponse> {
		return await token({
			grant_type: 'authorization_code',
			code,
			redirect_uri: REDIRECT_URI,
			code_verifier: verifier,
			...form,
		});
	}

	async function refresh(refreshToken: unknown): Promise<OrgResponse> {
		return await token({ grant_type: 'refresh_token', refresh_token: String(refreshToken) });
	}

	async function signIn(scope?: string): Promise<Record<string, unknown>> {
		const { json } = await redeem((await decide(true, scope ? { scope } : {})).get('code')!);
		return json;
	}

	test('consent redirects with the state and a code that can be redeemed for tokens', async () => {
		const page = await open();
		expect(page.status).toBe(200);
		expect(page.text).toContain('okta.eventHooks.manage');

		const back = await decide(true);
		expect(back.get('state')).toBe('a state');
		const { status, headers, json } = await redeem(back.get('code')!);
		expect(status).toBe(200);
		expect(headers.get('cache-control')).toBe('no-store');
		expect(json).toEqual({
			token_type: 'Bearer',
			expires_in: 3600,
			access_token: expect.any(String),
			refresh_token: expect.any(String),
			scope: 'okta.eventHooks.manage offline_access',
		});
		const hooks = await call('/api/v1/eventHooks', { token: String(json.access_token) });
		expect(hooks.status).toBe(200);
	});

	test('the client secret can be in the Authorization header or the body, but not both', async () => {
		const { id, secret } = org.client;
		const Authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
		const form = {
			grant_type: 'authorization_code',
			redirect_uri: REDIRECT_URI,
			code_verifier: verifier,
		};
		const twice = await token({ ...form, code: 'any', client_secret: secret }, { Authorization });
		expect(twice.status).toBe(400);

		const code = (await decide(true)).get('code')!;
		expect((await token({ ...form, code }, { Authorization })).status).toBe(200);
	});

	test('denial redirects with access_denied', async () => {
		const back = await decide(false);
		expect(back.get('error')).toBe('access_denied');
		expect(back.get('state')).toBe('a state');
		expect(back.has('code')).toBe(false);
	});

	test.each([
		['an unknown client', { client_id: '0oaUnknown' }],
		['an unregistered redirect URI', { redirect_uri: `${REDIRECT_URI}/` }],
		['no redirect URI', { redirect_uri: undefined }],
	])('%s shows an error page without a redirect', async (_case, overrides) => {
		await restart({ redirectUris: [REDIRECT_URI] });
		const { status, headers } = await open(overrides);
		expect(status).toBe(400);
		expect(headers.get('location')).toBeNull();
		expect(headers.get('content-type')).toContain('text/html');
	});

	test.each([
		['an unknown scope', { scope: 'okta.eventHooks.manage okta.unknown' }, 'invalid_scope'],
		['an ungranted scope', { scope: 'okta.users.manage' }, 'invalid_scope'],
		['no PKCE challenge', { code_challenge: undefined }, 'invalid_request'],
		['a plain PKCE challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
		['no state', { state: undefined }, 'invalid_request'],
		['another response type', { response_type: 'token' }, 'unsupported_response_type'],
	])('%s fails the whole sign-in', async (_case, overrides, error) => {
		const { status, headers } = await open(overrides);
		expect(status).toBe(302);
		expect(new URL(headers.get('location')!).searchParams.get('error')).toBe(error);
		expect((await decide(true, overrides)).get('error')).toBe(error);
	});

	test('a wrong PKCE verifier is rejected and uses up the code', async () => {
		const code = (await decide(true)).get('code')!;
		const wrong = await redeem(code, { code_verifier: 'x'.repeat(43) });
		expect(wrong.status).toBe(400);
		expect(wrong.json.error).toBe('invalid_grant');
		expect((await redeem(code)).json.error).toBe('invalid_grant');
	});

	test('a code works once, for a minute, and only for its redirect URI', async () => {
		let now = Date.now();
		await restart({ now: () => now });
		const used = (await decide(true)).get('code')!;
		await redeem(used);
		expect((await redeem(used)).json).toEqual({
			error: 'invalid_grant',
			error_description: 'The authorization code is invalid or has expired.',
		});

		const elsewhere = (await decide(true)).get('code')!;
		const { json } = await redeem(elsewhere, { redirect_uri: 'https://elsewhere.example.com/' });
		expect(json.error).toBe('invalid_grant');

		const late = (await decide(true)).get('code')!;
		now += 61_000;
		expect((await redeem(late)).json.error).toBe('invalid_grant');
	});

	test('a wrong client secret is rejected even with PKCE', async () => {
		const code = (await decide(true)).get('code')!;
		for (const secret of ['wrong', '']) {
			const { status, json } = await redeem(code, { client_secret: secret });
			expect(status).toBe(401);
			expect(json.error).toBe('invalid_client');
		}
	});

	test('without offline_access there is no refresh token', async () => {
		const tokens = await signIn('okta.eventHooks.manage');
		expect(tokens).not.toHaveProperty('refresh_token');
	});

	test('a refresh returns a new access token and keeps the refresh token', async () => {
		const tokens = await signIn();
		const { json } = await refresh(tokens.refresh_token);
		expect(json.refresh_token).toBe(tokens.refresh_token);
		expect(json.access_token).not.toBe(tokens.access_token);
		expect((await refresh(tokens.refresh_token)).status).toBe(200);
	});

	test('with rotation, reusing a refresh token fails and revokes its successors', async () => {
		await restart({ rotateRefreshTokens: true });
		const tokens = await signIn();
		const rotated = await refresh(tokens.refresh_token);
		expect(rotated.json.refresh_token).not.toBe(tokens.refresh_token);

		const again = await refresh(tokens.refresh_token);
		expect(again.status).toBe(400);
		expect(again.json.error).toBe('invalid_grant');
		expect((await refresh(rotated.json.refresh_token)).json.error).toBe('invalid_grant');
	});

	test('revoking a refresh token revokes its access tokens', async () => {
		const tokens = await signIn();
		const form = { token: String(tokens.refresh_token) };
		const credentials = { client_id: org.client.id, client_secret: org.client.secret };
		const revoke = async (body: Record<string, string>) =>
			await call('/oauth2/v1/revoke', { method: 'POST', body: new URLSearchParams(body) });

		expect((await revoke(form)).status).toBe(401);
		expect((await revoke({ ...form, ...credentials })).status).toBe(200);
		expect((await refresh(tokens.refresh_token)).json.error).toBe('invalid_grant');
		const hooks = await call('/api/v1/eventHooks', { token: String(tokens.access_token) });
		expect(hooks.status).toBe(401);
	});

	test('revokeRefreshTokens and deactivateUser end a connection', async () => {
		const tokens = await signIn();
		org.revokeRefreshTokens();
		expect((await refresh(tokens.refresh_token)).json.error).toBe('invalid_grant');

		const others = await signIn();
		org.deactivateUser();
		expect((await refresh(others.refresh_token)).json.error).toBe('invalid_grant');
		expect((await decide(true)).get('error')).toBe('access_denied');
	});
});
