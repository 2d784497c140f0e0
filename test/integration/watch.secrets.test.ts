import type { EventHook } from '../../lab/okta-org';
import type { Engine } from '../../lab/n8n-core/engine-types';
import { send } from './http';
import {
	expectDelivery,
	secretOf,
	startCopy,
	startWatchable,
	startWatched,
	stopAll,
	writesTo,
} from './setup';

afterEach(stopAll);

/** The response status of a delivery with this secret. */
async function statusWith(engine: Engine, secret: string): Promise<number> {
	const event = { uuid: secret, eventType: 'user.authentication.auth_via_mfa' };
	const headers = ['Authorization', secret, 'Content-Type', 'application/json'];
	const body = JSON.stringify({ data: { events: [event] } });
	return (await send('POST', engine.webhookUrl, headers, body)).status;
}

describe("Deliveries are accepted, whatever happened to n8n's static data", () => {
	it.each([
		['while n8n runs', false],
		['and n8n restarts', true],
	])('if it is lost %s', async (_, restarts) => {
		const setup = await startWatched();
		setup.engine.setStaticData({});
		if (restarts) await setup.engine.restart();
		await expectDelivery(setup);
		await setup.poll(3);
		await expectDelivery(setup);

		expect(setup.engine.warnings()).toEqual([]);
	});

	it.each([
		['while n8n runs', false],
		['and n8n restarts', true],
	])('if an old copy replaces it %s', async (_, restarts) => {
		const setup = await startWatched();
		const { engine, poll, clock } = setup;
		const old = engine.staticData();
		clock.pass(60_000);
		await engine.publish('update');
		engine.setStaticData(old);
		if (restarts) await engine.restart();
		await expectDelivery(setup);
		await poll(3);
		await expectDelivery(setup);

		expect(engine.warnings()).toEqual([]);
	});

	it('if it is lost after a repair, which n8n cannot save', async () => {
		const setup = await startWatched();
		const { org, engine, poll } = setup;
		org.console.deleteHook(org.hooks()[0].id);
		await poll(2);
		expect(engine.staticData().hookId).not.toBe(org.hooks()[0].id);
		await expectDelivery(setup);
		engine.setStaticData({});
		await engine.restart();

		await expectDelivery(setup);
	});
});

describe('Deliveries are accepted, whatever timestamp n8n remembers for the secret', () => {
	it('if the database comes from a copy of n8n that published later at another address', async () => {
		const setup = await startWatched();
		const copy = await startCopy(setup);
		setup.clock.pass(60_000);
		await copy.publish();
		const later = copy.staticData();
		await copy.unpublish();
		setup.engine.setStaticData(later);
		await setup.engine.restart();
		await setup.poll(3);

		await expectDelivery(setup);
	});

	it('if a check repaired the hook after the clock was set back', async () => {
		const setup = await startWatched();
		const { org, poll, clock } = setup;
		clock.pass(-3_600_000);
		org.console.deleteHook(org.hooks()[0].id);
		await poll(3);

		await expectDelivery(setup);
	});
});

describe('Publishing again', () => {
	it('revokes the previous secret, in case it leaked', async () => {
		const { org, engine, clock } = await startWatched();
		const leaked = secretOf(org);
		expect(await statusWith(engine, leaked)).toBe(204);
		clock.pass(60_000);
		await engine.publish('update');

		expect(await statusWith(engine, leaked)).toBe(401);
		expect(engine.warnings()).toEqual([
			'Rejected a request with 401: its Authorization header matches an earlier secret of the event hook.',
		]);
		expect(await statusWith(engine, secretOf(org))).toBe(204);
	});
});

describe('A client secret that was changed in Okta and in the credential', () => {
	const NEW_SECRET = 'another client secret of enough characters';

	it.each(['returned', 'omitted'] as const)(
		'does not block deliveries before or after the next check (descriptions %s)',
		async (descriptions) => {
			const setup = await startWatched({ descriptions });
			const { engine, poll } = setup;
			engine.setCredential({ clientSecret: NEW_SECRET });
			await expectDelivery(setup);
			await poll(3);

			await expectDelivery(setup);
			expect(engine.failures()).toEqual([]);
		},
	);

	it('does not block deliveries if n8n has just read the old credential', async () => {
		const setup = await startWatched();
		const { engine } = setup;
		engine.setStaticData({});
		await expectDelivery(setup);
		engine.setCredential({ clientSecret: NEW_SECRET });
		await engine.poll();

		await expectDelivery(setup);
	});

	it('gives the hook a secret that works without static data', async () => {
		const setup = await startWatched();
		const { org, engine, poll } = setup;
		engine.setCredential({ clientSecret: NEW_SECRET });
		await poll();
		engine.setStaticData({});
		await engine.restart();

		await expectDelivery(setup);
		expect(engine.warnings()).toEqual([
			`Repaired event hook ${org.hooks()[0].id} in Okta: its secret was out of date.`,
		]);
	});

	it.each(['returned', 'omitted'] as const)(
		'does not block deliveries if n8n restarts in between (descriptions %s)',
		async (descriptions) => {
			const setup = await startWatched({ descriptions });
			const { engine, poll } = setup;
			engine.setCredential({ clientSecret: NEW_SECRET });
			await engine.restart();
			await expectDelivery(setup);
			await poll(3);

			await expectDelivery(setup);
		},
	);
});

