import { respondWith, neverRespond } from '../../lab/okta-org/receiver';
import type { OrgResponse } from './okta-org.response';
import {
	accessToken,
	call,
	hookInput,
	MFA,
	org,
	receiver,
	restart,
	startOrgBeforeEach,
	verifiedHook,
} from './okta-org.setup';

startOrgBeforeEach();

describe('Event hooks', () => {
	let token: string;

	beforeEach(async () => {
		token = await accessToken('okta.eventHooks.manage');
	});

	async function create(body: unknown): Promise<OrgResponse> {
		return await call('/api/v1/eventHooks', { method: 'POST', token, body });
	}

	async function lifecycle(id: unknown, action: string): Promise<OrgResponse> {
		const path = `/api/v1/eventHooks/${String(id)}/lifecycle/${action}`;
		return await call(path, { method: 'POST', token });
	}

	async function replace(id: unknown, body: unknown): Promise<OrgResponse> {
		return await call(`/api/v1/eventHooks/${String(id)}`, { method: 'PUT', token, body });
	}

	test('start active and unverified, with null for omitted properties', async () => {
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

	test('never reveal the secret', async () => {
		const created = await create(hookInput());
		const path = `/api/v1/eventHooks/${String(created.json.id)}`;
		const responses = [
			created,
			await call(path, { token }),
			await call('/api/v1/eventHooks', { token }),
			await replace(created.json.id, hookInput()),
			await lifecycle(created.json.id, 'verify'),
			await lifecycle(created.json.id, 'deactivate'),
			await lifecycle(created.json.id, 'activate'),
			await call('/console/state'),
		];
		for (const response of responses) {
			expect(response.status).toBe(200);
			expect(response.text).not.toContain('the secret');
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
			'an invalid header name',
			() => config({ headers: [{ key: 'a b', value: 'c' }] }),
			'headers[0].key',
		],
		[
			'another channel type',
			() => ({ channel: { ...hookInput().channel, type: 'MAIL' } }),
			'channel.type',
		],
		['an unknown property', () => ({ nmae: 'A hook' }), 'nmae'],
		['an unknown status', () => ({ status: 'PAUSED' }), 'status'],
	])('are rejected with %s', async (_case, changes, cause) => {
		const { status, json } = await create(hookInput(changes()));
		expect(status).toBe(400);
		expect(json.errorCode).toBe('E0000001');
		const causes = json.errorCauses as Array<{ errorSummary: string }>;
		expect(causes).toHaveLength(1);
		expect(causes[0].errorSummary).toContain(cause);
		expect(org.hooks()).toEqual([]);
	});

	test('reject malformed JSON, other media types, other methods, and unknown IDs', async () => {
		expect((await create('{"name":')).json.errorCode).toBe('E0000003');
		const path = '/api/v1/eventHooks';
		const headers = { 'Content-Type': 'text/plain' };
		expect((await call(path, { method: 'POST', token, body: 'x', headers })).status).toBe(415);
		expect((await call(path, { method: 'PATCH', token })).json.errorCode).toBe('E0000022');
		for (const id of ['who00000000000000000', '__proto__']) {
			expect((await call(`${path}/${id}`, { token })).json.errorCode).toBe('E0000007');
		}
	});

	test('are verified when the endpoint returns the challenge', async () => {
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
		['does not respond in time', [neverRespond]],
		['fails', [respondWith(500)]],
		['rejects the request', [respondWith(404)]],
	])('are retried once in a verification when the endpoint %s', async (_case, handlers) => {
		await restart({ deliveryTimeout: 500 });
		token = await accessToken();
		const { json } = await create(hookInput());
		receiver.next.push(...handlers);
		expect((await lifecycle(json.id, 'verify')).status).toBe(200);
		expect(receiver.requests).toHaveLength(2);

		receiver.next.push(...handlers, ...handlers);
		const failed = await lifecycle(json.id, 'verify');
		expect(failed.status).toBe(400);
		expect(failed.json).toMatchObject({ errorCode: 'E0000001' });
		expect(receiver.requests).toHaveLength(4);
	});

	test('are not verified by another value, another content type, or a redirect', async () => {
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
		receiver.next.push(respondWith(302, { Location: receiver.url }));
		expect((await lifecycle(json.id, 'verify')).status).toBe(400);
		expect(receiver.requests).toHaveLength(3);
		expect(org.hooks()[0].verificationStatus).toBe('UNVERIFIED');
	});

	test('need a new verification only after their channel changed', async () => {
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

	test('keep their secret if it is omitted and lose it with the auth scheme', async () => {
		const { id } = await verifiedHook();
		await replace(id, hookInput(config({ authScheme: { type: 'HEADER', key: 'X-Key' } })));
		expect(org.secretOf(id)).toBe('the secret');
		await replace(id, hookInput(config({ authScheme: undefined })));
		expect(org.secretOf(id)).toBeUndefined();
	});

	test('can be deleted only when inactive', async () => {
		const { id } = await verifiedHook();
		const remove = async () => await call(`/api/v1/eventHooks/${id}`, { method: 'DELETE', token });
		const rejected = await remove();
		expect(rejected.status).toBe(400);
		expect(rejected.json.errorCode).toBe('E0000001');

		expect((await lifecycle(id, 'deactivate')).json.status).toBe('INACTIVE');
		expect((await remove()).status).toBe(204);
		expect((await remove()).status).toBe(404);
	});

	test('are limited to 25 active, verified ones', async () => {
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

	test('get only the events that pass their filter', async () => {
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
		for (const invalid of [
			'this is nothing',
			"event.debugContext.debugData.factor eq 'SMS_FACTOR'",
			"event.client.ipAddress eq '203.0.113.24'",
			"event.outcome.result eq 'it's'",
			"event.target.?[detailEntry eq 'SMS'].size()>0",
			"event.outcome.result.matches('F.*')",
		]) {
			expect([invalid, (await create(hookInput(filtered(invalid)))).status]).toEqual([
				invalid,
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
