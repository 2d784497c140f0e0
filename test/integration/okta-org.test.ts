/** The rules that the stand-in org keeps, seen from outside: over HTTP, as a client and as an endpoint. */
import { createHash, randomBytes } from 'node:crypto';
import {
	startOktaOrg,
	type EventHook,
	type OktaOrg,
	type OktaOrgOptions,
} from '../../lab/okta-org';
import {
	answerWith,
	neverAnswer,
	startHookReceiver,
	type HookReceiver,
} from '../../lab/okta-org/receiver';

const MFA = 'user.authentication.auth_via_mfa';
const REDIRECT_URI = 'https://n8n.example.com/rest/oauth2-credential/callback';

let org: OktaOrg;
let receiver: HookReceiver;

async function restart(options: OktaOrgOptions = {}): Promise<void> {
	await org?.stop();
	org = await startOktaOrg(options);
}

beforeEach(async () => {
	await restart();
	receiver = await startHookReceiver();
});

afterEach(async () => {
	await org.stop();
	await receiver.stop();
});

interface Answer {
	status: number;
	headers: Headers;
	json: Record<string, unknown>;
	text: string;
}

async function call(
	path: string,
	{
		method = 'GET',
		token,
		body,
		headers = {},
	}: {
		method?: string;
		token?: string;
		body?: unknown;
		headers?: Record<string, string>;
	} = {},
): Promise<Answer> {
	const response = await fetch(new URL(path, org.url), {
		method,
		redirect: 'manual',
		headers: {
			...(token !== undefined && { Authorization: `Bearer ${token}` }),
			...(body !== undefined &&
				!(body instanceof URLSearchParams) && { 'Content-Type': 'application/json' }),
			...headers,
		},
		body:
			body === undefined || typeof body === 'string' || body instanceof URLSearchParams
				? body
				: JSON.stringify(body),
	});
	const text = await response.text();
	const isJson = response.headers.get('content-type')?.includes('json') ?? false;
	return {
		status: response.status,
		headers: response.headers,
		json: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
		text,
	};
}

async function accessToken(scope?: string): Promise<string> {
	return (await org.issueTokens(scope)).access_token;
}

function hookInput(overrides: Record<string, unknown> = {}) {
	return {
		name: 'A hook',
		events: { type: 'EVENT_TYPE' as const, items: [MFA] },
		channel: {
			type: 'HTTP' as const,
			version: '1.0.0',
			config: {
				uri: `${receiver.url}/hook`,
				headers: [{ key: 'X-Team', value: 'security' }],
				authScheme: { type: 'HEADER' as const, key: 'Authorization', value: 'the secret' },
			},
		},
		...overrides,
	};
}

async function verifiedHook(): Promise<EventHook> {
	return await org.console.verifyHook(org.console.createHook(hookInput()).id);
}

function received(method: string) {
	return receiver.requests.filter((request) => request.method === method);
}

