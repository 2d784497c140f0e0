import {
	arrivals,
	CATCH_UP,
	logReads,
	signInUnheard,
	startCatchable,
	startCatchingUp,
} from './catchUp';
import { expectDelivery, startWatched, stopAll, until } from './setup';

afterEach(stopAll);

describe("With 'Catch Up From System Log' off, as by default", () => {
	it('the log is never read', async () => {
		const setup = await startWatched();
		await signInUnheard(setup);
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

describe('Events that the hook did not bring', () => {
	it('arrive at the next poll, in order, each once', async () => {
		const setup = await startCatchingUp();
		const missed = [await signInUnheard(setup), await signInUnheard(setup, 'sms')];
		await setup.poll();
		expect(arrivals(setup.engine)).toEqual(missed.map(({ uuid }) => uuid));
		await setup.poll(10);

		expect(setup.engine.executions()).toHaveLength(1);
		expect(setup.engine.items()).toHaveLength(2);
		expect(setup.engine.failures()).toEqual([]);
	});

	it('arrive at the second poll after a start if n8n was off: the first only starts', async () => {
		const setup = await startCatchingUp();
		await expectDelivery(setup);
		const missed = [await signInUnheard(setup), await signInUnheard(setup)];
		await setup.engine.restart();
		await setup.poll();
		expect(setup.engine.items()).toHaveLength(1);
		await setup.poll();
		expect(arrivals(setup.engine).slice(1)).toEqual(missed.map(({ uuid }) => uuid));
		await setup.poll(5);

		expect(setup.engine.items()).toHaveLength(3);
	});

	it('arrive if n8n was busy and answered 500 to both tries', async () => {
		const { org, engine, poll } = await startCatchingUp();
		engine.failToStore(2);
		const { event, deliveries } = await org.signIn('pushApproved');
		expect(deliveries.map(({ status }) => status)).toEqual([500, 500]);
		await poll(5);

		expect(arrivals(engine)).toEqual([event.uuid]);
	});

	it('arrive from when the workflow was published, and not from before', async () => {
		const setup = await startCatchable();
		await setup.org.signIn('pushApproved');
		setup.clock.pass(60_000);
		await setup.engine.publish();
		const missed = await signInUnheard(setup);
		await setup.poll(3);

		expect(arrivals(setup.engine)).toEqual([missed.uuid]);
	});

	it('arrive page by page if there are many, one execution for a page', async () => {
		const { org, engine, poll } = await startCatchingUp();
		engine.setReachable(false);
		const events = Array.from({ length: 1_500 }, () => org.buildEvent('sms'));
		await org.publish(events);
		await poll(3);

		expect(arrivals(engine)).toEqual(events.map(({ uuid }) => uuid));
		expect(engine.executions().map(({ length }) => length)).toEqual([1_000, 500]);
	});

	it('look like those of a delivery, without what only a delivery has', async () => {
		const setup = await startCatchingUp();
		const event = await signInUnheard(setup, 'securityKey');
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

	it('are the event itself with the output "Raw Event"', async () => {
		const setup = await startCatchingUp({}, { parameters: { ...CATCH_UP, output: 'rawEvent' } });
		const event = await signInUnheard(setup);
		await setup.poll();

		expect(setup.engine.items()).toEqual([event]);
	});

	it.each([
		['outcomes', { outcomes: ['FAILURE'] }, 'pushDenied'],
		['outcomes from an expression', { outcomes: "={{ 'FAIL' + 'URE' }}" }, 'pushDenied'],
		['factors', { factors: ['SMS_FACTOR'] }, 'sms'],
		['users', { users: 'noor*' }, 'securityKey'],
	] as const)('pass the same filters: %s', async (_, filters, wanted) => {
		const setup = await startCatchingUp({}, { parameters: { ...CATCH_UP, ...filters } });
		const noor = { actor: { alternateId: 'noor.haddad@example.com' }, target: [] };
		const events = {
			pushApproved: await signInUnheard(setup, 'pushApproved'),
			pushDenied: await signInUnheard(setup, 'pushDenied'),
			sms: await signInUnheard(setup, 'sms'),
			securityKey: await signInUnheard(setup, 'securityKey', noor),
		};
		await setup.poll(3);

		expect(arrivals(setup.engine)).toEqual([events[wanted].uuid]);
	});
});

describe('An event that is both delivered and in the log arrives once', () => {
	it('delivered first', async () => {
		const setup = await startCatchingUp();
		await expectDelivery(setup);
		await setup.poll(3);

		expect(setup.engine.executions()).toHaveLength(1);
	});

	it('read first', async () => {
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

	it('delivered again after a restart', async () => {
		const { org, engine } = await startCatchingUp();
		const { deliveries } = await org.signIn('pushApproved');
		await engine.restart();
		await org.redeliver(deliveries[0].eventId);
		await until(() => engine.items().length === 1);

		expect(engine.executions()).toMatchObject([[{ uuid: deliveries[0].uuids[0] }], []]);
	});

	it('one of a delivery whose others are new', async () => {
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

describe('No event arrives twice', () => {
	it('after a restart, if twenty came by the hook alone and three polls have read the log', async () => {
		const { org, engine, poll } = await startCatchingUp();
		for (let events = 0; events < 20; events += 1) await org.signIn('pushApproved');
		await poll(3);
		const before = arrivals(engine);
		await engine.restart();
		await poll(5);

		expect(before).toHaveLength(20);
		expect(arrivals(engine)).toEqual(before);
	});

	it('after n8n was killed, when it had saved nothing since it started executions', async () => {
		const setup = await startCatchingUp();
		const { org, engine, poll } = setup;
		await org.signIn('pushApproved');
		await signInUnheard(setup);
		await poll();
		const before = arrivals(engine);
		const saved = engine.staticData();
		await engine.restart();
		await poll(5);

		expect(before).toHaveLength(2);
		expect(saved.systemLog).toMatchObject({ seen: [{ digests: [expect.any(String)] }] });
		expect(arrivals(engine)).toEqual(before);
	});

	it('after n8n was killed and its static data is gone, though executions ran at the same time', async () => {
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

describe('How far the log was read', () => {
	it('is saved by the first delivery after a poll, and not by further ones', async () => {
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

	it('is where the trigger goes on after a restart', async () => {
		const setup = await startCatchingUp();
		await expectDelivery(setup);
		await setup.poll();
		await expectDelivery(setup);
		await setup.engine.restart();
		const missed = await signInUnheard(setup);
		setup.org.clearRequests();
		await setup.poll(3);

		expect(logReads(setup.org)[0]).toContain('after=');
		expect(setup.engine.executions().at(-1)).toMatchObject([{ uuid: missed.uuid }]);
	});
});
