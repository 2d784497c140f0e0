import { connectOAuth } from '../../lab/n8n/connect-oauth';
import { TRIGGER } from '../../lab/n8n/mfa-workflow';
import { connectToOkta } from '../../lab/n8n/okta-credential';
import { waitFor } from '../../lab/n8n/wait-for';
import { IS_V1, signInThroughout, startWorld } from './world';
import type { World } from './world';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterEach(async () => await world.endScenario());
afterAll(async () => await world?.stop());

describe('The event hook of a workflow', () => {
	it('stays the only one if the workflow is published again with a changed parameter', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		expect(org.hooks()).toHaveLength(1);
		await flow.republish({ output: 'rawEvent' });

		expect(org.hooks()).toHaveLength(1);
		expect(org.hooks()[0]).toMatchObject({ status: 'ACTIVE', verificationStatus: 'VERIFIED' });
		const { event } = await org.signIn('pushApproved');
		const [item] = await flow.items(1);
		expect(item).toMatchObject({ uuid: event.uuid, published: event.published });
		await flow.republish({ output: 'eventCard' });
		await org.signIn('pushApproved');
		expect((await flow.items(2)).map((each) => 'dateAndTime' in each)).toEqual([false, true]);
	});

	it('exists once for each of two triggers, and each trigger starts the workflow', async () => {
		const { org } = world;
		const flow = await world.createFlow({ triggers: 2 });
		await flow.activate();
		expect(new Set(org.hooks().map(({ channel }) => channel.config.uri)).size).toBe(2);
		const { event, deliveries } = await org.signIn('pushApproved');

		expect(deliveries.map(({ status }) => status)).toEqual([204, 204]);
		expect((await flow.items(2)).map(({ uuid }) => uuid)).toEqual([event.uuid, event.uuid]);
	});

	it('is joined by a test hook while a user listens for a test event, until the event arrives', async () => {
		const { org, rest } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const [production] = org.hooks();
		await rest.listenForTestEvent(flow.id, TRIGGER);

		const test = org.hooks().find(({ id }) => id !== production.id);
		expect(org.hooks()).toHaveLength(2);
		expect(test).toMatchObject({ status: 'ACTIVE', verificationStatus: 'VERIFIED' });
		expect(test?.channel.config.uri).toContain('/webhook-test/');
		expect([production.name, test?.name]).toEqual([
			expect.stringMatching(/^n8n: /),
			expect.stringMatching(/^n8n test: /),
		]);
		await org.signIn('pushDenied');
		await waitFor('the test hook to be deleted', 30_000, () =>
			org.hooks().length === 1 ? true : undefined,
		);

		expect(org.hooks()).toEqual([production]);
		expect(await flow.items(2)).toHaveLength(2);
	});

	it('is deleted if a user stops listening for a test event', async () => {
		const { org, rest } = world;
		const flow = await world.createFlow();
		await rest.listenForTestEvent(flow.id, TRIGGER);
		expect(org.hooks()).toHaveLength(1);
		await rest.stopListening(flow.id);

		await waitFor('the test hook to be deleted', 30_000, () =>
			org.hooks().length === 0 ? true : undefined,
		);
	});

	it('is deleted if its verification fails, and the error says what to check', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		org.faults.addFault({ path: /\/verify$/, status: 400 });
		org.clearRequests();
		const message = await flow.failToActivate();

		expect(message).toContain("Okta couldn't verify the webhook URL http");
		expect(message).toContain('WEBHOOK_URL');
		expect(org.hooks()).toEqual([]);
		// Immediately, because not every version of n8n cleans up reliably.
		const steps = org.requests().map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
		expect(steps[steps.indexOf('POST verify') + 1]).toBe('POST deactivate');
	});

	it("isn't created for a node without a webhook ID, and the error says what to do", async () => {
		const flow = await world.createFlow();
		await flow.removeWebhookIds();
		const message = await flow.failToActivate();

		expect(message).toContain(`The node '${TRIGGER}' has no webhook ID yet`);
		expect(message).toContain('Open the workflow in the editor, save it, then publish it again');
		expect(world.org.hooks()).toEqual([]);
	});

	it('reuses an orphaned hook with the same URL', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const [first] = org.hooks();
		await flow.deactivate();
		const { name, events, channel } = first;
		const orphan = org.console.createHook({
			name,
			events,
			channel: { ...channel, config: { uri: channel.config.uri } },
		});
		await flow.activate();

		expect(org.hooks().map(({ id }) => id)).toEqual([orphan.id]);
		await org.signIn('pushApproved');
		expect(await flow.items(1)).toHaveLength(1);
	});

	it.each(['deleted', 'deactivated', 'edited'])(
		'is restored when a change is published after it was %s in Okta',
		async (change) => {
			const { org } = world;
			const flow = await world.createFlow();
			await flow.activate();
			const [{ id }] = org.hooks();
			if (change === 'deleted') org.console.deleteHook(id);
			if (change === 'deactivated') org.console.deactivateHook(id);
			if (change === 'edited') {
				org.console.editHook(id, {
					events: { type: 'EVENT_TYPE', items: ['user.session.start'] },
				});
			}
			await flow.republish({ output: 'rawEvent' });
			await flow.republish({ output: 'eventCard' });

			expect(org.hooks()).toHaveLength(1);
			expect(org.hooks()[0]).toMatchObject({
				status: 'ACTIVE',
				verificationStatus: 'VERIFIED',
				events: { items: ['user.authentication.auth_via_mfa'] },
			});
			await org.signIn('pushApproved');
			expect(await flow.items(1)).toHaveLength(1);
		},
	);

	it("doesn't prevent unpublishing if it was already deleted in Okta", async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		org.console.deleteHook(org.hooks()[0].id);
		await flow.deactivate();

		expect(org.hooks()).toEqual([]);
	});

	it('is deleted on the second attempt if Okta returns a 500 to the first', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		org.faults.addFault({ path: /\/lifecycle\/deactivate$/, status: 500, times: 1 });
		await flow.deactivate();

		expect(org.hooks()).toEqual([]);
	});

	it('is created and deleted even if Okta takes two seconds for each call', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		org.faults.addFault({ path: /./, delay: 2_000 });
		await flow.activate();
		expect(org.hooks()[0]).toMatchObject({ status: 'ACTIVE', verificationStatus: 'VERIFIED' });
		await flow.deactivate();

		expect(org.hooks()).toEqual([]);
	});

	it('is created once a rate limit has reset, and until then the error says when that is', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		const reset = Math.ceil(Date.now() / 1000) + 60;
		const headers = { 'x-rate-limit-reset': String(reset) };
		const endLimit = org.faults.addFault({ path: /eventHooks/, status: 429, headers });
		const message = await flow.failToActivate();
		endLimit();
		await flow.activate();

		expect(message).toContain(`Try again after ${new Date(reset * 1000).toISOString()}`);
		expect(org.hooks()).toHaveLength(1);
	});

	it('never rejects a delivery for good while the workflow is published again', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		await flow.activate();
		await signInThroughout(org, async () => {
			await flow.republish({ output: 'rawEvent' });
			await flow.republish({ output: 'eventCard' });
		});

		// `endScenario` checks that n8n ran every acknowledged event once. A sign-in while there's no hook isn't
		// delivered.
		const rejected = org.deliveries().filter(({ status }) => status === 401 || status === 400);
		expect(rejected).toEqual([]);
	});
});

