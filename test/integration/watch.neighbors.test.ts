import type { EventHook } from '../../lab/okta-org';
import type { Engine } from '../../lab/n8n-core/engine-types';
import { send } from './http';
import {
	callsTo,
	expectDelivery,
	startConnected,
	startCopy,
	startPublished,
	startWatchable,
	startWatched,
	stopAll,
	writesTo,
} from './setup';
import type { Setup, WatchedSetup } from './setup';

afterEach(stopAll);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function hookOf({ org }: Setup, { webhookUrl }: Engine): EventHook | undefined {
	return org.hooks().find(({ channel }) => channel.config.uri === webhookUrl);
}

/** Signs a user in and expects that to start the workflow in each of these engines. */
async function expectDeliveryTo({ org }: Setup, ...engines: Engine[]): Promise<void> {
	const before = engines.map((engine) => engine.items().length);
	const { event } = await org.signIn('pushApproved');
	engines.forEach((engine, index) => {
		expect(engine.items().slice(before[index])).toMatchObject([{ uuid: event.uuid }]);
	});
}

/** Another address of n8n. */
function moved({ engine }: Setup): string {
	return `${engine.address}/n8n/`;
}

async function pollBoth(setup: WatchedSetup, copy: Engine, times: number): Promise<void> {
	for (let count = 0; count < times; count++) {
		await setup.poll();
		await copy.poll();
	}
}

