import { send } from './http';
import {
	expectDelivery,
	secretOf,
	startBehindProxy,
	startWatched,
	stopAll,
	writesTo,
} from './setup';
import type { WatchedSetup } from './setup';

afterEach(stopAll);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("With 'Repair Hook' off, a change in Okta is reported but not repaired", () => {
	const parameters = { options: { repairHook: false } };

	it('if the hook was deactivated', async () => {
		const { org, engine, poll } = await startWatched({}, { parameters });
		const [{ id }] = org.hooks();
		org.console.deactivateHook(id);
		await poll();
		expect(engine.failures()).toEqual([]);
		await poll(5);

		expect(engine.failures()).toEqual([
			`Event hook ${id} was changed in Okta: it was deactivated. Events may no longer start this workflow. n8n didn't repair it because 'Repair Hook' is off. Turn it on under 'Options', or unpublish and republish the workflow.`,
		]);
		expect(writesTo(org)).toEqual([]);
	});

	it('if the hook was deleted', async () => {
		const { org, engine, poll } = await startWatched({}, { parameters });
		org.console.deleteHook(org.hooks()[0].id);
		await poll(6);

		expect(engine.failures()).toEqual([
			expect.stringMatching(
				/^The event hook for http.* is no longer in Okta, so events don't start this workflow.*'Repair Hook' is off/,
			),
		]);
		expect(writesTo(org)).toEqual([]);
	});

	it('if its URL was changed', async () => {
		const { org, engine, poll } = await startWatched({}, { parameters });
		const [{ id, channel }] = org.hooks();
		const config = { ...channel.config, uri: 'https://elsewhere.example.com/' };
		org.console.editHook(id, { channel: { ...channel, config } });
		await poll(6);

		expect(engine.failures()).toEqual([
			expect.stringContaining(`Event hook ${id} was changed in Okta: its URL was changed`),
		]);
		expect(writesTo(org)).toEqual([]);
	});

	it('if its secret was changed, and does not count as fixed until it is', async () => {
		const options = { newSecretEndsVerification: false };
		const { org, engine, poll } = await startWatched(options, { parameters });
		const [{ id, channel }] = org.hooks();
		const authScheme = { type: 'HEADER' as const, key: 'Authorization', value: 'by hand' };
		org.console.editHook(id, {
			channel: { ...channel, config: { ...channel.config, authScheme } },
		});
		await poll(6);

		expect(engine.failures()).toEqual([
			expect.stringContaining(`Event hook ${id} was changed in Okta: it was edited`),
		]);
		expect(engine.log().join()).not.toContain('works again');
		expect(secretOf(org)).toBe('by hand');
	});

	it('but not if someone only had Okta verify the hook', async () => {
		const { org, engine, poll, clock } = await startWatched({}, { parameters });
		clock.pass(MINUTE);
		await org.console.verifyHook(org.hooks()[0].id);
		await poll(3);

		expect(engine.failures()).toEqual([]);
	});

	it('until a user publishes the workflow again', async () => {
		const setup = await startWatched({}, { parameters });
		setup.org.console.deactivateHook(setup.org.hooks()[0].id);
		await setup.poll(2);
		await setup.engine.publish('update');
		await setup.poll(3);

		await expectDelivery(setup);
		expect(setup.engine.failures()).toHaveLength(1);
	});
});

