import type { OktaOrg } from '../../lab/okta-org';
import { callsTo, secretOf, startConnected, startWatched, stopAll } from './setup';

afterEach(stopAll);

describe('Publishing a workflow with the Okta User MFA Trigger', () => {
	it('creates exactly one active, verified event hook for MFA sign-ins in Okta', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();

		expect(org.hooks()).toHaveLength(1);
		expect(org.hooks()[0]).toMatchObject({
			name: expect.stringMatching(
				/^n8n: Watch MFA \/ Okta User MFA Trigger \([\da-f]{8}\)$/,
			) as string,
			status: 'ACTIVE',
			verificationStatus: 'VERIFIED',
			events: { type: 'EVENT_TYPE', items: ['user.authentication.auth_via_mfa'] },
			channel: { config: { uri: engine.webhookUrl, authScheme: { key: 'Authorization' } } },
		});
	});

	it('makes four calls to Okta, including the verification', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();

		expect(callsTo(org)).toEqual([
			'GET /.well-known/okta-organization',
			'GET /api/v1/eventHooks',
			'POST /api/v1/eventHooks',
			'POST /api/v1/eventHooks/{id}/lifecycle/verify',
		]);
	});

	it('gives the hook a new 256-bit secret with a timestamp each time', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const first = secretOf(org);
		await engine.unpublish();
		await engine.publish();

		expect(first).toMatch(/^\d{13}\.[0-9a-f]{64}$/);
		expect(secretOf(org)).not.toBe(first);
	});

	it('stores the hook ID and a hash of the secret in n8n, never the secret itself', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();

		expect(engine.staticData()).toEqual({
			hookId: org.hooks()[0].id,
			secretHash: expect.stringMatching(/^[0-9a-f]{64}$/),
			secretTime: Number(secretOf(org).split('.')[0]),
			owner: expect.stringMatching(/\/wf\d+\//),
			orgUrl: org.url,
			address: engine.webhookUrl,
			orgId: org.id,
		});
		expect(JSON.stringify(engine.staticData())).not.toContain(secretOf(org));
	});

	it('keeps the hook when the workflow is published again, and replaces its secret', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const [hook] = org.hooks();
		const secret = secretOf(org);
		org.clearRequests();
		await engine.publish('update');

		expect(callsTo(org)).toEqual([
			'GET /.well-known/okta-organization',
			'GET /api/v1/eventHooks',
			'PUT /api/v1/eventHooks/{id}',
			'POST /api/v1/eventHooks/{id}/lifecycle/verify',
		]);
		expect(org.hooks()).toMatchObject([
			{ id: hook.id, name: hook.name, status: 'ACTIVE', verificationStatus: 'VERIFIED' },
		]);
		expect(secretOf(org)).not.toBe(secret);
	});

	it('works even if Okta does not return the org ID', async () => {
		const { org, engine } = await startConnected();
		org.faults.addFault({ path: /well-known/, status: 404, body: '<html></html>' });
		await engine.publish();

		expect(engine.staticData()).not.toHaveProperty('orgId');
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it('gives the hook a name that Okta accepts, whatever the workflow is called', async () => {
		const { org, engine } = await startConnected({}, { workflowName: '🔐'.repeat(400) });
		await engine.publish();

		expect(org.hooks()[0].name).toMatch(/^n8n: 🔐/u);
	});

	it('refreshes an expired access token and saves the new one', async () => {
		const { org, engine } = await startConnected({ rotateRefreshTokens: true });
		const before = engine.savedCredential().oauthTokenData as Record<string, string>;
		org.expireAccessTokens();
		await engine.publish();

		const after = engine.savedCredential().oauthTokenData as Record<string, string>;
		expect(org.hooks()).toHaveLength(1);
		expect(after.access_token).not.toBe(before.access_token);
		expect(after.refresh_token).not.toBe(before.refresh_token);
	});

	it.each([
		['with a trailing slash', (url: string) => `${url}/`],
		['with a path', (url: string) => `${url}/app/UserHome?x=1`],
		['surrounded by spaces', (url: string) => `  ${url}  `],
	])('accepts an org URL pasted %s', async (_, paste) => {
		const { org, engine } = await startConnected();
		engine.setCredential({ url: paste(org.url) });
		org.expireAccessTokens();
		await engine.publish();

		expect(org.hooks()).toHaveLength(1);
	});
});