describe('A copy of n8n, e.g. from a backup, at another address', () => {
	const warningAbout = (hook: EventHook | undefined) =>
		`Event hook ${hook?.id} belongs to another n8n instance with the same workflow, e.g. the one that this instance was copied from. n8n left it alone.`;

	it("publishes with its own hook and leaves the original's alone", async () => {
		const setup = await startWatched();
		const [original] = setup.org.hooks();
		const copy = await startCopy(setup);
		await copy.publish();

		expect(setup.org.hooks()).toHaveLength(2);
		expect(hookOf(setup, setup.engine)).toMatchObject({ id: original.id, name: original.name });
		expect(hookOf(setup, copy)?.name).not.toBe(original.name);
		expect(copy.warnings()).toEqual([warningAbout(original)]);
		await expectDeliveryTo(setup, setup.engine, copy);
	});

	it("deletes its own hook when it unpublishes and leaves the original's alone", async () => {
		const setup = await startWatched();
		const copy = await startCopy(setup);
		await copy.publish();
		await copy.unpublish();

		await expectDelivery(setup);
		expect(hookOf(setup, setup.engine)).toBeDefined();
	});

	it("leaves the original's hook alone when it unpublishes without having published", async () => {
		const setup = await startWatched();
		const copy = await startCopy(setup);
		await copy.unpublish();

		await expectDelivery(setup);
	});

	it("does not mistake an outsider's request for a sign that the original's hook is its own", async () => {
		const setup = await startWatched();
		const [original] = setup.org.hooks();
		const copy = await startCopy(setup);
		// The copy's webhook must be open to receive the request.
		await copy.publish();
		setup.org.faults.addFault({ path: /lifecycle/, delay: 200 });
		const unpublished = copy.publish('update');
		let isDone = false;
		void unpublished.finally(() => {
			isDone = true;
		});
		while (!isDone) {
			await send('GET', copy.webhookUrl, ['X-Okta-Verification-Challenge', 'from an outsider']);
		}
		await unpublished;

		expect(hookOf(setup, setup.engine)).toMatchObject({ id: original.id });
		expect(hookOf(setup, copy)).toBeDefined();
	});

	it("does not mistake a proxy's rejection for a sign that no one serves the original's hook", async () => {
		const setup = await startWatched();
		const [original] = setup.org.hooks();
		const copy = await startCopy(setup);
		const verify = `/api/v1/eventHooks/${original.id}/lifecycle/verify`;
		setup.org.faults.addFault({ path: verify, status: 400, body: '<html>Bad Request</html>' });

		await expect(copy.publish()).rejects.toThrow(/didn't come from the Okta API/);
		await expectDelivery(setup);
		expect(setup.org.hooks().map(({ id }) => id)).toEqual([original.id]);
	});

	it('names its hook differently if the original already has the custom name', async () => {
		const setup = await startWatched({}, { parameters: { options: { hookName: 'MFA alerts' } } });
		const copy = await startCopy(setup);
		copy.setParameters({ options: { hookName: 'MFA alerts' } });
		await copy.publish();

		expect(setup.org.hooks().map(({ name }) => name)).toEqual([
			'MFA alerts',
			expect.stringMatching(/^MFA alerts \([\da-f]{8}\)$/),
		]);
	});

	it("gets its own hook just by starting, and warns about the original's once", async () => {
		const setup = await startWatched();
		const [original] = setup.org.hooks();
		const copy = await startCopy(setup);
		await copy.restart();
		for (let polls = 0; polls < 10; polls++) await copy.poll();

		expect(setup.org.hooks()).toHaveLength(2);
		expect(copy.warnings()).toEqual([
			warningAbout(original),
			`Created event hook ${hookOf(setup, copy)?.id} in Okta because it was missing.`,
		]);
		await expectDeliveryTo(setup, setup.engine, copy);
	});

	it("and the original don't keep changing each other's hooks", async () => {
		const setup = await startWatched();
		const copy = await startCopy(setup);
		await copy.publish();
		await pollBoth(setup, copy, 3);
		setup.org.clearRequests();
		await pollBoth(setup, copy, 10);

		expect(writesTo(setup.org)).toEqual([]);
		expect(setup.engine.warnings()).toContain(warningAbout(hookOf(setup, copy)));
		await expectDeliveryTo(setup, setup.engine, copy);
	});

	it('does not make the original think that its hook was edited', async () => {
		const setup = await startWatched();
		const copy = await startCopy(setup);
		await copy.publish();
		await pollBoth(setup, copy, 5);

		expect(setup.engine.warnings()).toEqual([warningAbout(hookOf(setup, copy))]);
	});
});

describe('n8n that moved to another address', () => {
	it('creates a hook for the new address at a check', async () => {
		const setup = await startWatched();
		await setup.engine.restart(moved(setup));
		await setup.poll(3);

		expect(hookOf(setup, setup.engine)).toBeDefined();
		await expectDeliveryTo(setup, setup.engine);
		expect(setup.engine.failures()).toEqual([]);
	});

	it('deletes the old hook when a user publishes', async () => {
		const setup = await startWatched();
		await setup.engine.restart(moved(setup));
		await setup.poll(3);
		expect(setup.org.hooks()).toHaveLength(2);
		await setup.engine.publish('update');

		await expectDelivery(setup);
	});

	it('deletes the old hook when a user unpublishes', async () => {
		const setup = await startWatched();
		await setup.engine.restart(moved(setup));
		await setup.poll(3);
		await setup.engine.unpublish();

		expect(setup.org.hooks()).toEqual([]);
	});

	it('moves the old hook if a user publishes before the first check', async () => {
		const setup = await startWatched();
		const [{ id }] = setup.org.hooks();
		await setup.engine.restart(moved(setup));
		await setup.engine.publish('update');

		expect(setup.org.hooks()).toMatchObject([{ id }]);
		await expectDelivery(setup);
	});

	it('moves the hook immediately if the old address still leads to this n8n', async () => {
		const setup = await startWatched();
		const [{ id }] = setup.org.hooks();
		await setup.engine.restart(setup.engine.address.replace('127.0.0.1', 'localhost') + '/');
		await setup.poll(3);

		expect(setup.org.hooks()).toMatchObject([{ id }]);
		await expectDelivery(setup);
		expect(setup.engine.warnings()).toEqual([
			`Repaired event hook ${id} in Okta: its URL was changed.`,
		]);
	});
});

describe.each([
	['stays verified', {}],
	['must be verified again', { failureEndsVerification: true }],
])('In an org where a hook %s after a failed verification,', (_what, options) => {
	it('a copy of n8n loses its hook to the original once no one has responded there for a day', async () => {
		const setup = await startWatched(options);
		const { org, engine, clock, poll } = setup;
		const copy = await startCopy(setup);
		await copy.publish();
		await copy.stop();
		await poll(3);
		expect(org.hooks()).toHaveLength(2);
		clock.pass(23 * HOUR);
		await poll();
		expect(org.hooks()).toHaveLength(2);
		clock.pass(HOUR);
		await poll();

		await expectDelivery(setup);
		expect(hookOf(setup, engine)).toBeDefined();
	});

	it('n8n that was unavailable while a copy of it started gets events again', async () => {
		const setup = await startWatched(options);
		const [{ id }] = setup.org.hooks();
		setup.engine.setReachable(false);
		const copy = await startCopy(setup);
		await copy.restart();
		for (let polls = 0; polls < 3; polls++) await copy.poll();
		setup.engine.setReachable(true);
		await setup.poll(2);

		expect(hookOf(setup, setup.engine)).toMatchObject({ id });
		await expectDeliveryTo(setup, setup.engine, copy);
	});

	it('n8n that moved to another address deletes the old hook by itself once no one has responded there for a day', async () => {
		const setup = await startWatched(options);
		await setup.engine.restart(moved(setup));
		await setup.poll(3);
		setup.clock.pass(24 * HOUR);
		await setup.poll();

		await expectDelivery(setup);
	});

	it('n8n that moved to another address probes the old one at most once an hour', async () => {
		const setup = await startWatched(options);
		await setup.engine.restart(moved(setup));
		await setup.poll(3);
		setup.org.clearRequests();
		await setup.poll(24);

		const verifications = callsTo(setup.org).filter((call) => call.endsWith('/verify'));
		expect(verifications).toHaveLength(2);
	});
});

describe('A credential that switches to another URL of the same org, e.g. a custom domain', () => {
	it('reports nothing and still deletes the hook on unpublishing', async () => {
		const setup = await startWatched();
		const { org, engine, poll } = setup;
		engine.setCredential({ url: org.otherUrl });
		await poll(3);
		await engine.publish('update');
		await engine.restart();
		await poll(3);
		await expectDelivery(setup);
		await engine.unpublish();

		expect(org.hooks()).toEqual([]);
		expect([engine.log().filter((line) => !line.includes('Delivery ')), engine.failures()]).toEqual(
			[[], []],
		);
	});

	it('still unpublishes if the hook is already gone', async () => {
		const { org, engine } = await startWatched();
		engine.setCredential({ url: org.otherUrl });
		org.console.deleteHook(org.hooks()[0].id);
		await engine.unpublish();

		expect(engine.staticData()).toEqual({});
	});
});

describe('A credential that switches to another org', () => {
	async function switchOrg(): Promise<{ before: WatchedSetup; after: Setup }> {
		const before = await startWatched();
		const after = await startConnected();
		before.engine.setCredential({
			...after.engine.savedCredential(),
			url: after.org.url,
			clientId: after.org.client.id,
			clientSecret: after.org.client.secret,
		});
		return { before, after: { org: after.org, engine: before.engine } };
	}

	it('gets a hook at a check, and n8n warns once about the hook in the old org', async () => {
		const { before, after } = await switchOrg();
		const [{ id }] = before.org.hooks();
		await before.poll(4);
		await expectDelivery(after);

		const warnings = before.engine.warnings().filter((line) => line.includes(before.org.url));
		expect(warnings).toEqual([
			expect.stringContaining(`Event hook ${id} may still be in ${before.org.url}`),
		]);
	});

	it('makes unpublishing fail with the hook that is left in the old org', async () => {
		const { before, after } = await switchOrg();
		const [{ id }] = before.org.hooks();
		await before.poll(3);

		await expect(before.engine.unpublish()).rejects.toThrow(
			new RegExp(`Event hook ${id} is still in Okta.* no longer points to ${before.org.url}`),
		);
		expect(after.org.hooks()).toEqual([]);
		expect(before.org.hooks()).toHaveLength(1);
	});

	it('causes a warning when the workflow is published', async () => {
		const { before, after } = await switchOrg();
		const [{ id }] = before.org.hooks();
		await before.engine.publish('update');

		await expectDelivery(after);
		expect(before.engine.warnings()).toEqual([
			expect.stringContaining(`Event hook ${id} is still in ${before.org.url}`),
		]);
	});
});

describe('The hook of a test in the editor', () => {
	it("exists alongside the published workflow's hook and is deleted when the test ends", async () => {
		const setup = await startPublished();
		await setup.engine.startTest();
		expect(setup.org.hooks().map(({ name }) => name)).toEqual([
			expect.stringMatching(/^n8n: /),
			expect.stringMatching(/^n8n test: /),
		]);
		await setup.engine.endTest();

		await expectDelivery(setup);
	});

	it("stays while the test runs, even if the published workflow's hook is checked", async () => {
		const setup = await startWatched();
		await setup.engine.startTest();
		setup.clock.pass(MINUTE);
		await setup.engine.poll();
		await setup.engine.poll();

		expect(setup.org.hooks()).toHaveLength(2);
	});

	it.each<[string, (setup: WatchedSetup) => Promise<void>]>([
		['the first checks', async ({ poll }) => await poll(2)],
		['the next publish', async ({ engine }) => await engine.publish('update')],
	])('is deleted by %s if n8n stopped during the test', async (_, act) => {
		const setup = await startWatched();
		await setup.engine.startTest();
		await setup.engine.restart();
		expect(setup.org.hooks()).toHaveLength(2);
		await act(setup);

		await expectDelivery(setup);
	});

	it('is deleted by the next test if n8n stopped during the previous one', async () => {
		const setup = await startWatchable();
		await setup.engine.startTest();
		await setup.engine.restart();
		await setup.engine.startTest();
		expect(setup.org.hooks()).toHaveLength(1);
		await setup.engine.endTest();

		expect(setup.org.hooks()).toEqual([]);
	});

	it('of another n8n is not deleted before that test must have ended', async () => {
		const setup = await startWatched();
		const copy = await startCopy(setup);
		await copy.startTest();
		await setup.poll();
		expect(setup.org.hooks()).toHaveLength(2);
		await setup.poll(2);

		await expectDelivery(setup);
	});
});