describe('A repair that keeps failing', () => {
	/** A deactivated hook in an org that rejects changes to it. */
	async function startBroken(): Promise<WatchedSetup> {
		const setup = await startWatched();
		setup.org.console.deactivateHook(setup.org.hooks()[0].id);
		setup.org.faults.addFault({ method: 'PUT', path: /eventHooks/, status: 403 });
		return setup;
	}

	it('is reported at the second poll, with the cause and what to do', async () => {
		const { engine, poll } = await startBroken();
		await poll();
		expect(engine.failures()).toEqual([]);
		await poll();

		expect(engine.failures()).toEqual([
			expect.stringMatching(
				/^n8n can't check or repair the event hook in Okta\. .*isn't allowed to manage event hooks/,
			),
		]);
	});

	it('is reported once, then once a day', async () => {
		const { engine, poll, clock } = await startBroken();
		await poll(2);
		for (let hours = 0; hours < 23; hours++) {
			clock.pass(HOUR);
			await engine.poll();
		}
		expect(engine.failures()).toHaveLength(1);
		clock.pass(HOUR);
		await engine.poll();
		expect(engine.failures()).toHaveLength(2);
		await poll(10);

		expect(engine.failures()).toHaveLength(2);
	});

	it('is attempted three times, then once an hour', async () => {
		const { org, poll } = await startBroken();
		await poll(10);
		expect(writesTo(org)).toHaveLength(3);
		await poll(24);

		expect(writesTo(org)).toHaveLength(5);
	});

	it('is logged when it succeeds, and reported again if it fails later', async () => {
		const setup = await startBroken();
		const { org, engine, poll, clock } = setup;
		await poll(2);
		org.faults.clearFaults();
		await poll();
		await expectDelivery(setup);
		expect(engine.log()).toContainEqual(
			expect.stringMatching(/^\["info","The Okta event hook works again/),
		);
		clock.pass(HOUR);
		org.console.deactivateHook(org.hooks()[0].id);
		org.faults.addFault({ method: 'PUT', path: /eventHooks/, status: 403 });
		await poll();
		expect(engine.failures()).toHaveLength(1);
		await poll(2);

		expect(engine.failures()).toHaveLength(2);
	});

	it('does not delete a hook that still works partly', async () => {
		const { org, engine, poll } = await startWatched();
		const [{ id, events }] = org.hooks();
		const items = [...events.items, 'user.session.start'];
		org.console.editHook(id, { events: { ...events, items } });
		org.faults.addFault({ method: 'PUT', path: /eventHooks/, status: 403 });
		await poll(5);

		expect(org.hooks().map((hook) => hook.id)).toEqual([id]);
		await org.signIn('pushApproved');
		expect(engine.items()).toHaveLength(1);
	});

	it('names the webhook URL if Okta can no longer verify it', async () => {
		const setup = await startWatched();
		const { org, engine, poll } = setup;
		org.console.deactivateHook(org.hooks()[0].id);
		org.faults.addFault({ path: /verify$/, status: 400 });
		await poll(3);
		expect(engine.failures()).toEqual([
			expect.stringContaining(`Okta couldn't verify the webhook URL ${engine.webhookUrl}`),
		]);
		org.faults.clearFaults();
		await poll(13);

		await expectDelivery(setup);
	});

	it.each([
		['responds with 503', { status: 503 }],
		['enforces the rate limit', { status: 429 }],
		['drops the connection', { drop: true }],
	])('because Okta %s is reported only after half an hour', async (_, fault) => {
		const { org, engine, clock } = await startWatched();
		org.faults.addFault({ path: /eventHooks/, ...fault });
		for (const minutes of [5, 15, 14]) {
			clock.pass(minutes * MINUTE);
			await engine.poll();
		}
		expect(engine.failures()).toEqual([]);
		clock.pass(2 * MINUTE);
		await engine.poll();

		expect(engine.failures()).toHaveLength(1);
	});

	it('is not reported after repeated outages of less than half an hour', async () => {
		const { org, engine, clock } = await startWatched();
		for (let outages = 0; outages < 2; outages++) {
			const removeFault = org.faults.addFault({ path: /eventHooks/, status: 503 });
			clock.pass(20 * MINUTE);
			await engine.poll();
			removeFault();
			clock.pass(MINUTE);
			await engine.poll();
		}

		expect([engine.failures(), engine.warnings()]).toEqual([[], []]);
	});

	it.each<[string, (setup: WatchedSetup) => void]>([
		['its refresh token was revoked', ({ org }) => org.revokeRefreshTokens()],
		['the user who connected it was deactivated', ({ org }) => org.deactivateUser()],
	])('identifies the credential by its name in n8n if %s', async (_, end) => {
		const setup = await startWatched();
		setup.org.expireAccessTokens();
		end(setup);
		await setup.poll(3);

		expect(setup.engine.failures()).toEqual([
			expect.stringMatching(
				/^The credential 'Okta account' no longer works, so n8n can't check or repair the event hook\. .*connect it again/,
			),
		]);
	});
});

describe('A reverse proxy that changes the Authorization header', () => {
	it.each([
		['removed', 'removes'],
		['replaced', 'replaces'],
	] as const)(
		'causes a warning when the workflow is published: %s',
		async (authorization, verb) => {
			const { org, engine } = await startBehindProxy(authorization);
			await engine.publish();

			expect(org.hooks()).toMatchObject([{ status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
			expect(engine.isListening()).toBe(true);
			expect(engine.warnings()).toEqual([
				`A reverse proxy between Okta and n8n ${verb} the Authorization header, so n8n will reject every event with 401. Configure it to forward the header unchanged.`,
			]);
		},
	);

	it('is forgotten once the workflow is published again', async () => {
		const { org, engine, poll, proxy } = await startBehindProxy('forwarded');
		await engine.publish();
		await poll();
		proxy.authorization = 'removed';
		await org.signIn('pushApproved');
		proxy.authorization = 'forwarded';
		await engine.publish('update');
		await poll(4);

		expect(engine.failures()).toEqual([]);
	});

	it('causes no warning if it forwards the header unchanged', async () => {
		const setup = await startBehindProxy('forwarded');
		await setup.engine.publish();

		await expectDelivery(setup);
		expect(setup.engine.warnings()).toEqual([]);
	});

	it.each([
		['removed', /^Events from Okta arrive without an Authorization header,.*proxy .* removes/],
		[
			'replaced',
			/^Events from Okta arrive with an Authorization header that doesn't match the event hook's secret,.*proxy .* replaces/,
		],
	] as const)(
		'is reported once, at the second poll after a delivery: %s',
		async (authorization, text) => {
			const { org, engine, poll, proxy } = await startBehindProxy('forwarded');
			await engine.publish();
			await poll();
			proxy.authorization = authorization;
			const { deliveries } = await org.signIn('pushApproved');
			expect(deliveries.map(({ status }) => status)).toEqual([401]);
			await poll();
			expect(engine.failures()).toEqual([]);
			await poll(5);

			expect(engine.failures()).toEqual([expect.stringMatching(text)]);
		},
	);

	it('is no longer reported once a delivery is accepted', async () => {
		const setup = await startBehindProxy('removed');
		const { org, engine, poll, proxy, clock } = setup;
		await engine.publish();
		await org.signIn('pushApproved');
		await poll(2);
		expect(engine.failures()).toHaveLength(1);
		proxy.authorization = 'forwarded';
		await expectDelivery(setup);
		clock.pass(25 * HOUR);
		await poll(2);

		expect(engine.failures()).toHaveLength(1);
	});

	it('is reported again once a day as long as deliveries are rejected', async () => {
		const { org, engine, poll, clock } = await startBehindProxy('removed');
		await engine.publish();
		await org.signIn('pushApproved');
		await poll(2);
		clock.pass(24 * HOUR);
		await org.signIn('pushApproved');
		await poll();

		expect(engine.failures()).toHaveLength(2);
	});
});

describe('Requests from outsiders who do not know the hook ID', () => {
	const event = { uuid: 'u1', eventType: 'user.authentication.auth_via_mfa' };

	it.each([
		['without an Authorization header', []],
		['with a wrong Authorization header', ['Authorization', 'f'.repeat(64)]],
	])('are not reported: %s', async (_, authorization) => {
		const { org, engine, poll } = await startWatched();
		for (const source of [undefined, null, 7, `${org.url}/api/v1/eventHooks/who1`]) {
			const body = JSON.stringify({ source, data: { events: [event] } });
			const headers = [...authorization, 'Content-Type', 'application/json'];
			expect((await send('POST', engine.webhookUrl, headers, body)).status).toBe(401);
		}
		await poll(5);

		expect(engine.failures()).toEqual([]);
		expect(writesTo(org)).toEqual([]);
	});
});

describe('A hook whose secret was changed while n8n was off', () => {
	it('gets a new secret because its deliveries are rejected', async () => {
		const { org, engine, poll } = await startWatched({ newSecretEndsVerification: false });
		const [{ id, channel }] = org.hooks();
		const authScheme = { type: 'HEADER' as const, key: 'Authorization', value: 'by hand' };
		const config = { ...channel.config, authScheme };
		org.console.editHook(id, { channel: { ...channel, config } });
		await engine.restart();
		await org.signIn('pushApproved');
		await poll(4);
		const { deliveries } = await org.signIn('pushApproved');

		expect(secretOf(org)).not.toBe('by hand');
		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.warnings().at(-1)).toBe(
			`Repaired event hook ${id} in Okta: it sent a different secret.`,
		);
		expect(engine.failures()).toEqual([]);
	});
});
