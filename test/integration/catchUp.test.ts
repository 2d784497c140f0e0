import {
	arrivals,
	CATCH_UP,
	logReads,
	signInUndelivered,
	startCatchable,
	startCatchingUp,
} from './catchUp';
import { expectDelivery, startWatched, stopAll, until } from './setup';

afterEach(stopAll);

describe("With 'Catch Up From System Log' off (the default)", () => {
	it('the trigger never reads the log', async () => {
		const setup = await startWatched();
		await signInUndelivered(setup);
		await setup.poll(3);
		await setup.engine.restart();
		await setup.poll(3);

		expect(logReads(setup.org)).toEqual([]);
		expect(setup.engine.items()).toEqual([]);
	});

	it('an event that Okta sends again after a restart starts the workflow again', async () => {
		const { org, engine } = await startWatched();
		const { deliveries } = await org.signIn('pushApproved');
		await engine.restart();
		await org.redeliver(deliveries[0].eventId);

		expect(arrivals(engine)).toEqual([deliveries[0].uuids[0], deliveries[0].uuids[0]]);
	});
});

describe('Events that the event hook missed', () => {
	it('arrive once each, in order, at the next poll', async () => {
		const setup = await startCatchingUp();
		const missed = [await signInUndelivered(setup), await signInUndelivered(setup, 'sms')];
		await setup.poll();
		expect(arrivals(setup.engine)).toEqual(missed.map(({ uuid }) => uuid));
		await setup.poll(10);

		expect(setup.engine.executions()).toHaveLength(1);
		expect(setup.engine.items()).toHaveLength(2);
		expect(setup.engine.failures()).toEqual([]);
	});

	it('arrive at the second poll after n8n starts, since the first poll only sets up', async () => {
		const setup = await startCatchingUp();
		await expectDelivery(setup);
		const missed = [await signInUndelivered(setup), await signInUndelivered(setup)];
		await setup.engine.restart();
		await setup.poll();
		expect(setup.engine.items()).toHaveLength(1);
		await setup.poll();
		expect(arrivals(setup.engine).slice(1)).toEqual(missed.map(({ uuid }) => uuid));
		await setup.poll(5);

		expect(setup.engine.items()).toHaveLength(3);
	});

	it('arrive if n8n responded with 500 to both delivery attempts', async () => {
		const { org, engine, poll } = await startCatchingUp();
		engine.failToStore(2);
		const { event, deliveries } = await org.signIn('pushApproved');
		expect(deliveries.map(({ status }) => status)).toEqual([500, 500]);
		await poll(5);

		expect(arrivals(engine)).toEqual([event.uuid]);
	});

	it('include nothing from before the workflow was published', async () => {
		const setup = await startCatchable();
		await setup.org.signIn('pushApproved');
		setup.clock.pass(60_000);
		await setup.engine.publish();
		const missed = await signInUndelivered(setup);
		await setup.poll(3);

		expect(arrivals(setup.engine)).toEqual([missed.uuid]);
	});

	it('arrive as one execution per page of the log', async () => {
		const { org, engine, poll } = await startCatchingUp();
		engine.setReachable(false);
		const events = Array.from({ length: 1_500 }, () => org.buildEvent('sms'));
		await org.publish(events);
		await poll(3);

		expect(arrivals(engine)).toEqual(events.map(({ uuid }) => uuid));
		expect(engine.executions().map(({ length }) => length)).toEqual([1_000, 500]);
	});

	it('look like delivered events, minus the fields that only a delivery has', async () => {
		const setup = await startCatchingUp();
		const event = await signInUndelivered(setup, 'securityKey');
		await setup.poll();
		const { id, alternateId, displayName, type } = event.actor;

		expect(setup.engine.items()).toEqual([
			{
				dateAndTime: event.published,
				message: event.displayMessage,
				eventId: event.uuid,
				eventType: 'user.authentication.auth_via_mfa',
				eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
				version: event.version,
				admin: { id, alternateId, displayName, type },
				oktaUser: { id, alternateId, displayName },
				uuid: event.uuid,
				eventDetails: event,
				headers: {},
				source: `${setup.org.url}/api/v1/logs`,
				debugContext: { debugData: event.debugContext.debugData },
			},
		]);
	});

	it("are the unchanged event with the output 'Raw Event'", async () => {
		const setup = await startCatchingUp({}, { parameters: { ...CATCH_UP, output: 'rawEvent' } });
		const event = await signInUndelivered(setup);
		await setup.poll();

		expect(setup.engine.items()).toEqual([event]);
	});

	it.each([
		['outcomes', { outcomes: ['FAILURE'] }, 'pushDenied'],
		['outcomes from an expression', { outcomes: "={{ 'FAIL' + 'URE' }}" }, 'pushDenied'],
		['factors', { factors: ['SMS_FACTOR'] }, 'sms'],
		['users', { users: 'noor*' }, 'securityKey'],
	] as const)('go through the same filters as deliveries: %s', async (_, filters, wanted) => {
		const setup = await startCatchingUp({}, { parameters: { ...CATCH_UP, ...filters } });
		const noor = { actor: { alternateId: 'noor.haddad@example.com' }, target: [] };
		const events = {
			pushApproved: await signInUndelivered(setup, 'pushApproved'),
			pushDenied: await signInUndelivered(setup, 'pushDenied'),
			sms: await signInUndelivered(setup, 'sms'),
			securityKey: await signInUndelivered(setup, 'securityKey', noor),
		};
		await setup.poll(3);

		expect(arrivals(setup.engine)).toEqual([events[wanted].uuid]);
	});
});

