import { callsTo, startConnected, startPublished, stopAll } from './setup';

afterEach(stopAll);

describe('Unpublishing the workflow', () => {
	it('leaves no event hook in Okta, in three calls', async () => {
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

	it('is not stopped by a hook that is already gone', async () => {
		const { org, engine } = await startPublished();
		org.console.deleteHook(org.hooks()[0].id);
		await engine.unpublish();

		expect(engine.staticData()).toEqual({});
	});

	it('removes a hook that was already switched off in Okta', async () => {
		const { org, engine } = await startPublished();
		org.console.deactivateHook(org.hooks()[0].id);
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
	});

	it.each(['/lifecycle/deactivate', '/eventHooks/who'])(
		'tries again when Okta fails once at %s',
		async (path) => {
			const { org, engine } = await startPublished();
			org.faults.addFault({ path: new RegExp(path), status: 500, times: 1 });
			await engine.unpublish();

			expect(org.hooks()).toEqual([]);
		},
	);

	it.each([
		['fails', { status: 500 }, /Okta is temporarily unavailable/],
		['refuses', { status: 403 }, /isn't allowed to manage event hooks/],
		['limits the rate', { status: 429 }, /rate limit/],
		['drops the connection', { drop: true }, /connection to Okta at .* failed/],
	])('names the hook and where to remove it when Okta %s', async (_, fault, reason) => {
		const { org, engine } = await startPublished();
		const [{ id }] = org.hooks();
		org.faults.addFault({ path: /eventHooks/, ...fault });

		await expect(engine.unpublish()).rejects.toThrow(
			new RegExp(`^Event hook ${id} is still in Okta\\. Delete it in .*Workflow > Event Hooks`),
		);
		await expect(engine.unpublish()).rejects.toThrow(reason);
	});

	it('can be tried again after a failure, and is taken over if it is not', async () => {
		const { org, engine } = await startPublished();
		const removeFault = org.faults.addFault({ path: /eventHooks/, status: 500 });
		await expect(engine.unpublish()).rejects.toThrow('is still in Okta');
		removeFault();
		await engine.publish();
		expect(org.hooks()).toHaveLength(1);
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
	});

	it('finds a hook whose registration n8n could not store before it was killed', async () => {
		const { org, engine } = await startPublished();
		engine.setStaticData({});
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
	});

	it("leaves another workflow's hook for the same URL alone", async () => {
		const { org, engine } = await startPublished();
		const { description } = org.hooks()[0];
		const ofAnother = description?.replace(/\[n8n [\da-f]{16}/, `[n8n ${'0'.repeat(16)}`);
		org.console.editHook(org.hooks()[0].id, { description: ofAnother });
		engine.setStaticData({});
		await engine.unpublish();

		expect(ofAnother).not.toBe(description);
		expect(org.hooks()).toHaveLength(1);
	});

	it('removes a hook for its URL that carries no mark, since an org may not return that', async () => {
		const { org, engine } = await startPublished();
		org.console.editHook(org.hooks()[0].id, { description: 'Sends MFA sign-ins to n8n' });
		engine.setStaticData({});
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
	});

	it('says in which org the hook is when the credential leads to another one', async () => {
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

	it('does not take a page that answers 200 for a removal', async () => {
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
	])('says where to look for the hook if Okta refuses and the registration %s', async (_, data) => {
		const { org, engine } = await startPublished();
		await engine.restart();
		engine.setStaticData(data);
		org.faults.addFault({ path: /eventHooks/, status: 403 });

		await expect(engine.unpublish()).rejects.toThrow(
			new RegExp(
				`^An event hook for ${engine.webhookUrl} may still be in Okta\\. Delete it in .*Workflow > Event Hooks`,
			),
		);
	});

	it('is not stopped by Okta after a publishing that failed and left nothing', async () => {
		const { org, engine } = await startConnected();
		org.faults.addFault({ path: /eventHooks/, status: 403 });
		await expect(engine.publish()).rejects.toThrow("isn't allowed to manage event hooks");
		await engine.unpublish();

		expect(engine.warnings()).toContainEqual(
			expect.stringContaining("Couldn't check Okta for a leftover event hook"),
		);
	});
});