describe('Publishing when an event hook already points to the node', () => {
	it('takes over an orphaned hook with a new secret instead of creating a second one', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const [orphan] = org.hooks();
		const oldSecret = secretOf(org);
		engine.setStaticData({});
		org.clearRequests();
		await engine.publish();

		expect(org.hooks().map(({ id }) => id)).toEqual([orphan.id]);
		expect(secretOf(org)).not.toBe(oldSecret);
		expect(callsTo(org)).toEqual([
			'GET /.well-known/okta-organization',
			'GET /api/v1/eventHooks',
			'PUT /api/v1/eventHooks/{id}',
			'POST /api/v1/eventHooks/{id}/lifecycle/verify',
		]);
		const { deliveries } = await org.signIn('pushApproved');
		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.items()).toHaveLength(1);
	});

	it('removes duplicates and leaves hooks that point elsewhere alone', async () => {
		const { org, engine } = await startConnected();
		const hookTo = (uri: string) =>
			org.console.createHook({
				name: uri,
				events: { type: 'EVENT_TYPE', items: ['user.session.start'] },
				channel: { type: 'HTTP', version: '1.0.0', config: { uri } },
			});
		const [first, second] = [hookTo(engine.webhookUrl), hookTo(engine.webhookUrl)];
		const foreign = hookTo('https://siem.example.com/okta');
		org.console.deactivateHook(second.id);
		await engine.publish();

		expect(org.hooks().map(({ id }) => id)).toEqual([first.id, foreign.id]);
		expect(org.hooks()[0]).toMatchObject({ status: 'ACTIVE', verificationStatus: 'VERIFIED' });
	});

	it.each([
		['deactivated', (org: OktaOrg, id: string) => org.console.deactivateHook(id)],
		[
			'edited',
			(org: OktaOrg, id: string) =>
				org.console.editHook(id, { events: { type: 'EVENT_TYPE', items: ['user.session.start'] } }),
		],
	])('repairs a hook that was %s in Okta', async (_, change) => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const [{ id }] = org.hooks();
		change(org, id);
		await engine.publish();

		expect(org.hooks()).toHaveLength(1);
		expect(org.hooks()[0]).toMatchObject({
			id,
			status: 'ACTIVE',
			verificationStatus: 'VERIFIED',
			events: { items: ['user.authentication.auth_via_mfa'] },
		});
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it('creates a new hook if the old one was deleted in Okta', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		org.console.deleteHook(org.hooks()[0].id);
		await engine.publish();

		expect(org.hooks()).toHaveLength(1);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it("warns about another owner's hook with the same URL and leaves it alone", async () => {
		const { org, engine } = await startConnected();
		const othersHook = org.console.createHook({
			name: 'n8n: Watch MFA',
			description: `Created by n8n. [n8n ${'0'.repeat(16)} ${'1'.repeat(16)} 1795521600000]`,
			events: { type: 'EVENT_TYPE', items: ['user.authentication.auth_via_mfa'] },
			channel: { type: 'HTTP', version: '1.0.0', config: { uri: engine.webhookUrl } },
		});
		await engine.publish();

		expect(org.hooks()).toHaveLength(2);
		expect(engine.warnings()).toEqual([
			expect.stringMatching(
				new RegExp(
					`^Event hook ${othersHook.id} also points to this trigger.*rejects its events with 401`,
				),
			),
		]);
		await engine.unpublish();
		expect(org.hooks().map(({ id }) => id)).toEqual([othersHook.id]);
	});

	it('does not touch the hook of a copy of the workflow on another n8n', async () => {
		const { org, engine } = await startConnected();
		const uri = 'https://staging.example.com/webhook/a/webhook';
		const { id } = org.console.createHook({
			name: 'n8n: staging',
			events: { type: 'EVENT_TYPE', items: ['user.authentication.auth_via_mfa'] },
			channel: { type: 'HTTP', version: '1.0.0', config: { uri } },
		});
		engine.setStaticData({ hookId: id, secretHash: 'ab'.repeat(32), owner: 'staging/wf1/node1' });
		await engine.publish();
		await engine.unpublish();

		expect(org.hooks().map((hook) => hook.channel.config.uri)).toEqual([uri]);
	});
});

describe('Starting n8n when another trigger of the workflow fails', () => {
	it('creates the hook again after n8n made the trigger remove it', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		await engine.publish('init');
		await engine.unpublish();
		await engine.publish('init');

		expect(org.hooks()).toHaveLength(1);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});
});

describe('Starting n8n', () => {
	it('makes no calls to Okta and keeps using the hook as it is', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const [hook] = org.hooks();
		org.clearRequests();
		await engine.restart();

		expect(callsTo(org)).toEqual([]);
		expect(org.hooks()).toEqual([hook]);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it.each([
		['fails', { status: 503 }],
		['enforces the rate limit', { status: 429 }],
		['denies access', { status: 403 }],
		['drops the connection', { drop: true }],
	])(
		'keeps a working hook when Okta %s during the start and the first checks',
		async (_, fault) => {
			const { org, engine, poll } = await startWatched();
			const [hook] = org.hooks();
			org.faults.addFault({ path: /./, ...fault });
			await engine.restart();
			await poll(3);
			org.faults.clearFaults();

			expect(engine.isListening()).toBe(true);
			expect(org.hooks()).toEqual([hook]);
			await org.signIn('pushApproved');
			expect(engine.items()).toHaveLength(1);
		},
	);

	it('accepts deliveries if Okta fails during the start and n8n has lost its static data', async () => {
		const { org, engine, poll } = await startWatched();
		org.faults.addFault({ path: /./, status: 503 });
		engine.setStaticData({});
		await engine.restart();
		await poll();

		expect(engine.isListening()).toBe(true);
		const { deliveries } = await org.signIn('pushApproved');
		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		org.faults.clearFaults();
		await poll(2);
		expect((await org.signIn('pushApproved')).deliveries.map(({ status }) => status)).toEqual([
			204,
		]);
		expect(engine.items()).toHaveLength(2);
	});

	it('keeps a working hook when the connection to Okta has expired', async () => {
		const { org, engine, poll } = await startWatched();
		org.expireAccessTokens();
		org.revokeRefreshTokens();
		await engine.restart();
		await poll(3);

		expect(engine.failures()).toEqual([expect.stringMatching(/connect it again/)]);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});
});
