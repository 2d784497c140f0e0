import { rejectionOf } from './rejection';
import {
	arrivals,
	CATCH_UP,
	connect,
	logReads,
	signInUndelivered,
	startCatchable,
	startCatchingUp,
} from './catchUp';
import {
	callsTo,
	expectDelivery,
	startConnected,
	startPublished,
	startServiceApp,
	stopAll,
	until,
	writesTo,
} from './setup';

afterEach(stopAll);

const DAY = 24 * 3_600_000;

describe("Publishing with 'Catch Up From System Log'", () => {
	it('reads the log once before it writes anything to Okta', async () => {
		const { org, engine } = await startCatchable();
		await engine.publish();
		const calls = callsTo(org).map((call) => call.replace(/\?.*/, ''));

		expect(calls.filter((call) => call !== 'GET /.well-known/okta-organization')).toEqual([
			'GET /api/v1/logs',
			'GET /api/v1/eventHooks',
			'POST /api/v1/eventHooks',
			'POST /api/v1/eventHooks/{id}/lifecycle/verify',
		]);
		expect(engine.staticData().systemLog).toMatchObject({ orgUrl: org.url, orgId: org.id });
	});

	it("fails with a 'Filter Expression', which Okta applies only to deliveries", async () => {
		const options = { filterExpression: "event.outcome.result eq 'FAILURE'" };
		const { org, engine } = await startCatchable(
			{ filterFeature: true },
			{ parameters: { ...CATCH_UP, options } },
		);

		expect((await rejectionOf(engine.publish())).message).toMatch(
			/^'Catch Up From System Log' doesn't work with 'Filter Expression'.*Turn off one of them/,
		);
		expect(writesTo(org)).toEqual([]);
		expect(logReads(org)).toEqual([]);
	});

	it("works with 'Filter in Okta'", async () => {
		const parameters = {
			...CATCH_UP,
			outcomes: ['FAILURE'],
			options: { filterInOkta: true },
		};
		const setup = await startCatchingUp({ filterFeature: true }, { parameters });
		await signInUndelivered(setup, 'sms');
		const denied = await signInUndelivered(setup, 'pushDenied');
		await setup.poll(2);

		expect(arrivals(setup.engine)).toEqual([denied.uuid]);
	});

	it('names the scope that the connection lacks and how to add it', async () => {
		const setup = await startCatchable();
		const { org, engine } = setup;
		await connect(setup);

		expect((await rejectionOf(engine.publish())).message).toMatch(
			/^The access token doesn't include the scope 'okta\.logs\.read'.*'Enabled Scopes' includes okta\.logs\.read/,
		);
		expect(org.hooks()).toEqual([]);
		expect(writesTo(org)).toEqual([]);
	});

	it('names the scope that a service app lacks', async () => {
		const { org, engine } = await startServiceApp(
			{ scopes: ['okta.eventHooks.manage'] },
			{},
			{ parameters: { authentication: 'serviceApp', catchUp: true } },
		);

		expect((await rejectionOf(engine.publish())).message).toMatch(
			/^The service app.*'?okta\.logs\.read'?/,
		);
		expect(org.hooks()).toEqual([]);
	});

	it('removes the existing event hook if the scope is missing', async () => {
		const setup = await startCatchable({}, { parameters: {} });
		const { org, engine } = setup;
		await connect(setup);
		await engine.publish();
		engine.setParameters(CATCH_UP);
		await rejectionOf(engine.publish('update'));

		expect(org.hooks()).toEqual([]);
	});

	it("fails if Okta's requests reach another n8n process, and leaves no event hook in Okta", async () => {
		const other = await startPublished();
		const webhookUrl = `${other.engine.address}/`;
		const { org, engine } = await startCatchable({}, { webhookUrl, cleansUp: false });

		expect((await rejectionOf(engine.publish())).message).toMatch(
			/^'Catch Up From System Log' doesn't work here: Okta's requests reach a different n8n process .*use the example workflow for queue mode/,
		);
		expect(callsTo(org)).toContain('POST /api/v1/eventHooks/{id}/lifecycle/verify');
		expect(org.hooks()).toEqual([]);
		expect(engine.staticData()).toEqual({});
	});

	it("works across processes with 'Catch Up From System Log' off", async () => {
		const other = await startPublished();
		const webhookUrl = `${other.engine.address}/`;
		const { org, engine } = await startCatchable({}, { webhookUrl, parameters: {} });
		await engine.publish();

		expect(org.hooks()).toHaveLength(1);
	});
});

