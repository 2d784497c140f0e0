/** An org with an endpoint for its hooks, and helpers for calling the org over HTTP. */
import { startOktaOrg } from '../../lab/okta-org';
import type { EventHook, OktaOrg, OktaOrgOptions } from '../../lab/okta-org';
import { startHookReceiver } from '../../lab/okta-org/receiver';
import type { HookReceiver } from '../../lab/okta-org/receiver';
import { readResponse } from './okta-org.response';
import type { OrgResponse } from './okta-org.response';

export const MFA = 'user.authentication.auth_via_mfa';
export const REDIRECT_URI = 'https://n8n.example.com/rest/oauth2-credential/callback';

export let org: OktaOrg;
export let receiver: HookReceiver;

export async function restart(options: OktaOrgOptions = {}): Promise<void> {
	await org?.stop();
	org = await startOktaOrg(options);
}

/** Gives each test in the file its own org and receiver. */
export function startOrgBeforeEach(): void {
	beforeEach(async () => {
		await restart();
		receiver = await startHookReceiver();
	});

	afterEach(async () => {
		await org.stop();
		await receiver.stop();
	});
}

export async function call(
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
): Promise<OrgResponse> {
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
	return await readResponse(response);
}

export async function accessToken(scope?: string): Promise<string> {
	return (await org.issueTokens(scope)).access_token;
}

export function hookInput(overrides: Record<string, unknown> = {}) {
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

export async function verifiedHook(): Promise<EventHook> {
	return await org.console.verifyHook(org.console.createHook(hookInput()).id);
}

export function received(method: string) {
	return receiver.requests.filter((request) => request.method === method);
}
