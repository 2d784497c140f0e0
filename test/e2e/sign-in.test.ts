import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import axios from 'axios';
import type { AxiosResponse } from 'axios';

import { TRIGGER } from '../../lab/n8n/mfa-workflow';
import { ONCE_A_YEAR } from '../../lab/n8n/poll-times';
import type { LogEvent } from '../../lab/okta-org';
import { callsTo } from '../../lab/okta-org/calls-to';
import { EVENT_CARD_KEYS } from '../../lab/fixtures/event-card-keys';
import { IS_V1, startWorld } from './world';
import type { Flow, World } from './world';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterEach(async () => await world.endScenario());
afterAll(async () => await world?.stop());

/** Delivers an event directly to the hook's URL, the way Okta does. */
async function deliver(event: LogEvent): Promise<AxiosResponse> {
	const { org } = world;
	const [hook] = org.hooks();
	return await axios.post(
		hook.channel.config.uri,
		{ data: { events: [event] } },
		{
			headers: { Authorization: org.secretOf(hook.id) },
			proxy: false,
			validateStatus: () => true,
		},
	);
}

/** Expects that a valid delivery starts an execution, and that nothing else did. */
async function expectNothingStarted(flow: Flow): Promise<void> {
	const { event } = await world.org.signIn('sms');
	expect((await flow.items(1)).map(({ uuid }) => uuid)).toEqual([event.uuid]);
}

