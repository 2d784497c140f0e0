import { refusalOf } from './refusal';
import {
	arrivals,
	CATCH_UP,
	connect,
	logReads,
	signInUnheard,
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
	it('reads the log once, before anything is written to Okta', async () => {
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

	it("is rejected together with 'Filter Expression', which Okta applies to deliveries only", async () => {
		const options = { filterExpression: "event.outcome.result eq 'FAILURE'" };
		const { org, engine } = await startCatchable(
			{ filterFeature: true },
			{ parameters: { ...CATCH_UP, options } },
		);

		expect((await refusalOf(engine.publish())).message).toMatch(
			/^'Catch Up From System Log' doesn't work with 'Filter Expression'.*Turn off one of them/,
		);
		expect(writesTo(org)).toEqual([]);
		expect(logReads(org)).toEqual([]);
	});

	it("works together with 'Filter in Okta'", async () => {
		const parameters = {
			...CATCH_UP,
			outcomes: ['FAILURE'],
			options: { filterInOkta: true },
		};
		const setup = await startCatchingUp({ filterFeature: true }, { parameters });
		await signInUnheard(setup, 'sms');
		const denied = await signInUnheard(setup, 'pushDenied');
		await setup.poll(2);

		expect(arrivals(setup.engine)).toEqual([denied.uuid]);
	});

	it('names the scope that the connection lacks, and what to do', async () => {
		const setup = await startCatchable();
		const { org, engine } = setup;
		await connect(setup);

		expect((await refusalOf(engine.publish())).message).toMatch(
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

		expect((await refusalOf(engine.publish())).message).toMatch(
			/^The service app.*'?okta\.logs\.read'?/,
		);
		expect(org.hooks()).toEqual([]);
	});

	it('leaves no hook in Okta if it was published without, and the scope is missing', async () => {
		const setup = await startCatchable({}, { parameters: {} });
		const { org, engine } = setup;
		await connect(setup);
		await engine.publish();
		engine.setParameters(CATCH_UP);
		await refusalOf(engine.publish('update'));

		expect(org.hooks()).toEqual([]);
	});

	it("is rejected if Okta's requests reach another process, and leaves no hook in Okta", async () => {
		const other = await startPublished();
		const webhookUrl = `${other.engine.address}/`;
		const { org, engine } = await startCatchable({}, { webhookUrl, cleansUp: false });

		expect((await refusalOf(engine.publish())).message).toMatch(
			/^'Catch Up From System Log' doesn't work here: Okta's requests reach a different n8n process .*add an Okta User MFA Polling Trigger/,
		);
		expect(callsTo(org)).toContain('POST /api/v1/eventHooks/{id}/lifecycle/verify');
		expect(org.hooks()).toEqual([]);
		expect(engine.staticData()).toEqual({});
	});

	it('works in another process without it', async () => {
		const other = await startPublished();
		const webhookUrl = `${other.engine.address}/`;
		const { org, engine } = await startCatchable({}, { webhookUrl, parameters: {} });
		await engine.publish();

		expect(org.hooks()).toHaveLength(1);
	});
});

describe('A workflow that is published again', () => {
	it('goes on without a gap and without a repeat', async () => {
		const setup = await startCatchingUp();
		const { org, engine, poll } = setup;
		await org.signIn('pushApproved');
		await signInUnheard(setup);
		await poll();
		await signInUnheard(setup);
		await engine.publish('update');
		await signInUnheard(setup);
		await poll(5);

		const log = org.log().filter(({ eventType }) => eventType.startsWith('user.'));
		expect(arrivals(engine)).toEqual(log.map(({ uuid }) => uuid));
	});

	it('goes on where it stopped after it was unpublished', async () => {
		const setup = await startCatchingUp();
		await expectDelivery(setup);
		const { uuid } = await signInUnheard(setup);
		await setup.engine.unpublish();
		await setup.engine.publish();
		await setup.poll(3);

		expect(arrivals(setup.engine).slice(1)).toEqual([uuid]);
	});

	it('with other filters does not bring what the earlier ones left out', async () => {
		const setup = await startCatchingUp({}, { parameters: { ...CATCH_UP, outcomes: ['FAILURE'] } });
		await signInUnheard(setup, 'sms');
		await setup.poll();
		setup.clock.pass(3_600_000);
		await setup.poll();
		setup.engine.setParameters(CATCH_UP);
		await setup.engine.publish('update');
		const { uuid } = await signInUnheard(setup, 'sms');
		await setup.poll(3);

		expect(arrivals(setup.engine)).toEqual([uuid]);
	});

	it('forgets its place when catching up is turned off, and begins now when it is on again', async () => {
		const setup = await startCatchingUp();
		const { engine, poll, clock } = setup;
		engine.setParameters({});
		await engine.publish('update');
		expect(engine.staticData()).not.toHaveProperty('systemLog');
		await signInUnheard(setup);
		await poll(2);
		clock.pass(60_000);
		engine.setParameters(CATCH_UP);
		await engine.publish('update');
		const { uuid } = await signInUnheard(setup);
		await poll(3);

		expect(arrivals(engine)).toEqual([uuid]);
	});
});

describe('If n8n has lost its static data', () => {
	it('the trigger begins with the last day, and leaves out what n8n knows', async () => {
		const setup = await startCatchingUp();
		const { engine, poll, clock } = setup;
		await signInUnheard(setup);
		clock.pass(DAY + 3_600_000);
		await expectDelivery(setup);
		const { uuid } = await signInUnheard(setup);
		const before = arrivals(engine);
		engine.setStaticData({});
		await engine.restart();
		await poll(4);

		expect(arrivals(engine)).toEqual([...before, uuid]);
	});

	it('the trigger does not go back to before its hook was created', async () => {
		const setup = await startCatchable();
		await setup.org.signIn('pushApproved');
		setup.clock.pass(60_000);
		await setup.engine.publish();
		const { uuid } = await signInUnheard(setup);
		setup.engine.setStaticData({});
		await setup.engine.restart();
		await setup.poll(4);

		expect(arrivals(setup.engine)).toEqual([uuid]);
	});
});

describe('A credential for', () => {
	it('another address of the same org goes on in its log', async () => {
		const setup = await startCatchingUp();
		const { org, engine, poll } = setup;
		await expectDelivery(setup);
		await poll();
		const { uuid } = await signInUnheard(setup);
		engine.setCredential({ url: org.otherUrl });
		await engine.publish('update');
		await poll(3);

		expect(arrivals(engine).slice(1)).toEqual([uuid]);
		expect(engine.items()[1].source).toBe(`${org.otherUrl}/api/v1/logs`);
	});

	it('another org begins anew in that one', async () => {
		const setup = await startCatchingUp();
		const { engine, poll, clock } = setup;
		await signInUnheard(setup);
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
		const { uuid } = await signInUnheard({ org, engine });
		await poll(3);

		expect(arrivals(engine)).toEqual([uuid]);
		expect(engine.staticData().systemLog).toMatchObject({ orgUrl: org.url, orgId: org.id });
	});
});

describe('A test in the editor', () => {
	it('gets the latest event of the log that passes the filters, and so does the next one', async () => {
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

	it('does not get in the way of the published workflow', async () => {
		const setup = await startCatchingUp();
		const { engine, poll } = setup;
		await expectDelivery(setup);
		await engine.startTest();
		await until(() => engine.items().length === 2);
		await engine.endTest();
		const { uuid } = await signInUnheard(setup);
		await poll(3);

		expect(arrivals(engine).slice(2)).toEqual([uuid]);
		expect(engine.failures()).toEqual([]);
	});

	it('waits for Okta if the log has none', async () => {
		const { org, engine } = await startCatchable();
		await engine.startTest();
		const { event } = await org.signIn('pushApproved');

		expect(arrivals(engine)).toEqual([event.uuid]);
	});

	it('waits for Okta with catching up off, and does not read the log', async () => {
		const { org, engine } = await startCatchable({}, { parameters: {} });
		await org.signIn('pushApproved');
		await engine.startTest();
		const { event } = await org.signIn('pushApproved');
		await engine.endTest();

		expect(arrivals(engine)).toEqual([event.uuid]);
		expect(logReads(org)).toEqual([]);
	});

	it('names the scope that is missing, and leaves nothing in Okta', async () => {
		const setup = await startCatchable();
		await connect(setup);

		expect((await refusalOf(setup.engine.startTest())).message).toContain("'okta.logs.read'");
		expect(setup.org.hooks()).toEqual([]);
	});
});
