import { callsTo, startConnected, startPublished, stopAll } from './setup';

afterEach(stopAll);

describe('Unpublishing the workflow', () => {
	it('deletes the event hook in Okta, in three calls', async () => {
		const { org, engine } = await startPublished();
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
		expect(engine.staticData()).toEqual({});
		expect(callsTo(org)).toEqual([
			'GET /api/v1/eventHooks',
			'POST /api/v1/eventHooks/{id}/lifecycle/deactivate',
			'DELETE /api/v1/eventHooks/{id}',
		]);
	});

	it('succeeds if the hook is already gone', async () => {
		const { org, engine } = await startPublished();
		org.console.deleteHook(org.hooks()[0].id);
		await engine.unpublish();

		expect(engine.staticData()).toEqual({});
	});

	it('deletes a hook that was already deactivated in Okta', async () => {
		const { org, engine } = await startPublished();
		org.console.deactivateHook(org.hooks()[0].id);
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
	});

	it.each(['/lifecycle/deactivate', '/eventHooks/who'])(
		'retries when Okta fails once at %s',
		async (path) => {
			const { org, engine } = await startPublished();
			org.faults.addFault({ path: new RegExp(path), status: 500, times: 1 });
			await engine.unpublish();

			expect(org.hooks()).toEqual([]);
		},
	);

	it.each([
		['fails', { status: 500 }, /Okta is temporarily unavailable/],
		['denies access', { status: 403 }, /isn't allowed to manage event hooks/],
		['enforces the rate limit', { status: 429 }, /rate limit/],
		['drops the connection', { drop: true }, /connection to Okta at .* failed/],
	])('names the hook and says where to delete it when Okta %s', async (_, fault, reason) => {
		const { org, engine } = await startPublished();
		const [{ id }] = org.hooks();
		org.faults.addFault({ path: /eventHooks/, ...fault });

		await expect(engine.unpublish()).rejects.toThrow(
			new RegExp(`^Event hook ${id} is still in Okta\\. Delete it in .*Workflow > Event Hooks`),
		);
		await expect(engine.unpublish()).rejects.toThrow(reason);
	});

	it('can be retried after a failure, and a leftover hook is taken over at the next publish', async () => {
		const { org, engine } = await startPublished();
		const removeFault = org.faults.addFault({ path: /eventHooks/, status: 500 });
		await expect(engine.unpublish()).rejects.toThrow('is still in Okta');
		removeFault();
		await engine.publish();
		expect(org.hooks()).toHaveLength(1);
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
	});

	it('finds a hook whose ID n8n could not save before it was killed', async () => {
		const { org, engine } = await startPublished();
		engine.setStaticData({});
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
	});

	it("leaves another workflow's hook with the same URL alone", async () => {
		const { org, engine } = await startPublished();
		const { description } = org.hooks()[0];
		const othersDescription = description?.replace(/\[n8n [\da-f]{16}/, `[n8n ${'0'.repeat(16)}`);
		org.console.editHook(org.hooks()[0].id, { description: othersDescription });
		engine.setStaticData({});
		await engine.unpublish();

		expect(othersDescription).not.toBe(description);
		expect(org.hooks()).toHaveLength(1);
	});

	it('deletes a hook with its URL that has no mark, because an org may not return the description', async () => {
		const { org, engine } = await startPublished();
		org.console.editHook(org.hooks()[0].id, { description: 'Sends MFA sign-ins to n8n' });
		engine.setStaticData({});
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
	});

	it('says which org the hook is in when the credential points to another one', async () => {
		const { org, engine } = await startPublished();
		const other = await startConnected();
		engine.setCredential({
			...other.engine.savedCredential(),
			url: other.org.url,
			clientId: other.org.client.id,
			clientSecret: other.org.client.secret,
		});

		const [{ id }] = org.hooks();
		await expect(engine.unpublish()).rejects.toThrow(
			new RegExp(`Event hook ${id} is still in Okta.* no longer points to ${org.url}`),
		);
		expect(org.hooks()).toHaveLength(1);
		await engine.publish();
		expect(other.org.hooks()).toHaveLength(1);
		expect(engine.warnings()).toEqual([
			expect.stringContaining(`Event hook ${id} is still in ${org.url}`),
		]);
	});

	it('does not mistake a page that returns 200 for a deletion', async () => {
		const { org, engine } = await startPublished();
		org.faults.addFault({ path: /eventHooks/, status: 200, body: '<html>Sign in</html>' });

		await expect(engine.unpublish()).rejects.toThrow(
			/is still in Okta.*didn't come from the Okta API/,
		);
		expect(engine.staticData()).not.toEqual({});
	});

	it.each([
		['was lost', {}],
		[
			'came from elsewhere',
			{ hookId: 'who1', secretHash: 'ab'.repeat(32), owner: 'elsewhere/wf2/n1' },
		],
	])(
		'says where to look for the hook if Okta denies access and the registration %s',
		async (_, data) => {
			const { org, engine } = await startPublished();
			await engine.restart();
			engine.setStaticData(data);
			org.faults.addFault({ path: /eventHooks/, status: 403 });

			await expect(engine.unpublish()).rejects.toThrow(
				new RegExp(
					`^An event hook for ${engine.webhookUrl} may still be in Okta\\. Delete it in .*Workflow > Event Hooks`,
				),
			);
		},
	);

	it('succeeds despite an Okta error if publishing failed and left nothing behind', async () => {
		const { org, engine } = await startConnected();
		org.faults.addFault({ path: /eventHooks/, status: 403 });
		await expect(engine.publish()).rejects.toThrow("isn't allowed to manage event hooks");
		await engine.unpublish();

		expect(engine.warnings()).toContainEqual(
			expect.stringContaining("Couldn't check Okta for a leftover event hook"),
		);
	});
});