describe('The connection to Okta', () => {
	it('gets a new access token when the current one has expired', async () => {
		const { org } = world;
		const flow = await world.createFlow();
		org.expireAccessTokens();
		await flow.activate();
		expect(org.hooks()).toHaveLength(1);
		org.expireAccessTokens();
		await flow.deactivate();

		expect(org.hooks()).toEqual([]);
	});

	it("doesn't stop deliveries if it's revoked, and n8n logs which hook it couldn't delete", async () => {
		const { org, n8n, rest, credential } = world;
		const flow = await world.createFlow();
		await flow.activate();
		const [{ id }] = org.hooks();
		org.expireAccessTokens();
		org.revokeRefreshTokens();
		await org.signIn('pushApproved');
		expect(await flow.items(1)).toHaveLength(1);
		await flow.deactivate().catch((error: unknown) => error);

		expect(org.hooks().map((hook) => hook.id)).toEqual([id]);
		if (!IS_V1) expect(n8n.logs()).toContain(`Event hook ${id} is still in Okta`);
		await connectOAuth(rest, credential.id);
		await flow.activate();
		expect(org.hooks().map((hook) => hook.id)).toEqual([id]);
	});

	it("can switch to the org's other address, which n8n recognizes as the same org", async () => {
		const { org, n8n, rest } = world;
		const credential = await connectToOkta(rest, org);
		const flows = [await world.createFlow({}, credential), await world.createFlow({}, credential)];
		for (const flow of flows) await flow.activate();
		const [deleted] = org.hooks();
		const logsBefore = n8n.logs().length;
		const { id, name, type } = credential;
		const { id: clientId, secret: clientSecret } = org.client;
		const data = { url: org.otherUrl, clientId, clientSecret };
		await rest.updateCredential(id, { name, type, data });
		await world.expectSignInStarts(...flows);
		org.console.deleteHook(deleted.id);
		for (const flow of flows) await flow.deactivate();

		expect(org.hooks()).toEqual([]);
		for (const flow of flows) await flow.activate();
		await world.expectSignInStarts(...flows);
		expect(n8n.logs().slice(logsBefore)).not.toMatch(/another org|is still in|no longer points to/);
	});

	it('works with refresh tokens that change with each use', async () => {
		const rotating = await startWorld({ rotateRefreshTokens: true });
		try {
			const flow = await rotating.createFlow();
			for (let round = 0; round < 2; round++) {
				rotating.org.expireAccessTokens();
				await flow.activate();
				rotating.org.expireAccessTokens();
				await flow.deactivate();
			}
			expect(rotating.org.hooks()).toEqual([]);
		} finally {
			await rotating.stop();
		}
	});
});