describe('A workflow that is published again', () => {
	it('continues without gaps or repeats', async () => {
		const setup = await startCatchingUp();
		const { org, engine, poll } = setup;
		await org.signIn('pushApproved');
		await signInUndelivered(setup);
		await poll();
		await signInUndelivered(setup);
		await engine.publish('update');
		await signInUndelivered(setup);
		await poll(5);

		const log = org.log().filter(({ eventType }) => eventType.startsWith('user.'));
		expect(arrivals(engine)).toEqual(log.map(({ uuid }) => uuid));
	});

	it('resumes where it left off when it was unpublished', async () => {
		const setup = await startCatchingUp();
		await expectDelivery(setup);
		const { uuid } = await signInUndelivered(setup);
		await setup.engine.unpublish();
		await setup.engine.publish();
		await setup.poll(3);

		expect(arrivals(setup.engine).slice(1)).toEqual([uuid]);
	});

	it('with different filters does not emit what the previous filters left out', async () => {
		const setup = await startCatchingUp({}, { parameters: { ...CATCH_UP, outcomes: ['FAILURE'] } });
		await signInUndelivered(setup, 'sms');
		await setup.poll();
		setup.clock.pass(3_600_000);
		await setup.poll();
		setup.engine.setParameters(CATCH_UP);
		await setup.engine.publish('update');
		const { uuid } = await signInUndelivered(setup, 'sms');
		await setup.poll(3);

		expect(arrivals(setup.engine)).toEqual([uuid]);
	});

	it('forgets its position when catching up is turned off, and starts from now when it is turned on again', async () => {
		const setup = await startCatchingUp();
		const { engine, poll, clock } = setup;
		engine.setParameters({});
		await engine.publish('update');
		expect(engine.staticData()).not.toHaveProperty('systemLog');
		await signInUndelivered(setup);
		await poll(2);
		clock.pass(60_000);
		engine.setParameters(CATCH_UP);
		await engine.publish('update');
		const { uuid } = await signInUndelivered(setup);
		await poll(3);

		expect(arrivals(engine)).toEqual([uuid]);
	});
});

describe('When n8n has lost its static data', () => {
	it('the trigger starts one day back and skips the events that already have executions', async () => {
		const setup = await startCatchingUp();
		const { engine, poll, clock } = setup;
		await signInUndelivered(setup);
		clock.pass(DAY + 3_600_000);
		await expectDelivery(setup);
		const { uuid } = await signInUndelivered(setup);
		const before = arrivals(engine);
		engine.setStaticData({});
		await engine.restart();
		await poll(4);

		expect(arrivals(engine)).toEqual([...before, uuid]);
	});

	it('the trigger does not go back further than the creation of its event hook', async () => {
		const setup = await startCatchable();
		await setup.org.signIn('pushApproved');
		setup.clock.pass(60_000);
		await setup.engine.publish();
		const { uuid } = await signInUndelivered(setup);
		setup.engine.setStaticData({});
		await setup.engine.restart();
		await setup.poll(4);

		expect(arrivals(setup.engine)).toEqual([uuid]);
	});
});

describe('A credential that switches to', () => {
	it('another URL of the same org continues in its log', async () => {
		const setup = await startCatchingUp();
		const { org, engine, poll } = setup;
		await expectDelivery(setup);
		await poll();
		const { uuid } = await signInUndelivered(setup);
		engine.setCredential({ url: org.otherUrl });
		await engine.publish('update');
		await poll(3);

		expect(arrivals(engine).slice(1)).toEqual([uuid]);
		expect(engine.items()[1].source).toBe(`${org.otherUrl}/api/v1/logs`);
	});

	it('another org starts over in that org', async () => {
		const setup = await startCatchingUp();
		const { engine, poll, clock } = setup;
		await signInUndelivered(setup);
		const { org } = await startConnected({ now: () => Date.now() });
		await org.signIn('pushApproved');
		clock.pass(60_000);
		engine.setCredential({
			url: org.url,
			clientId: org.client.id,
			clientSecret: org.client.secret,
		});
		await connect({ org, engine }, 'okta.logs.read');
		await engine.publish('update');
		const { uuid } = await signInUndelivered({ org, engine });
		await poll(3);

		expect(arrivals(engine)).toEqual([uuid]);
		expect(engine.staticData().systemLog).toMatchObject({ orgUrl: org.url, orgId: org.id });
	});
});

describe('A test in the editor', () => {
	it('gets the latest logged event that passes the filters, and so does the next test', async () => {
		const { org, engine } = await startCatchable(
			{},
			{ parameters: { ...CATCH_UP, outcomes: ['FAILURE'] } },
		);
		await org.signIn('pushDenied');
		const { event } = await org.signIn('pushDenied');
		await org.signIn('sms');
		for (const count of [1, 2]) {
			await engine.startTest();
			await until(() => engine.items().length === count);
			await engine.endTest();
		}

		expect(engine.executions()).toMatchObject([[{ uuid: event.uuid }], [{ uuid: event.uuid }]]);
		expect(org.hooks()).toEqual([]);
		expect(engine.warnings()).toEqual([]);
	});

	it('does not affect the published workflow', async () => {
		const setup = await startCatchingUp();
		const { engine, poll } = setup;
		await expectDelivery(setup);
		await engine.startTest();
		await until(() => engine.items().length === 2);
		await engine.endTest();
		const { uuid } = await signInUndelivered(setup);
		await poll(3);

		expect(arrivals(engine).slice(2)).toEqual([uuid]);
		expect(engine.failures()).toEqual([]);
	});

	it('waits for Okta if the log has no event', async () => {
		const { org, engine } = await startCatchable();
		await engine.startTest();
		const { event } = await org.signIn('pushApproved');

		expect(arrivals(engine)).toEqual([event.uuid]);
	});

	it('waits for Okta and does not read the log when catching up is off', async () => {
		const { org, engine } = await startCatchable({}, { parameters: {} });
		await org.signIn('pushApproved');
		await engine.startTest();
		const { event } = await org.signIn('pushApproved');
		await engine.endTest();

		expect(arrivals(engine)).toEqual([event.uuid]);
		expect(logReads(org)).toEqual([]);
	});

	it('names the missing scope and leaves nothing in Okta', async () => {
		const setup = await startCatchable();
		await connect(setup);

		expect((await rejectionOf(setup.engine.startTest())).message).toContain("'okta.logs.read'");
		expect(setup.org.hooks()).toEqual([]);
	});
});
