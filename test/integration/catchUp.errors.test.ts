import {
	arrivals,
	connect,
	logReads,
	signInUndelivered,
	startCatchable,
	startCatchingUp,
} from './catchUp';
import { expectDelivery, startServiceApp, stopAll, until } from './setup';

afterEach(stopAll);

const POLLS_IN_HALF_AN_HOUR = 6;

describe('An event whose delivery is in progress while a poll reads the log', () => {
	it('is left to the delivery', async () => {
		const { org, engine, poll } = await startCatchingUp();
		const store = engine.holdExecutions();
		const delivered = org.signIn('pushApproved');
		await until(() => engine.heldCount() === 1);
		await poll();
		store();
		await delivered;
		await poll(3);

		expect(engine.executions()).toHaveLength(1);
	});

	it('arrives from the log if the delivery fails, because the cursor has not moved past it', async () => {
		const { org, engine, poll } = await startCatchingUp();
		const store = engine.holdExecutions();
		const delivered = org.signIn('pushApproved');
		await until(() => engine.heldCount() === 1);
		const { uuid } = await signInUndelivered({ org, engine });
		await poll();
		engine.failToStore(3);
		store();
		const { event } = await delivered;
		await poll(8);

		expect(arrivals(engine).toSorted()).toEqual([event.uuid, uuid].toSorted());
	});
});

describe('A delivery of an event that a poll is already storing', () => {
	it('gets a 503, then a 204 once n8n has stored the execution', async () => {
		const setup = await startCatchingUp();
		const { org, engine, poll } = setup;
		await signInUndelivered(setup);
		const { eventId } = org.deliveries()[0];
		const store = engine.holdExecutions();
		await poll();
		const early = await org.redeliver(eventId);
		expect(early.map(({ status }) => status)).toEqual([503, 503]);
		store();
		await until(() => engine.items().length === 1);
		const late = await org.redeliver(eventId);

		expect(late.map(({ status }) => status)).toEqual([204]);
		expect(engine.executions()).toHaveLength(1);
		expect(engine.warnings()).toEqual([
			'Rejected a request with 503: n8n is already storing one of its events from the System Log.',
		]);
	});
});

describe('An execution that a poll starts and n8n fails to store', () => {
	it('is retried once by the next poll if n8n reports the failure', async () => {
		const setup = await startCatchingUp();
		const { uuid } = await signInUndelivered(setup);
		setup.engine.failToStore(1);
		await setup.poll();
		expect(setup.engine.items()).toEqual([]);
		await setup.poll();
		expect(arrivals(setup.engine)).toEqual([uuid]);
		await setup.poll(10);

		expect(setup.engine.executions()).toHaveLength(1);
	});

	it('is retried once after half an hour if n8n never reports the failure, like n8n 1', async () => {
		const setup = await startCatchingUp({}, { version: '1.123' });
		const { uuid } = await signInUndelivered(setup);
		setup.engine.failToStore(1);
		await setup.poll();
		await setup.poll(POLLS_IN_HALF_AN_HOUR - 1);
		expect(setup.engine.items()).toEqual([]);
		await setup.poll();
		expect(arrivals(setup.engine)).toEqual([uuid]);
		await setup.poll(10);

		expect(setup.engine.executions()).toHaveLength(1);
	});

	it('does not hold up the executions of other pages, and its events arrive later', async () => {
		const { org, engine, poll } = await startCatchingUp();
		engine.setReachable(false);
		await org.publish(Array.from({ length: 1_500 }, () => org.buildEvent('sms')));
		engine.failToStore(1);
		await poll();
		expect(engine.executions().map(({ length }) => length)).toEqual([500]);
		await poll(5);

		expect(engine.executions().map(({ length }) => length)).toEqual([500, 1_000]);
		expect(new Set(arrivals(engine)).size).toBe(1_500);
	});

	it('is started again after a restart', async () => {
		const setup = await startCatchingUp();
		const { uuid } = await signInUndelivered(setup);
		setup.engine.failToStore(1);
		await setup.poll();
		await setup.engine.restart();
		await setup.poll(5);

		expect(arrivals(setup.engine)).toEqual([uuid]);
	});

	it('is not started again if n8n stores it after the events were emitted a second time', async () => {
		const setup = await startCatchingUp();
		const { uuid } = await signInUndelivered(setup);
		const store = setup.engine.holdExecutions();
		await setup.poll(POLLS_IN_HALF_AN_HOUR + 2);
		expect(setup.engine.heldCount()).toBe(2);
		store();
		await until(() => setup.engine.executions().length === 2);
		await setup.poll(10);

		expect(arrivals(setup.engine)).toEqual([uuid]);
		expect(setup.engine.executions()).toHaveLength(2);
	});
});

describe('An execution that is canceled before it runs', () => {
	it('is not started again, because a user canceled it', async () => {
		const setup = await startCatchingUp();
		await signInUndelivered(setup);
		setup.engine.cancelExecutions(1);
		await setup.poll(10);

		expect(setup.engine.executions()).toHaveLength(1);
	});
});

