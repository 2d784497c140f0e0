import { callsTo, secretOf, startConnected, stopAll } from './setup';

afterEach(stopAll);

describe('Publishing a workflow with the Okta User MFA Trigger', () => {
	it('leaves exactly one active and verified event hook for MFA sign-ins in Okta', async () => {
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
			channel: { config: { uri: engine.webhookUrl, authScheme: { key: 'authorization' } } },
		});
	});

	it('takes three calls to Okta, one of them the verification', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();

		expect(callsTo(org)).toEqual([
			'GET /api/v1/eventHooks',
			'POST /api/v1/eventHooks',
			'POST /api/v1/eventHooks/{id}/lifecycle/verify',
		]);
	});

	it('gives the hook a secret of 256 bits, and a new one each time', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const first = secretOf(org);
		await engine.unpublish();
		await engine.publish();

		expect(first).toMatch(/^[0-9a-f]{64}$/);
		expect(secretOf(org)).not.toBe(first);
	});

	it('keeps the id of the hook and a hash of its secret in n8n, never the secret', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();

		expect(engine.staticData()).toEqual({
			hookId: org.hooks()[0].id,
			secretHash: expect.stringMatching(/^[0-9a-f]{64}$/),
			owner: expect.stringMatching(/\/wf\d+\//),
			orgUrl: org.url,
		});
		expect(JSON.stringify(engine.staticData())).not.toContain(secretOf(org));
	});

	it('does nothing to a hook that is as it should be when it is published once more', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const [hook] = org.hooks();
		org.clearRequests();
		await engine.publish('update');

		expect(callsTo(org)).toEqual(['GET /api/v1/eventHooks/{id}']);
		expect(org.hooks()).toEqual([hook]);
	});

	it('gives the hook a name that Okta accepts, whatever the workflow is called', async () => {
		const { org, engine } = await startConnected({}, { workflowName: '🔐'.repeat(400) });
		await engine.publish();

		expect(org.hooks()[0].name).toMatch(/^n8n: 🔐/u);
	});

	it('refreshes an expired access token on the way and keeps the new one', async () => {
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
		['with spaces around', (url: string) => `  ${url}  `],
	])('takes the org URL as people paste it: %s', async (_, paste) => {
		const { org, engine } = await startConnected();
		engine.setCredential({ url: paste(org.url) });
		org.expireAccessTokens();
		await engine.publish();

		expect(org.hooks()).toHaveLength(1);
	});
});