describe('signing in', () => {
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

	async function open(overrides: Record<string, string | undefined> = {}): Promise<Answer> {
		return await call(`/oauth2/v1/authorize?${parameters(overrides)}`);
	}

	/** Presses a button of the consent page. */
	async function decide(
		allowed: boolean,
		overrides: Record<string, string | undefined> = {},
	): Promise<URLSearchParams> {
		const answer = await call('/oauth2/v1/authorize', {
			method: 'POST',
			body: parameters({ ...overrides, allowed: String(allowed) }),
		});
		expect(answer.status).toBe(302);
		return new URL(answer.headers.get('location')!).searchParams;
	}

	async function token(
		form: Record<string, string>,
		headers: Record<string, string> = {},
	): Promise<Answer> {
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

	async function redeem(code: string, form: Record<string, string> = {}): Promise<Answer> {
		return await token({
			grant_type: 'authorization_code',
			code,
			redirect_uri: REDIRECT_URI,
			code_verifier: verifier,
			...form,
		});
	}

	async function refresh(refreshToken: unknown): Promise<Answer> {
		return await token({ grant_type: 'refresh_token', refresh_token: String(refreshToken) });
	}

	async function signIn(scope?: string): Promise<Record<string, unknown>> {
		const { json } = await redeem((await decide(true, scope ? { scope } : {})).get('code')!);
		return json;
	}

	test('consent leads back with the state and a code that is worth tokens', async () => {
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

	test('takes the client secret in the Authorization header too, but not in both places', async () => {
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

	test('a refusal leads back with access_denied', async () => {
		const back = await decide(false);
		expect(back.get('error')).toBe('access_denied');
		expect(back.get('state')).toBe('a state');
		expect(back.has('code')).toBe(false);
	});

	test.each([
		['an unknown client', { client_id: '0oaUnknown' }],
		['a redirect URI that is not registered', { redirect_uri: `${REDIRECT_URI}/` }],
		['no redirect URI', { redirect_uri: undefined }],
	])('%s ends on a page, without a redirect', async (_case, overrides) => {
		await restart({ redirectUris: [REDIRECT_URI] });
		const { status, headers } = await open(overrides);
		expect(status).toBe(400);
		expect(headers.get('location')).toBeNull();
		expect(headers.get('content-type')).toContain('text/html');
	});

	test.each([
		['an unknown scope', { scope: 'okta.eventHooks.manage okta.unknown' }, 'invalid_scope'],
		['a scope that is not granted', { scope: 'okta.users.manage' }, 'invalid_scope'],
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

	test('a wrong PKCE verifier is refused and uses up the code', async () => {
		const code = (await decide(true)).get('code')!;
		const wrong = await redeem(code, { code_verifier: 'x'.repeat(43) });
		expect(wrong.status).toBe(400);
		expect(wrong.json.error).toBe('invalid_grant');
		expect((await redeem(code)).json.error).toBe('invalid_grant');
	});

	test('a code works once, for a minute, and for its redirect URI', async () => {
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

	test('a wrong client secret is refused, also with PKCE', async () => {
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

	test('a refresh brings a new access token and keeps the refresh token', async () => {
		const tokens = await signIn();
		const { json } = await refresh(tokens.refresh_token);
		expect(json.refresh_token).toBe(tokens.refresh_token);
		expect(json.access_token).not.toBe(tokens.access_token);
		expect((await refresh(tokens.refresh_token)).status).toBe(200);
	});

	test('with rotation, a used refresh token is refused and voids its successors', async () => {
		await restart({ rotateRefreshTokens: true });
		const tokens = await signIn();
		const rotated = await refresh(tokens.refresh_token);
		expect(rotated.json.refresh_token).not.toBe(tokens.refresh_token);

		const again = await refresh(tokens.refresh_token);
		expect(again.status).toBe(400);
		expect(again.json.error).toBe('invalid_grant');
		expect((await refresh(rotated.json.refresh_token)).json.error).toBe('invalid_grant');
	});

	test('a revoked refresh token takes its access tokens along', async () => {
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

describe('calling the API', () => {
	test('without a token is an E0000005, with a bad one a challenge and nothing else', async () => {
		expect((await call('/api/v1/eventHooks')).json.errorCode).toBe('E0000005');

		const bad = await call('/api/v1/eventHooks', { token: 'nonsense' });
		expect(bad.status).toBe(401);
		expect(bad.text).toBe('');
		expect(bad.headers.get('www-authenticate')).toContain('error="invalid_token"');
	});

	test('with an expired token is a 401', async () => {
		let now = Date.now();
		await restart({ now: () => now });
		const token = await accessToken();
		now += 3599_000;
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);
		now += 1_000;
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(401);

		const another = await accessToken();
		org.expireAccessTokens();
		expect((await call('/api/v1/eventHooks', { token: another })).status).toBe(401);
	});

	test('without the scope is a 403 that names it', async () => {
		const reader = await accessToken('okta.eventHooks.read');
		expect((await call('/api/v1/eventHooks', { token: reader })).status).toBe(200);

		const write = await call('/api/v1/eventHooks', {
			method: 'POST',
			token: reader,
			body: hookInput(),
		});
		expect(write.status).toBe(403);
		expect(write.text).toBe('');
		expect(write.headers.get('www-authenticate')).toMatch(
			/scope="okta\.eventHooks\.manage", error="insufficient_scope"/,
		);
		expect((await call('/api/v1/logs', { token: reader })).status).toBe(403);
	});

	test('with the scope but without the role is a 403 too', async () => {
		const token = await accessToken();
		org.setAdminRights(false);
		const { status, headers, json } = await call('/api/v1/eventHooks', { token });
		expect(status).toBe(403);
		expect(json.errorCode).toBe('E0000006');
		expect(headers.has('www-authenticate')).toBe(false);

		org.setAdminRights(true);
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);
	});

	test('is answered with rate-limit headers', async () => {
		const { headers } = await call('/api/v1/eventHooks', { token: await accessToken() });
		expect(Number(headers.get('x-rate-limit-remaining'))).toBeLessThan(
			Number(headers.get('x-rate-limit-limit')),
		);
		expect(Number(headers.get('x-rate-limit-reset')) * 1000).toBeGreaterThan(Date.now());
	});

	test('is recorded without tokens', async () => {
		const token = await accessToken('okta.logs.read');
		await call('/api/v1/logs?limit=1', { token });
		expect(org.requests()).toEqual([
			expect.objectContaining({
				method: 'GET',
				path: '/api/v1/logs?limit=1',
				status: 200,
				scope: 'okta.logs.read',
			}),
		]);
		expect(JSON.stringify(org.requests())).not.toContain(token);
		org.clearRequests();
		expect(org.requests()).toEqual([]);
	});

	test('runs into faults: an error a number of times, a delay, a dropped connection', async () => {
		const token = await accessToken();
		org.faults.addFault({ method: 'GET', path: '/api/v1/eventHooks', status: 503, times: 1 });
		expect((await call('/api/v1/eventHooks', { token })).json.errorCode).toBe('E0000010');
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);

		const remove = org.faults.addFault({ path: /eventHooks/, drop: true });
		await expect(call('/api/v1/eventHooks', { token })).rejects.toThrow();
		remove();
		org.faults.addFault({ path: /eventHooks/, delay: 5 });
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);
		org.faults.addFault({ path: /.*/, status: 400, body: 'not JSON' });
		org.faults.clearFaults();
		expect((await call('/api/v1/eventHooks', { token })).status).toBe(200);
	});
});

describe('event hooks', () => {
	let token: string;

	beforeEach(async () => {
		token = await accessToken('okta.eventHooks.manage');
	});

	async function create(body: unknown): Promise<Answer> {
		return await call('/api/v1/eventHooks', { method: 'POST', token, body });
	}

	async function lifecycle(id: unknown, action: string): Promise<Answer> {
		const path = `/api/v1/eventHooks/${String(id)}/lifecycle/${action}`;
		return await call(path, { method: 'POST', token });
	}

	async function replace(id: unknown, body: unknown): Promise<Answer> {
		return await call(`/api/v1/eventHooks/${String(id)}`, { method: 'PUT', token, body });
	}

	test('start active and not verified, with null for what was left out', async () => {
		const { status, json } = await create(hookInput());
		expect(status).toBe(200);
		expect(json).toMatchObject({
			status: 'ACTIVE',
			verificationStatus: 'UNVERIFIED',
			description: null,
			events: { type: 'EVENT_TYPE', items: [MFA], filter: null },
			_links: { self: { href: `${org.url}/api/v1/eventHooks/${String(json.id)}` } },
		});
	});

	test('never give the secret away', async () => {
		const created = await create(hookInput());
		const path = `/api/v1/eventHooks/${String(created.json.id)}`;
		const answers = [
			created,
			await call(path, { token }),
			await call('/api/v1/eventHooks', { token }),
			await replace(created.json.id, hookInput()),
			await lifecycle(created.json.id, 'verify'),
			await lifecycle(created.json.id, 'deactivate'),
			await lifecycle(created.json.id, 'activate'),
			await call('/console/state'),
		];
		for (const answer of answers) {
			expect(answer.status).toBe(200);
			expect(answer.text).not.toContain('the secret');
		}
		expect(org.secretOf(String(created.json.id))).toBe('the secret');
	});

	const config = (changes: Record<string, unknown>) => {
		const { channel } = hookInput();
		return { channel: { ...channel, config: { ...channel.config, ...changes } } };
	};
	test.each<[string, () => Record<string, unknown>, string]>([
		['no name', () => ({ name: undefined }), 'name'],
		['a name of 256 characters', () => ({ name: 'x'.repeat(256) }), 'name'],
		[
			'an unknown event type',
			() => ({ events: { type: 'EVENT_TYPE', items: ['no.such'] } }),
			'events',
		],
		['no event type', () => ({ events: { type: 'EVENT_TYPE', items: [] } }), 'events.items'],
		['plain HTTP', () => config({ uri: 'http://n8n.example.com/hook' }), 'channel.config.uri'],
		[
			'an auth scheme without a value',
			() => config({ authScheme: { type: 'HEADER', key: 'a' } }),
			'value',
		],
		[
			'a broken header name',
			() => config({ headers: [{ key: 'a b', value: 'c' }] }),
			'headers[0].key',
		],
		[
			'another channel',
			() => ({ channel: { ...hookInput().channel, type: 'MAIL' } }),
			'channel.type',
		],
		['an unknown property', () => ({ nmae: 'A hook' }), 'nmae'],
		['an unknown status', () => ({ status: 'PAUSED' }), 'status'],
	])('refuse %s', async (_case, changes, cause) => {
		const { status, json } = await create(hookInput(changes()));
		expect(status).toBe(400);
		expect(json.errorCode).toBe('E0000001');
		const causes = json.errorCauses as Array<{ errorSummary: string }>;
		expect(causes).toHaveLength(1);
		expect(causes[0].errorSummary).toContain(cause);
		expect(org.hooks()).toEqual([]);
	});

	test('refuse malformed JSON, other media types, other methods and unknown ids', async () => {
		expect((await create('{"name":')).json.errorCode).toBe('E0000003');
		const path = '/api/v1/eventHooks';
		const headers = { 'Content-Type': 'text/plain' };
		expect((await call(path, { method: 'POST', token, body: 'x', headers })).status).toBe(415);
		expect((await call(path, { method: 'PATCH', token })).json.errorCode).toBe('E0000022');
		for (const id of ['who00000000000000000', '__proto__']) {
			expect((await call(`${path}/${id}`, { token })).json.errorCode).toBe('E0000007');
		}
	});

	test('are verified when the endpoint sends the challenge back', async () => {
		const { json } = await create(hookInput());
		const verified = await lifecycle(json.id, 'verify');
		expect(verified.json.verificationStatus).toBe('VERIFIED');

		expect(receiver.requests).toHaveLength(1);
		expect(receiver.requests[0]).toMatchObject({
			method: 'GET',
			headers: {
				authorization: 'the secret',
				'x-team': 'security',
				'x-okta-verification-challenge': expect.any(String),
			},
		});
	});

	test.each([
		['does not answer in time', [neverAnswer]],
		['fails', [answerWith(500)]],
		['refuses', [answerWith(404)]],
	])('are asked once more when the endpoint %s', async (_case, answers) => {
		await restart({ deliveryTimeout: 500 });
		token = await accessToken();
		const { json } = await create(hookInput());
		receiver.next.push(...answers);
		expect((await lifecycle(json.id, 'verify')).status).toBe(200);
		expect(receiver.requests).toHaveLength(2);

		receiver.next.push(...answers, ...answers);
		const failed = await lifecycle(json.id, 'verify');
		expect(failed.status).toBe(400);
		expect(failed.json).toMatchObject({ errorCode: 'E0000001' });
		expect(receiver.requests).toHaveLength(4);
	});

	test('are not verified by another value, another type, or a redirect', async () => {
		const { json } = await create(hookInput());
		receiver.next.push((_request, response) => {
			response.json({ verification: 'another' });
		});
		expect((await lifecycle(json.id, 'verify')).status).toBe(400);
		receiver.next.push((request, response) => {
			const verification = request.get('x-okta-verification-challenge');
			response.type('html').send(JSON.stringify({ verification }));
		});
		expect((await lifecycle(json.id, 'verify')).status).toBe(400);
		receiver.next.push(answerWith(302, { Location: receiver.url }));
		expect((await lifecycle(json.id, 'verify')).status).toBe(400);
		expect(receiver.requests).toHaveLength(3);
		expect(org.hooks()[0].verificationStatus).toBe('UNVERIFIED');
	});

	test('need verifying again after their channel changed, and only then', async () => {
		const { id, ...hook } = await verifiedHook();
		const renamed = await replace(id, { ...hook, name: 'Renamed' });
		expect(renamed.json).toMatchObject({ name: 'Renamed', verificationStatus: 'VERIFIED' });

		const moved = await replace(id, { ...hook, ...config({ uri: `${receiver.url}/moved` }) });
		expect(moved.json.verificationStatus).toBe('UNVERIFIED');

		await org.console.verifyHook(id);
		const newSecret = { authScheme: { type: 'HEADER', key: 'Authorization', value: 'new' } };
		const resecured = await replace(id, hookInput(config(newSecret)));
		expect(resecured.json.verificationStatus).toBe('UNVERIFIED');
		expect(org.secretOf(id)).toBe('new');
	});

	test('keep their secret when it is left out, and drop it with the auth scheme', async () => {
		const { id } = await verifiedHook();
		await replace(id, hookInput(config({ authScheme: { type: 'HEADER', key: 'X-Key' } })));
		expect(org.secretOf(id)).toBe('the secret');
		await replace(id, hookInput(config({ authScheme: undefined })));
		expect(org.secretOf(id)).toBeUndefined();
	});

	test('are deleted only when inactive', async () => {
		const { id } = await verifiedHook();
		const remove = async () => await call(`/api/v1/eventHooks/${id}`, { method: 'DELETE', token });
		const refused = await remove();
		expect(refused.status).toBe(400);
		expect(refused.json.errorCode).toBe('E0000001');

		expect((await lifecycle(id, 'deactivate')).json.status).toBe('INACTIVE');
		expect((await remove()).status).toBe(204);
		expect((await remove()).status).toBe(404);
	});

	test('can be 25 active and verified ones, not 26', async () => {
		for (let i = 0; i < 24; i++) await verifiedHook();
		const [last, oneTooMany] = [
			org.console.createHook(hookInput()),
			org.console.createHook(hookInput()),
		];
		expect((await lifecycle(last.id, 'verify')).status).toBe(200);

		expect((await lifecycle(oneTooMany.id, 'verify')).status).toBe(400);
		expect((await create(hookInput())).status).toBe(400);

		await lifecycle(last.id, 'deactivate');
		expect((await lifecycle(oneTooMany.id, 'verify')).status).toBe(200);
		expect((await lifecycle(last.id, 'activate')).status).toBe(400);
	});

	test('with the filter feature, get only the events that pass', async () => {
		await restart({ filterFeature: true });
		token = await accessToken();
		const filtered = (expression: string) => ({
			events: {
				type: 'EVENT_TYPE',
				items: [MFA],
				filter: {
					type: 'EXPRESSION_LANGUAGE',
					eventFilterMap: [{ event: MFA, condition: { expression } }],
				},
			},
		});
		for (const refused of [
			'this is nothing',
			"event.debugContext.debugData.factor eq 'SMS_FACTOR'",
			"event.client.ipAddress eq '203.0.113.24'",
			"event.outcome.result eq 'it's'",
			"event.target.?[detailEntry eq 'SMS'].size()>0",
			"event.outcome.result.matches('F.*')",
		]) {
			expect([refused, (await create(hookInput(filtered(refused)))).status]).toEqual([
				refused,
				400,
			]);
		}

		const expression =
			"event.outcome.result eq 'FAILURE' && event.outcome.reason.contains('CREDENTIALS') && event.target.?[type eq 'User' && displayName ne 'it''s'].size()>0";
		const { json } = await create(hookInput(filtered(expression)));
		await lifecycle(json.id, 'verify');
		expect((await org.signIn('pushApproved')).deliveries).toHaveLength(0);
		expect((await org.signIn('pushDenied')).deliveries).toHaveLength(1);
	});
});

describe('deliveries', () => {
	test('bring an event in the envelope, with the secret and without nulls', async () => {
		const hook = await verifiedHook();
		const { event, deliveries } = await org.signIn('pushDenied');

		const [{ headers, body }] = received('POST');
		expect(headers).toMatchObject({
			accept: 'application/json',
			'content-type': 'application/json',
			authorization: 'the secret',
			'x-team': 'security',
		});
		expect(body).toEqual({
			eventType: 'com.okta.event_hook',
			eventTypeVersion: '1.0',
			cloudEventsVersion: '0.1',
			source: hook._links.self.href,
			eventId: deliveries[0].eventId,
			data: { events: [expect.objectContaining({ uuid: event.uuid, eventType: MFA })] },
			eventTime: expect.any(String),
			contentType: 'application/json',
		});
		expect(deliveries).toEqual([
			expect.objectContaining({ hookId: hook.id, attempt: 1, status: 204, delivered: true }),
		]);

		const [delivered] = body!.data.events;
		expect(JSON.stringify(delivered)).not.toContain(':null');
		expect(delivered).not.toHaveProperty('request');
		expect(delivered).toMatchObject({
			outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
			client: { ipChain: [{ ip: event.request.ipChain[0].ip }] },
			debugContext: { debugData: { factor: 'OKTA_VERIFY_PUSH', targetEventHookIds: hook.id } },
		});
	});

	test('go to active and verified hooks that subscribe to the event, and to no others', async () => {
		org.console.createHook(hookInput({ name: 'Unverified' }));
		const inactive = await verifiedHook();
		org.console.deactivateHook(inactive.id);
		const other = hookInput({ events: { type: 'EVENT_TYPE', items: ['user.session.start'] } });
		await org.console.verifyHook(org.console.createHook(other).id);
		expect((await org.signIn('sms')).deliveries).toEqual([]);

		org.console.activateHook(inactive.id);
		const { deliveries } = await org.signIn('sms');
		expect(deliveries.map(({ hookId }) => hookId)).toEqual([inactive.id]);
	});

	test.each([
		['a 5xx', answerWith(503), { status: 503 }],
		['a time-out', neverAnswer, { error: 'Timed out after 500 ms' }],
		[
			'a broken connection',
			((request) => {
				request.socket.destroy();
			}) satisfies typeof neverAnswer,
			{ error: expect.any(String) },
		],
	])('are tried once more after %s, with the same body', async (_case, failure, outcome) => {
		await restart({ deliveryTimeout: 500 });
		await verifiedHook();
		receiver.next.push(failure);
		const { deliveries } = await org.signIn('pushApproved');
		expect(deliveries).toMatchObject([
			{ attempt: 1, delivered: false, ...outcome },
			{ attempt: 2, delivered: true, status: 204 },
		]);
		const [first, second] = received('POST');
		expect(second.text).toBe(first.text);

		receiver.next.push(failure, failure);
		expect((await org.signIn('pushApproved')).deliveries).toHaveLength(2);
		expect(received('POST')).toHaveLength(4);
	});

	test.each([
		['a 4xx', answerWith(401)],
		['a redirect', answerWith(307, { Location: '/elsewhere' })],
		['another 2xx', answerWith(202)],
	])('are not tried again after %s, and the log says that they failed', async (_case, answer) => {
		const hook = await verifiedHook();
		receiver.next.push(answer);
		const { deliveries } = await org.signIn('pushApproved');
		expect(deliveries).toMatchObject([{ attempt: 1, delivered: false }]);
		expect(received('POST')).toHaveLength(1);
		expect(org.log().at(-1)).toMatchObject({
			eventType: 'event_hook.delivery',
			outcome: { result: 'FAILURE' },
			target: [{ id: hook.id }],
		});
	});

	test('carry several events at once, and can be repeated', async () => {
		await verifiedHook();
		const events = [org.buildEvent('pushApproved'), org.buildEvent('securityKey')];
		const [{ eventId, uuids }] = await org.publish(events);
		expect(uuids).toEqual(events.map(({ uuid }) => uuid));

		await org.redeliver(eventId);
		const [first, repeat] = received('POST');
		expect(repeat.text).toBe(first.text);
		expect(org.deliveries().map((attempt) => attempt.eventId)).toEqual([eventId, eventId]);
	});

	test('stay on this machine', async () => {
		const elsewhere = hookInput();
		elsewhere.channel.config.uri = 'https://hooks.example.com/';
		const { id } = org.console.createHook(elsewhere);
		await expect(org.console.verifyHook(id)).rejects.toThrow('Unable to verify event hook');
	});

	test('end when the org stops', async () => {
		await restart({ deliveryTimeout: 60_000 });
		await verifiedHook();
		let arrived = (): void => {};
		const arrival = new Promise<void>((resolve) => {
			arrived = resolve;
		});
		receiver.next.push(() => arrived());
		const signIn = org.signIn('pushApproved');
		await arrival;
		await org.stop();
		expect((await signIn).deliveries).toMatchObject([{ delivered: false }]);
	});
});

describe('the System Log', () => {
	let token: string;
	let now: number;

	beforeEach(async () => {
		now = Date.parse('2026-03-01T12:00:00Z');
		await restart({ now: () => now });
		token = await accessToken('okta.logs.read');
	});

	interface Page {
		uuids: string[];
		next?: string;
		events: Array<Record<string, unknown>>;
	}

	async function read(query: string): Promise<Page> {
		const path = query.startsWith('http') ? query : `/api/v1/logs?${query}`;
		const { status, headers, text } = await call(path, { token });
		expect(status).toBe(200);
		const events = JSON.parse(text) as Array<Record<string, unknown>>;
		return {
			events,
			uuids: events.map(({ uuid }) => String(uuid)),
			next: /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1],
		};
	}

	async function refusal(query: string): Promise<unknown> {
		const { status, json } = await call(`/api/v1/logs?${query}`, { token });
		expect(status).toBe(400);
		return json.errorCode;
	}

	async function signIns(count: number): Promise<string[]> {
		const uuids: string[] = [];
		for (let i = 0; i < count; i++) {
			now += 1000;
			uuids.push((await org.signIn('pushApproved')).event.uuid);
		}
		return uuids;
	}

	test('keeps nulls and the address chain where the API has them', async () => {
		await signIns(1);
		const [event] = (await read('')).events;
		expect(event).toMatchObject({
			outcome: { result: 'SUCCESS', reason: null },
			request: { ipChain: [{ source: null }] },
			client: { id: null },
		});
	});

	test('a polling query always has a next page, which brings what came since', async () => {
		const first = await read('limit=2');
		expect(first.uuids).toEqual([]);

		const uuids = await signIns(3);
		const second = await read(first.next!);
		expect(second.uuids).toEqual(uuids.slice(0, 2));
		const third = await read(second.next!);
		expect(third.uuids).toEqual(uuids.slice(2));
		const fourth = await read(third.next!);
		expect(fourth.uuids).toEqual([]);
	});

	test('a polling query brings late events, a bounded one puts them where they belong', async () => {
		const [early] = await signIns(1);
		const page = await read('');
		const late = org.buildEvent('sms', { published: '2026-03-01T11:59:00.000Z' });
		now += 1000;
		await org.publish([late]);

		expect((await read(page.next!)).uuids).toEqual([late.uuid]);
		const bounded = `since=2026-03-01T11:00:00Z&until=2026-03-01T13:00:00Z`;
		expect((await read(bounded)).uuids).toEqual([late.uuid, early]);
	});

	test('a bounded query ends, in either order', async () => {
		const uuids = await signIns(5);
		const bounded = 'until=2026-03-01T13:00:00Z&limit=2';
		for (const [order, expected] of [
			['ASCENDING', uuids],
			['DESCENDING', [...uuids].reverse()],
		] as const) {
			const read1 = await read(`${bounded}&sortOrder=${order}`);
			const read2 = await read(read1.next!);
			const read3 = await read(read2.next!);
			expect([...read1.uuids, ...read2.uuids, ...read3.uuids]).toEqual(expected);
			expect(read3.next).toBeUndefined();
		}
	});

	test('since leaves out what came before', async () => {
		const [, second] = await signIns(2);
		expect((await read(`since=${new Date(now).toISOString()}`)).uuids).toEqual([second]);
	});

	test('filters by type, outcome and uuid, with and, or and parentheses', async () => {
		const approved = (await org.signIn('pushApproved')).event.uuid;
		const denied = (await org.signIn('pushDenied')).event.uuid;
		const read1 = async (filter: string) =>
			(await read(`filter=${encodeURIComponent(filter)}`)).uuids;

		expect(await read1(`eventType eq "${MFA}"`)).toEqual([approved, denied]);
		expect(await read1('outcome.result eq "FAILURE"')).toEqual([denied]);
		expect(await read1(`eventType eq "other" or uuid eq "${approved}"`)).toEqual([approved]);
		expect(
			await read1(
				`eventType eq "${MFA}" and (outcome.result eq "SUCCESS" or outcome.result eq "DENY")`,
			),
		).toEqual([approved]);
	});

	test.each([
		['filter=eventType', 'E0000031'],
		['filter=eventType+co+"mfa"', 'E0000031'],
		['filter=eventType+eq+"a"+or', 'E0000031'],
		['filter=unknown+eq+"a"', 'E0000031'],
		['after=x', 'E0000001'],
		['limit=1001', 'E0000001'],
		['since=yesterday', 'E0000030'],
	])('refuses %s', async (query, errorCode) => {
		expect(await refusal(query)).toBe(errorCode);
	});
});

describe('the page', () => {
	test('shows hooks and deliveries, escaped', async () => {
		org.console.createHook(hookInput({ name: '<script>alert(1)</script>' }));
		const { text, headers } = await call('/');
		expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
		expect(text).not.toContain('<script>alert');
		expect(headers.get('content-security-policy')).toContain("default-src 'none'");
	});

	test('its buttons sign somebody in', async () => {
		await verifiedHook();
		const press = async (kind: string, headers: Record<string, string>) =>
			await call('/console/event', {
				method: 'POST',
				body: new URLSearchParams({ kind }),
				headers,
			});
		const { json } = await press('pushDenied', { Accept: 'application/json' });
		expect(json).toMatchObject({ event: { outcome: { result: 'FAILURE' } } });
		expect(received('POST')).toHaveLength(1);

		const form = await press('sms', { Accept: 'text/html' });
		expect(form.status).toBe(303);
		expect((await press('nothing', {})).status).toBe(400);
		expect((await press('sms', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
		expect((await call('/console/state')).json).toMatchObject({ hooks: [{ name: 'A hook' }] });
	});
});