describe('A client secret of fewer than 16 characters, too short to derive secrets from', () => {
	const SHORT = { clientSecret: '15 characters!!' };

	it('gives the hook a random secret', async () => {
		const setup = await startWatchable(SHORT);
		await setup.engine.publish();

		expect(secretOf(setup.org)).toMatch(/^[0-9a-f]{64}$/);
		expect(setup.engine.staticData()).not.toHaveProperty('secretTime');
		await expectDelivery(setup);
	});

	const changeEvents = ({ events }: EventHook) => ({
		events: { ...events, items: ['user.session.start'] },
	});
	const changeSecret = ({ channel }: EventHook) => {
		const authScheme = { type: 'HEADER' as const, key: 'Authorization', value: 'by hand' };
		return { channel: { ...channel, config: { ...channel.config, authScheme } } };
	};

	it.each([
		['its event types were changed', changeEvents],
		['it was edited', changeSecret],
	])('keeps a check from repairing the hook, so it reports that %s', async (what, change) => {
		const options = { ...SHORT, newSecretEndsVerification: false };
		const { org, engine, poll } = await startWatched(options);
		const [hook] = org.hooks();
		org.console.editHook(hook.id, change(hook));
		const secret = secretOf(org);
		await poll();
		expect(engine.failures()).toEqual([]);
		await poll();

		expect(engine.failures()).toEqual([
			`Event hook ${hook.id} was changed in Okta: ${what}. Events may no longer start this workflow. n8n can't repair it because the credential has no client secret of at least 16 characters. Unpublish and republish the workflow.`,
		]);
		expect(secretOf(org)).toBe(secret);
		expect(writesTo(org).filter((call) => call.startsWith('PUT'))).toEqual([]);
	});

	it('keeps a check from creating a hook, so it reports that the hook is gone', async () => {
		const { org, engine, poll } = await startWatched(SHORT);
		org.console.deleteHook(org.hooks()[0].id);
		await poll(5);

		expect(engine.failures()).toEqual([
			expect.stringMatching(
				/^The event hook for http.* is no longer in Okta.*at least 16 characters/,
			),
		]);
		expect(writesTo(org)).toEqual([]);
	});

	it('does not keep a check from activating a hook that was deactivated', async () => {
		const setup = await startWatched(SHORT);
		const secret = secretOf(setup.org);
		setup.org.console.deactivateHook(setup.org.hooks()[0].id);
		await setup.poll(3);

		expect(secretOf(setup.org)).toBe(secret);
		await expectDelivery(setup);
		expect(setup.engine.failures()).toEqual([]);
	});

	it('does not keep a user from publishing again', async () => {
		const setup = await startWatched(SHORT);
		setup.org.console.deleteHook(setup.org.hooks()[0].id);
		await setup.poll(3);
		await setup.engine.publish('update');
		await setup.poll(3);

		await expectDelivery(setup);
		expect(setup.engine.failures()).toHaveLength(1);
	});

	it('causes no alarm after n8n starts if the hook is unchanged', async () => {
		const setup = await startWatched(SHORT);
		await setup.engine.restart();
		await setup.poll(5);

		await expectDelivery(setup);
		expect(writesTo(setup.org)).toEqual([]);
		expect(setup.engine.failures()).toEqual([]);
	});
});

describe('A client secret that is now long enough', () => {
	it('makes the next check give the hook a secret that works without static data', async () => {
		const setup = await startWatched({ clientSecret: 'short' });
		setup.engine.setCredential({ clientSecret: 'a client secret of enough characters' });
		await setup.poll();

		expect(secretOf(setup.org)).toMatch(/^\d{13}\.[0-9a-f]{64}$/);
		await expectDelivery(setup);
	});
});
