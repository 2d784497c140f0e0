/**
 * Runs Okta's own client against the stand-in org, as an independent check of requests and responses.
 *
 * @see https://github.com/okta/okta-sdk-nodejs
 */
import { Client, DefaultRequestExecutor, type EventHook } from '@okta/okta-sdk-nodejs';
import { startOktaOrg, type OktaOrg } from '../../lab/okta-org';
import { startHookReceiver, type HookReceiver } from '../../lab/okta-org/receiver';

let org: OktaOrg;
let receiver: HookReceiver;
let okta: Client;

beforeEach(async () => {
	org = await startOktaOrg();
	receiver = await startHookReceiver();
	okta = await connect();
});

afterEach(async () => {
	await org.stop();
	await receiver.stop();
});

/** The client only supports API tokens and service apps, so this sets the user's access token itself. */
async function connect(scope?: string): Promise<Client> {
	const { access_token: accessToken } = await org.issueTokens(scope);
	const requestExecutor = new DefaultRequestExecutor();
	requestExecutor.on('request', (request: { headers: Record<string, string> }) => {
		request.headers.Authorization = `Bearer ${accessToken}`;
	});
	return new Client({ orgUrl: org.url, token: 'unused', requestExecutor, cacheMiddleware: null });
}

function hookFor(url: string): EventHook {
	return {
		name: 'Driven by the SDK',
		events: { type: 'EVENT_TYPE', items: ['user.authentication.auth_via_mfa'] },
		channel: {
			type: 'HTTP',
			version: '1.0.0',
			config: {
				uri: url,
				headers: [{ key: 'X-Team', value: 'security' }],
				authScheme: { type: 'HEADER', key: 'Authorization', value: 'a secret' },
			},
		},
	};
}

async function create(): Promise<EventHook & { id: string }> {
	const hook = await okta.eventHookApi.createEventHook({ eventHook: hookFor(receiver.url) });
	return { ...hook, id: hook.id! };
}

test('creates an active, unverified hook without returning its secret', async () => {
	const hook = await create();

	expect(hook).toMatchObject({
		name: 'Driven by the SDK',
		status: 'ACTIVE',
		verificationStatus: 'UNVERIFIED',
		channel: {
			config: { uri: receiver.url, authScheme: { type: 'HEADER', key: 'Authorization' } },
		},
	});
	expect(hook.id).toMatch(/^who[A-Za-z0-9]{17}$/);
	expect(hook.created).toBeInstanceOf(Date);
	expect(hook.channel?.config?.authScheme?.value).toBeUndefined();
});

test('gets and lists hooks', async () => {
	const { id } = await create();

	expect(await okta.eventHookApi.getEventHook({ eventHookId: id })).toMatchObject({ id });
	const ids: unknown[] = [];
	await (
		await okta.eventHookApi.listEventHooks()
	).each((hook) => {
		ids.push(hook.id);
	});
	expect(ids).toEqual([id]);
});

test('verifies a hook and replaces it with the hook that was read', async () => {
	const { id } = await create();
	const verified = await okta.eventHookApi.verifyEventHook({ eventHookId: id });
	expect(verified.verificationStatus).toBe('VERIFIED');

	const renamed = await okta.eventHookApi.replaceEventHook({
		eventHookId: id,
		eventHook: { ...verified, name: 'Renamed' },
	});
	expect(renamed).toMatchObject({ name: 'Renamed', verificationStatus: 'VERIFIED' });
	expect(org.secretOf(id)).toBe('a secret');
});

test('deactivates and then deletes a hook, which is an E0000007 from then on', async () => {
	const { id } = await create();
	await expect(okta.eventHookApi.deleteEventHook({ eventHookId: id })).rejects.toMatchObject({
		status: 400,
		errorCode: 'E0000001',
	});

	const inactive = await okta.eventHookApi.deactivateEventHook({ eventHookId: id });
	expect(inactive.status).toBe('INACTIVE');
	const active = await okta.eventHookApi.activateEventHook({ eventHookId: id });
	expect(active.status).toBe('ACTIVE');
	await okta.eventHookApi.deactivateEventHook({ eventHookId: id });
	await okta.eventHookApi.deleteEventHook({ eventHookId: id });

	await expect(okta.eventHookApi.getEventHook({ eventHookId: id })).rejects.toMatchObject({
		status: 404,
		errorCode: 'E0000007',
	});
});

test('pages through the System Log', async () => {
	for (const kind of ['pushApproved', 'password', 'pushDenied', 'sms', 'securityKey'] as const) {
		await org.signIn(kind);
	}
	const events = await okta.systemLogApi.listLogEvents({
		until: new Date(Date.now() + 60_000).toISOString(),
		filter: 'eventType eq "user.authentication.auth_via_mfa"',
		limit: 2,
	});

	const factors: unknown[] = [];
	await events.each((event) => {
		factors.push(event.debugContext?.debugData?.factor);
	});
	expect(factors).toEqual([
		'OKTA_VERIFY_PUSH',
		'PASSWORD_AS_FACTOR',
		'OKTA_VERIFY_PUSH',
		'SMS_FACTOR',
		'FIDO_WEBAUTHN',
	]);
	expect(org.requests().filter(({ path }) => path.startsWith('/api/v1/logs'))).toHaveLength(3);
});

test('reports a missing scope only by its status, because the response has no body', async () => {
	const reader = await connect('okta.eventHooks.read');
	const rejection: unknown = await reader.eventHookApi
		.createEventHook({ eventHook: hookFor(receiver.url) })
		.catch((error: unknown) => error);
	expect(rejection).toMatchObject({ status: 403 });
	expect(rejection).not.toHaveProperty('errorCode', expect.anything());
});

test('waits for the rate limit to reset and retries', async () => {
	org.faults.addFault({
		path: '/api/v1/eventHooks',
		status: 429,
		headers: { 'x-rate-limit-reset': String(Math.floor(Date.now() / 1000)) },
		times: 1,
	});

	const { id } = await create();
	expect(org.hooks().map((hook) => hook.id)).toEqual([id]);
	expect(org.requests().map(({ status }) => status)).toEqual([429, 200]);
});