describe('An event that is both delivered and logged starts the workflow only once', () => {
	it('when it is delivered first', async () => {
		const setup = await startCatchingUp();
		await expectDelivery(setup);
		await setup.poll(3);

		expect(setup.engine.executions()).toHaveLength(1);
	});

	it('when a poll reads it first', async () => {
		const { org, engine, poll } = await startCatchingUp();
		const release = engine.holdRequests();
		const delivered = org.signIn('pushApproved');
		await poll();
		expect(engine.items()).toHaveLength(1);
		release();
		const { deliveries } = await delivered;

		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.executions()).toHaveLength(1);
	});

	it('when it is delivered again after a restart', async () => {
		const { org, engine } = await startCatchingUp();
		const { deliveries } = await org.signIn('pushApproved');
		await engine.restart();
		await org.redeliver(deliveries[0].eventId);
		await until(() => engine.items().length === 1);

		expect(engine.executions()).toMatchObject([[{ uuid: deliveries[0].uuids[0] }], []]);
	});

	it('when the other events of its delivery are new', async () => {
		const { org, engine, poll } = await startCatchingUp();
		engine.setReachable(false);
		const [first, second] = [org.buildEvent('sms'), org.buildEvent('sms')];
		await org.publish([first]);
		await poll();
		engine.setReachable(true);
		const attempts = await org.publish([first, second]);

		expect(attempts.map(({ status }) => status)).toEqual([204]);
		expect(arrivals(engine)).toEqual([first.uuid, second.uuid]);
	});
});

describe('No event starts the workflow twice', () => {
	it('after a restart, if the hook delivered all of them and three polls read the log', async () => {
		const { org, engine, poll } = await startCatchingUp();
		for (let events = 0; events < 20; events += 1) await org.signIn('pushApproved');
		await poll(3);
		const before = arrivals(engine);
		await engine.restart();
		await poll(5);

		expect(before).toHaveLength(20);
		expect(arrivals(engine)).toEqual(before);
	});

	it('after n8n was killed before it saved anything about the executions it started', async () => {
		const setup = await startCatchingUp();
		const { org, engine, poll } = setup;
		await org.signIn('pushApproved');
		await signInUndelivered(setup);
		await poll();
		const before = arrivals(engine);
		const saved = engine.staticData();
		await engine.restart();
		await poll(5);

		expect(before).toHaveLength(2);
		expect(saved.systemLog).toMatchObject({ seen: [{ digests: [expect.any(String)] }] });
		expect(arrivals(engine)).toEqual(before);
	});

	it('after n8n was killed and lost its static data while executions ran concurrently', async () => {
		const { org, engine, poll } = await startCatchingUp();
		const store = engine.holdExecutions();
		const delivered = Array.from({ length: 6 }, async () => await org.signIn('sms'));
		await until(() => engine.heldCount() === 2);
		store();
		await Promise.all(delivered);
		await poll();
		const before = arrivals(engine).toSorted();
		engine.setStaticData({});
		await engine.restart();
		await poll(5);

		expect(before).toHaveLength(6);
		expect(arrivals(engine).toSorted()).toEqual(before);
	});
});

describe('The position in the log', () => {
	it('is saved by the first delivery after a poll and not by later ones', async () => {
		const setup = await startCatchingUp();
		const { engine, poll } = setup;
		await expectDelivery(setup);
		await poll();
		const before = engine.staticData();
		await expectDelivery(setup);
		const after = engine.staticData();
		expect(after.systemLog).not.toEqual(before.systemLog);
		await expectDelivery(setup);
		await expectDelivery(setup);
		expect(engine.staticData()).toBe(after);
		await poll();
		expect(engine.staticData()).toBe(after);
		await expectDelivery(setup);

		expect(engine.staticData().systemLog).not.toEqual(after.systemLog);
	});

	it('is where the trigger resumes after a restart', async () => {
		const setup = await startCatchingUp();
		await expectDelivery(setup);
		await setup.poll();
		await expectDelivery(setup);
		await setup.engine.restart();
		const missed = await signInUndelivered(setup);
		setup.org.clearRequests();
		await setup.poll(3);

		expect(logReads(setup.org)[0]).toContain('after=');
		expect(setup.engine.executions().at(-1)).toMatchObject([{ uuid: missed.uuid }]);
	});
});