describe('A delivery that n8n 1 acknowledges and then fails to store', () => {
	it('arrives once from the log, after half an hour', async () => {
		const setup = await startCatchingUp({}, { version: '1.123' });
		const { org, engine, poll } = setup;
		engine.failToStore(1);
		const { event, deliveries } = await org.signIn('pushApproved');
		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		await poll(POLLS_IN_HALF_AN_HOUR - 1);
		expect(engine.items()).toEqual([]);
		await poll(10);

		expect(arrivals(engine)).toEqual([event.uuid]);
		expect(engine.failures()).toEqual([]);
	});
});

describe('When executions run in other processes, as in queue mode', () => {
	const TEXT =
		/^n8n stopped catching up from the System Log because .* \(queue mode\).*Turn off 'Catch Up From System Log' and use the example workflow for queue mode/;

	it('the trigger stops catching up after one batch and reports that once', async () => {
		const setup = await startCatchingUp({}, { hasWorker: true });
		const { org, engine, poll } = setup;
		const first = await signInUndelivered(setup);
		await poll();
		org.clearRequests();
		await signInUndelivered(setup);
		await poll(10);

		expect(arrivals(engine)).toEqual([first.uuid]);
		expect(logReads(org)).toEqual([]);
		expect(engine.failures()).toEqual([expect.stringMatching(TEXT)]);
		await expectDelivery(setup);
	});

	it('no event starts the workflow twice, although this process does not see the executions', async () => {
		const setup = await startCatchingUp({}, { hasWorker: true });
		const { org, engine, poll } = setup;
		for (let events = 0; events < 5; events += 1) await org.signIn('pushApproved');
		await poll(20);

		expect(engine.executions()).toHaveLength(5);
		expect(engine.failures()).toEqual([expect.stringMatching(TEXT)]);
	});
});

describe('When the System Log cannot be read', () => {
	const TEXT =
		/^n8n can't catch up from the System Log, so events that Okta can't deliver don't start this workflow\. /;

	it('because the scope is missing, the second check reports it once and deliveries continue', async () => {
		const setup = await startCatchingUp();
		const { engine, poll } = setup;
		await connect(setup);
		await poll();
		expect(engine.failures()).toEqual([]);
		await poll(5);

		expect(engine.failures()).toEqual([expect.stringMatching(TEXT)]);
		expect(engine.failures()[0]).toContain("doesn't include the scope 'okta.logs.read'");
		await expectDelivery(setup);
	});

	it('because a service app lacks the scope, that is reported too', async () => {
		const { org, engine } = await startServiceApp(
			{},
			{},
			{ parameters: { authentication: 'serviceApp', catchUp: true } },
		);
		await engine.publish();
		org.grantScopes(String(engine.savedCredential().clientId), ['okta.eventHooks.manage']);
		org.expireAccessTokens();
		for (let polls = 0; polls < 3; polls += 1) await engine.poll();

		expect(engine.failures()).toEqual([expect.stringMatching(TEXT)]);
		expect(engine.failures()[0]).toContain("doesn't include the scope 'okta.logs.read'");
	});

	it('the trigger resumes where it left off once it can, and logs that', async () => {
		const setup = await startCatchingUp();
		const { engine, poll } = setup;
		await connect(setup);
		const { uuid } = await signInUndelivered(setup);
		await poll(3);
		await connect(setup, 'okta.logs.read');
		await poll(2);

		expect(arrivals(engine)).toEqual([uuid]);
		expect(engine.log()).toContainEqual('["info","n8n can read the System Log again."]');
		expect(engine.failures()).toHaveLength(1);
	});

	it.each([
		['responds with 503', { status: 503 }],
		['drops the connection', { drop: true }],
	])('because Okta %s, that is reported only after half an hour', async (_, fault) => {
		const setup = await startCatchingUp({}, { sleep: async () => {} });
		const { org, engine, poll } = setup;
		const removeFault = org.faults.addFault({ path: /logs$/, ...fault });
		const { uuid } = await signInUndelivered(setup);
		await poll(POLLS_IN_HALF_AN_HOUR);
		expect(engine.failures()).toEqual([]);
		await poll(3);
		expect(engine.failures()).toEqual([expect.stringMatching(TEXT)]);
		await expectDelivery(setup);
		removeFault();
		await poll(3);

		expect(arrivals(engine)).toContain(uuid);
		expect(engine.items()).toHaveLength(2);
	});

	it('right after n8n starts, nothing is reported and nothing is lost', async () => {
		const setup = await startCatchingUp();
		const { uuid } = await signInUndelivered(setup);
		await setup.engine.restart();
		setup.org.faults.addFault({ path: /logs$/, status: 503, times: 2 });
		await setup.poll(4);

		expect(arrivals(setup.engine)).toEqual([uuid]);
		expect(setup.engine.failures()).toEqual([]);
		expect(setup.engine.warnings()).toEqual([
			expect.stringMatching(
				/^Couldn't read the System Log, retrying at the next poll: Okta is temporarily unavailable/,
			),
		]);
	});

	it('because of the rate limit, the next poll continues', async () => {
		const setup = await startCatchingUp();
		const removeFault = setup.org.faults.addFault({ path: /logs$/, status: 429 });
		const { uuid } = await signInUndelivered(setup);
		await setup.poll();
		expect(setup.engine.items()).toEqual([]);
		removeFault();
		await setup.poll();

		expect(arrivals(setup.engine)).toEqual([uuid]);
		expect(setup.engine.failures()).toEqual([]);
		expect(setup.engine.warnings()).toEqual([
			expect.stringMatching(
				/^Couldn't finish reading the System Log, continuing at the next poll: .*rate limit/,
			),
		]);
	});
});

