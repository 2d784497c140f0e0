/**
 * Okta's own client drives the stand-in org: what it sends and expects was not written here.
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

/** The client knows API tokens and service apps; our user's access token goes in by its own event. */
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

test('creates a hook that is active, not verified, and without its secret', async () => {
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

test('verifies a hook and takes back a changed one as it was read', async () => {
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

test('deactivates, then deletes; a deleted hook is an E0000007', async () => {
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

test('walks through the pages of the System Log', async () => {
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

test('reports a missing scope by its status alone: the answer has no body', async () => {
	const reader = await connect('okta.eventHooks.read');
	const refusal: unknown = await reader.eventHookApi
		.createEventHook({ eventHook: hookFor(receiver.url) })
		.catch((error: unknown) => error);
	expect(refusal).toMatchObject({ status: 403 });
	expect(refusal).not.toHaveProperty('errorCode', expect.anything());
});

test('waits for the reset of a rate limit and tries again', async () => {
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