describe('Taking over an event hook that already points at the node', () => {
	it('replaces an orphan instead of adding a second hook, with a new secret', async () => {
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
			'GET /api/v1/eventHooks',
			'PUT /api/v1/eventHooks/{id}',
			'POST /api/v1/eventHooks/{id}/lifecycle/verify',
		]);
		const { deliveries } = await org.signIn('pushApproved');
		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.items()).toHaveLength(1);
	});

	it('removes what more there is, and leaves hooks that point elsewhere alone', async () => {
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
		['switched off', (id: string) => ({ id, act: 'deactivate' as const })],
		['edited', (id: string) => ({ id, act: 'edit' as const })],
	])('mends a hook that was %s in Okta', async (_, change) => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const { id, act } = change(org.hooks()[0].id);
		if (act === 'deactivate') org.console.deactivateHook(id);
		else
			org.console.editHook(id, { events: { type: 'EVENT_TYPE', items: ['user.session.start'] } });
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

	it('registers anew when the hook was deleted in Okta', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		org.console.deleteHook(org.hooks()[0].id);
		await engine.publish();

		expect(org.hooks()).toHaveLength(1);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it("does not touch the hook of the workflow's copy on another n8n", async () => {
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

describe('A start of n8n', () => {
	it('asks Okta once and goes on with a hook that is as it should be', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		org.clearRequests();
		await engine.restart();

		expect(callsTo(org)).toEqual(['GET /api/v1/eventHooks/{id}']);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it.each([
		['fails', { status: 503 }],
		['limits the rate', { status: 429 }],
		['refuses', { status: 403 }],
		['drops the connection', { drop: true }],
	])('keeps a working hook and warns when Okta %s', async (_, fault) => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const [hook] = org.hooks();
		org.faults.addFault({ path: /eventHooks/, ...fault });
		await engine.restart();
		org.faults.clearFaults();

		expect(engine.isListening()).toBe(true);
		expect(org.hooks()).toEqual([hook]);
		expect(engine.log().join()).toMatch(new RegExp(`"warn","Okta event hook ${hook.id} is kept`));
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it('keeps a working hook when the connection to Okta has died', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		org.expireAccessTokens();
		org.revokeRefreshTokens();
		await engine.restart();

		expect(engine.log().join()).toMatch(/connect it again/);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it.each(['switched off', 'edited', 'pointed elsewhere'])(
		'mends a hook that was %s in Okta, in place',
		async (change) => {
			const { org, engine } = await startConnected();
			await engine.publish();
			const [hook] = org.hooks();
			if (change === 'switched off') org.console.deactivateHook(hook.id);
			if (change === 'edited') {
				org.console.editHook(hook.id, {
					events: { type: 'EVENT_TYPE', items: ['user.session.start'] },
				});
			}
			if (change === 'pointed elsewhere') {
				const config = { ...hook.channel.config, uri: 'https://elsewhere.example.com/' };
				org.console.editHook(hook.id, { channel: { ...hook.channel, config } });
			}
			await engine.restart();

			expect(org.hooks()).toHaveLength(1);
			expect(org.hooks()[0]).toMatchObject({
				id: hook.id,
				status: 'ACTIVE',
				verificationStatus: 'VERIFIED',
				events: { items: ['user.authentication.auth_via_mfa'] },
				channel: { config: { uri: engine.webhookUrl } },
			});
			await org.signIn('pushApproved');
			expect(engine.items()).toHaveLength(1);
		},
	);

	it('leaves a hook that it cannot mend in Okta, for it may still half work', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const [{ id }] = org.hooks();
		org.console.editHook(id, {
			events: {
				type: 'EVENT_TYPE',
				items: ['user.authentication.auth_via_mfa', 'user.session.start'],
			},
		});
		org.faults.addFault({ method: 'PUT', path: /eventHooks/, status: 500 });
		await engine.restart();

		expect(org.hooks().map((hook) => hook.id)).toEqual([id]);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it('gives a new secret to a hook whose secret was changed in Okta', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const [{ id, channel }] = org.hooks();
		const authScheme = { type: 'HEADER' as const, key: 'authorization', value: 'by hand' };
		const config = { ...channel.config, authScheme };
		org.console.editHook(id, { channel: { ...channel, config } });
		await engine.restart();

		const { deliveries } = await org.signIn('pushApproved');
		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(org.secretOf(id)).not.toBe('by hand');
	});

	it('gives a new secret to a hook when n8n was killed before it stored the last one', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		const before = engine.staticData();
		org.console.deactivateHook(org.hooks()[0].id);
		await engine.publish();
		engine.setStaticData(before);
		await engine.restart();

		const { deliveries } = await org.signIn('pushApproved');
		expect(deliveries.map(({ status }) => status)).toEqual([204]);
	});

	it('removes a filter that somebody added to the hook, for it keeps events back', async () => {
		const { org, engine } = await startConnected({ filterFeature: true });
		await engine.publish();
		const [{ id, events }] = org.hooks();
		const condition = { expression: "event.outcome.result eq 'FAILURE'" };
		org.console.editHook(id, {
			events: {
				...events,
				filter: {
					type: 'EXPRESSION_LANGUAGE',
					eventFilterMap: [{ event: events.items[0], condition }],
				},
			},
		});
		await engine.restart();

		expect(org.hooks()[0].events.filter ?? null).toBeNull();
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it('registers anew a hook that is gone', async () => {
		const { org, engine } = await startConnected();
		await engine.publish();
		org.console.deleteHook(org.hooks()[0].id);
		await engine.restart();

		expect(org.hooks()).toHaveLength(1);
	});
});