describe('Okta User MFA Trigger in a real n8n', () => {
	it('runs the workflow for each MFA sign-in, from publishing to unpublishing', async () => {
		const { org, n8n } = world;
		const flow = await world.createFlow({ parameters: { pollTimes: ONCE_A_YEAR } });
		org.clearRequests();
		await flow.activate();

		expect(org.hooks()).toHaveLength(1);
		expect(org.hooks()[0]).toMatchObject({ status: 'ACTIVE', verificationStatus: 'VERIFIED' });
		expect(callsTo(org)).toEqual([
			'GET /.well-known/okta-organization',
			'GET /api/v1/eventHooks',
			'POST /api/v1/eventHooks',
			'POST /api/v1/eventHooks/{id}/lifecycle/verify',
			// n8n 1 polls for the first time after it has registered the webhook, n8n 2 at the same time.
			...(IS_V1 ? ['GET /api/v1/eventHooks'] : []),
		]);
		const secret = org.secretOf(org.hooks()[0].id) ?? '';
		expect(secret).toMatch(/^\d{13}\.[0-9a-f]{64}$/);

		const events = [org.buildEvent('pushApproved'), org.buildEvent('pushDenied')];
		const [attempt] = await org.publish(events);
		expect(attempt.status).toBe(204);

		const executions = await flow.executions(1);
		expect(executions.map(({ status, mode }) => [status, mode])).toEqual([['success', 'webhook']]);
		const items = executions[0].itemsOf(TRIGGER);
		expect(items.map((item) => Object.keys(item))).toEqual(events.map(() => EVENT_CARD_KEYS));
		expect(items.map(({ uuid }) => uuid)).toEqual(events.map(({ uuid }) => uuid));
		expect(items.map(({ eventDetails }) => eventDetails)).toEqual(attempt.body.data.events);

		expect(executions[0].stored).not.toContain(secret);
		expect(n8n.logs()).not.toContain(secret);
		expect(await flow.staticData()).not.toContain(secret);

		org.clearRequests();
		await flow.deactivate();
		expect(org.hooks()).toEqual([]);
		expect(callsTo(org)).toEqual([
			'GET /api/v1/eventHooks',
			'POST /api/v1/eventHooks/{id}/lifecycle/deactivate',
			'DELETE /api/v1/eventHooks/{id}',
		]);
	});

	it('responds to a delivery and its repeat with an empty body', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const event = org.buildEvent('sms');
		const responses = [await deliver(event), await deliver(event)];

		expect(responses.map(({ status, data }) => [status, data])).toEqual([
			[204, ''],
			[204, ''],
		]);
		expect((await flow.items(1)).map(({ uuid }) => uuid)).toEqual([event.uuid]);
		world.expectExecuted(event.uuid);
	});

	// n8n 1.x responds before it stores the execution, so it loses the event.
	(IS_V1 ? it.skip : it)(
		"accepts an event on the second attempt if n8n couldn't store its execution on the first",
		async () => {
			const { org } = world;
			const flow = await world.createFlow();
			await flow.activate();
			const event = org.buildEvent('sms');
			const database = new DatabaseSync(join(world.n8n.userFolder, '.n8n/database.sqlite'));
			try {
				database.exec(
					"CREATE TRIGGER full BEFORE INSERT ON execution_entity BEGIN SELECT RAISE(ABORT, 'full'); END",
				);
				const first = await deliver(event);
				database.exec('DROP TRIGGER full');
				const [second, third] = [await deliver(event), await deliver(event)];

				expect([first, second, third].map(({ status }) => status)).toEqual([500, 204, 204]);
				expect((await flow.items(1)).map(({ uuid }) => uuid)).toEqual([event.uuid]);
				world.expectExecuted(event.uuid);
			} finally {
				database.exec('DROP TRIGGER IF EXISTS full');
				database.close();
			}
		},
	);

	it.each([
		['no secret', () => undefined],
		['a wrong secret', () => 'f'.repeat(64)],
		['a newer but wrong secret', () => `${Date.now()}.${'f'.repeat(64)}`],
		['only the start of the secret', (secret: string) => secret.slice(0, -1)],
		['extra characters after the secret', (secret: string) => `${secret}0`],
	])('rejects a delivery with %s', async (_, change) => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const [hook] = org.hooks();
		const secret = change(org.secretOf(hook.id) ?? '');
		const body = { data: { events: [org.buildEvent('sms')] } };
		const { status } = await axios.post(hook.channel.config.uri, body, {
			headers: secret ? { Authorization: secret } : {},
			proxy: false,
			validateStatus: () => true,
		});

		expect(status).toBe(401);
		await expectNothingStarted(flow);
	});

	it.each(['null', '[]', '{}', '{"data":{"events":{}}}', '7', 'hello'])(
		'rejects the body %s and starts nothing',
		async (body) => {
			const { org } = world;
			const flow = await world.createFlow();
			await flow.activate();
			const [hook] = org.hooks();
			const type = body === 'hello' ? 'text/plain' : 'application/json';
			const { status, data } = await axios.post(hook.channel.config.uri, body, {
				headers: { Authorization: org.secretOf(hook.id), 'Content-Type': type },
				proxy: false,
				validateStatus: () => true,
				transformRequest: (text: string) => text,
			});

			expect([status, data]).toEqual([400, '']);
			await expectNothingStarted(flow);
		},
	);

	it('leaves malformed JSON to n8n, which rejects it and starts nothing', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const [hook] = org.hooks();
		const { status } = await axios.post(hook.channel.config.uri, '{"data":', {
			headers: { Authorization: org.secretOf(hook.id), 'Content-Type': 'application/json' },
			proxy: false,
			validateStatus: () => true,
			transformRequest: (text: string) => text,
		});

		expect(status).toBe(422);
		await expectNothingStarted(flow);
	});

	it('emits each event once if its delivery arrives three times in parallel and once more later', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const [hook] = org.hooks();
		const events = [org.buildEvent('pushApproved'), org.buildEvent('sms')];
		const body = {
			source: `${org.url}/api/v1/eventHooks/${hook.id}`,
			eventId: 'repeated',
			data: { events },
		};
		const deliver = async () =>
			await axios.post(hook.channel.config.uri, body, {
				headers: { Authorization: org.secretOf(hook.id) },
				proxy: false,
			});
		const [[attempt], ...repeats] = await Promise.all([org.publish(events), deliver(), deliver()]);
		repeats.push(await deliver());

		expect([attempt, ...repeats].map(({ status }) => status)).toEqual([204, 204, 204, 204]);
		const items = await flow.items(2);
		expect(items.map(({ uuid }) => uuid)).toEqual(events.map(({ uuid }) => uuid));
	});
});

describe('In an HTTP Request node, the OAuth credential', () => {
	async function callOnSignIn(url: string): Promise<Flow> {
		const { type, id, name } = world.credential;
		const flow = await world.createFlow({
			next: {
				name: 'Call',
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				parameters: { url, authentication: 'predefinedCredentialType', nodeCredentialType: type },
				credentials: { [type]: { id, name } },
			},
		});
		await flow.activate();
		return flow;
	}

	// n8n 1's node looks at the allowed domains only for redirects.
	(IS_V1 ? it.skip : it)('calls the org, and no other host', async () => {
		const { org } = world;
		const path = '/api/v1/eventHooks?from=http-request';
		const toOrg = await callOnSignIn(org.url + path);
		const elsewhere = await callOnSignIn(
			`${org.url.replace('127.0.0.1', 'localhost')}${path}-elsewhere`,
		);
		await org.signIn('sms');

		const [allowed] = await toOrg.executions(1);
		expect(allowed.error).toBeUndefined();
		expect(allowed.itemsOf('Call')).toHaveLength(2);
		const [rejected] = await elsewhere.executions(1);
		expect(rejected.error).toMatch(/not allowed|restricted/i);
		const paths = org.requests().map((request) => request.path);
		expect(paths).toContain(path);
		expect(paths).not.toContain(`${path}-elsewhere`);
	});
});