describe('An active event hook whose events never arrive', () => {
	const TEXT =
		/^Okta's event hook is active and verified, but none of the 4 events that Okta logged for it since .* have arrived\..*firewall or reverse proxy/;

	it('is reported once after 15 minutes, and the events arrive from the log', async () => {
		const setup = await startCatchingUp();
		const { engine, poll } = setup;
		for (let polls = 0; polls < 4; polls += 1) {
			await signInUndelivered(setup);
			await poll();
		}
		expect(engine.failures()).toEqual([]);
		await poll(5);

		expect(engine.failures()).toEqual([expect.stringMatching(TEXT)]);
		expect(engine.items()).toHaveLength(4);
	});

	it('is logged as working again once an event arrives', async () => {
		const setup = await startCatchingUp();
		const { engine, poll } = setup;
		for (let polls = 0; polls < 5; polls += 1) {
			if (polls < 4) await signInUndelivered(setup);
			await poll();
		}
		expect(engine.failures()).toHaveLength(1);
		await expectDelivery(setup);
		await poll(5);

		expect(engine.failures()).toHaveLength(1);
		expect(engine.log()).toContainEqual('["info","Okta\'s deliveries arrive again."]');
	});

	it('is not reported if only some of the events got lost', async () => {
		const setup = await startCatchingUp();
		for (let polls = 0; polls < 8; polls += 1) {
			await signInUndelivered(setup);
			await expectDelivery(setup);
			await setup.poll();
		}

		expect(setup.engine.failures()).toEqual([]);
	});

	it('is not reported for events from while n8n was off', async () => {
		const setup = await startCatchingUp();
		for (let events = 0; events < 5; events += 1) await signInUndelivered(setup);
		await setup.engine.restart();
		await setup.poll(10);

		expect(setup.engine.items()).toHaveLength(5);
		expect(setup.engine.failures()).toEqual([]);
	});
});

describe('A trigger that cannot read on in the System Log for half an hour', () => {
	it('reports that it is behind and why, and starts with every event in the end', async () => {
		const setup = await startCatchingUp();
		const { org, engine, poll } = setup;
		const { uuid } = await signInUndelivered(setup);
		const headers = { 'x-rate-limit-reset': '4102444800' };
		org.faults.addFault({ path: /logs/, status: 429, headers });
		await poll(POLLS_IN_HALF_AN_HOUR);
		expect(engine.failures()).toEqual([]);
		await poll(2 * POLLS_IN_HALF_AN_HOUR);
		expect(engine.failures()).toEqual([
			expect.stringMatching(
				/^n8n has read Okta's System Log only up to 20.*The last poll ended early: You've reached Okta's rate limit for the System Log/,
			),
		]);
		org.faults.clearFaults();
		await poll();

		expect(arrivals(engine)).toEqual([uuid]);
		expect(engine.log()).toContainEqual('["info","n8n keeps up with the System Log again."]');
	});
});

describe('A trigger that is behind in the System Log', () => {
	it('does not report that it keeps up again when it is unpublished during a poll', async () => {
		const setup = await startCatchingUp();
		const { org, engine, poll } = setup;
		const headers = { 'x-rate-limit-reset': '4102444800' };
		org.faults.addFault({ path: /logs/, status: 429, headers });
		await poll(3 * POLLS_IN_HALF_AN_HOUR);
		expect(engine.failures()).toHaveLength(1);
		org.faults.clearFaults();
		org.clearRequests();
		org.faults.addFault({ path: /logs$/, delay: 300, times: 1 });
		const check = poll();
		await until(() => logReads(org).length > 0);
		await Promise.all([check, engine.unpublish()]);

		expect(engine.log().join()).not.toContain('keeps up');
		expect(engine.failures()).toHaveLength(1);
	});
});

describe('A workflow that is unpublished while a poll reads the log', () => {
	it('is not started', async () => {
		const setup = await startCatchable();
		const { org, engine, poll } = setup;
		await engine.publish();
		await poll();
		await signInUndelivered(setup);
		org.clearRequests();
		org.faults.addFault({ path: /logs$/, delay: 300, times: 1 });
		const check = poll();
		await until(() => logReads(org).length > 0);
		await Promise.all([check, engine.unpublish()]);
		await poll(3);

		expect(engine.executions()).toEqual([]);
		expect(org.hooks()).toEqual([]);
	});
});
