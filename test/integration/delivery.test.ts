import type { LogEvent } from '../../lab/okta-org';
import { send } from './http';
import { secretOf, startClock, startConnected, startPublished, stopAll, until } from './setup';
import type { Setup } from './setup';

afterEach(stopAll);

const JSON_TYPE = ['Content-Type', 'application/json'];

function bodyOf(...events: unknown[]): string {
	return JSON.stringify({ eventType: 'com.okta.event_hook', eventId: 'd1', data: { events } });
}

function mfaEvent(uuid: string) {
	return { uuid, eventType: 'user.authentication.auth_via_mfa' };
}

/** Posts to the node as Okta does, with the right secret. */
async function deliver({ org, engine }: Setup, body: string) {
	const headers = ['Authorization', secretOf(org), ...JSON_TYPE];
	return await send('POST', engine.webhookUrl, headers, body);
}

describe('A delivery from Okta', () => {
	it('gets a 204 with an empty body and starts one execution with one item per event', async () => {
		const { org, engine } = await startPublished();
		const events = [org.buildEvent('pushApproved'), org.buildEvent('pushDenied')];
		const attempts = await org.publish(events);

		expect(attempts.map(({ status, attempt }) => [status, attempt])).toEqual([[204, 1]]);
		expect(engine.executions()).toHaveLength(1);
		expect(engine.items().map(({ uuid }) => uuid)).toEqual(events.map(({ uuid }) => uuid));
		const setup = { org, engine };
		expect(await deliver(setup, bodyOf(mfaEvent('u1')))).toEqual({ status: 204, body: '' });
	});

	it("produces the same keys as Okta Workflows' User MFA card", async () => {
		const { org, engine } = await startPublished();
		const { event, deliveries } = await org.signIn('securityKey');
		const { body } = deliveries[0];
		const [delivered] = body.data.events;
		const { id, alternateId, displayName, type } = event.actor;

		expect(engine.items()).toEqual([
			{
				dateAndTime: event.published,
				message: event.displayMessage,
				eventId: body.eventId,
				eventType: 'user.authentication.auth_via_mfa',
				eventTime: body.eventTime,
				version: event.version,
				admin: { id, alternateId, displayName, type },
				oktaUser: { id, alternateId, displayName },
				uuid: event.uuid,
				eventDetails: delivered,
				headers: expect.objectContaining({ 'content-type': expect.any(String) }),
				source: body.source,
				debugContext: { debugData: event.debugContext.debugData },
			},
		]);
	});

	it("produces the unchanged event with the output 'Raw Event'", async () => {
		const { org, engine } = await startConnected({}, { parameters: { output: 'rawEvent' } });
		await engine.publish();
		const { deliveries } = await org.signIn('sms');

		expect(engine.items()).toEqual(deliveries[0].body.data.events);
	});

	it('with 1,000 events starts one execution with 1,000 items', async () => {
		const { org, engine } = await startPublished();
		const events: LogEvent[] = Array.from({ length: 1000 }, () => org.buildEvent('sms'));
		await org.publish(events);

		expect(engine.executions()).toHaveLength(1);
		expect(engine.items().map(({ uuid }) => uuid)).toEqual(events.map(({ uuid }) => uuid));
	});

	it('emits unusual events: no target, no user, no debug data, no uuid, an empty uuid', async () => {
		const setup = await startPublished();
		const odd = [
			{ ...mfaEvent('a'), target: null },
			{ ...mfaEvent('b'), target: [], actor: null, debugContext: null },
			{ ...mfaEvent(''), displayMessage: 'one' },
			{ ...mfaEvent(''), displayMessage: 'another' },
			{ eventType: 'user.authentication.auth_via_mfa' },
			{ eventType: 'user.authentication.auth_via_mfa', displayMessage: 'Anmeldung für Zoë 山田' },
		];

		expect(await deliver(setup, bodyOf(...odd))).toEqual({ status: 204, body: '' });
		expect(setup.engine.items().map(({ eventDetails }) => eventDetails)).toEqual(odd);
	});
});

describe('A delivery that did not come from Okta', () => {
	it.each([
		['no secret', () => []],
		['an empty secret', () => ['Authorization', '']],
		['a wrong secret', () => ['Authorization', 'f'.repeat(64)]],
		['a truncated secret', (secret: string) => ['Authorization', secret.slice(0, -1)]],
		['a longer secret', (secret: string) => ['Authorization', `${secret}0`]],
		['the secret as a bearer token', (secret: string) => ['Authorization', `Bearer ${secret}`]],
		['the secret twice', (s: string) => ['Authorization', s, 'Authorization', s]],
		['the secret and another', (s: string) => ['Authorization', s, 'authorization', 'x']],
		['the secret under another name', (secret: string) => ['X-Authorization', secret]],
	])('gets a 401 and starts nothing: %s', async (_, headersFor) => {
		const { org, engine } = await startPublished();
		const headers = [...headersFor(secretOf(org)), ...JSON_TYPE];
		const response = await send('POST', engine.webhookUrl, headers, bodyOf(mfaEvent('u1')));

		expect(response).toEqual({ status: 401, body: '' });
		expect(engine.executions()).toEqual([]);
	});
});

describe('A parameter with an invalid expression', () => {
	it('is not revealed to callers without the secret', async () => {
		const parameters = { output: '={{ $("Nowhere").item.json.x }}' };
		const { org, engine } = await startConnected({}, { parameters });
		await engine.publish();

		expect((await send('POST', engine.webhookUrl, JSON_TYPE, '{}')).status).toBe(401);
		expect(org.hooks()[0].verificationStatus).toBe('VERIFIED');
	});
});

describe('A registration of an n8n whose instance ID has changed', () => {
	it('still accepts genuine deliveries', async () => {
		const { org, engine } = await startPublished();
		engine.setStaticData({ ...engine.staticData(), owner: 'before/wf1/n1' });
		const { deliveries } = await org.signIn('pushApproved');

		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.items()).toHaveLength(1);
	});
});

describe('A body that is not a delivery', () => {
	it.each([
		['null', 'null'],
		['an array', '[]'],
		['a number', '7'],
		['a string', '"events"'],
		['without data', '{}'],
		['with data null', '{"data":null}'],
		['without events', '{"data":{}}'],
		['with events that are not an array', '{"data":{"events":{"0":{}}}}'],
	])('gets a 400 and starts nothing: %s', async (_, body) => {
		const setup = await startPublished();

		expect(await deliver(setup, body)).toEqual({ status: 400, body: '' });
		expect(setup.engine.executions()).toEqual([]);
	});

	it('gets a 400 and starts nothing: not JSON', async () => {
		const { org, engine } = await startPublished();
		const headers = ['Authorization', secretOf(org), 'Content-Type', 'text/plain'];

		expect(await send('POST', engine.webhookUrl, headers, 'hello')).toEqual({
			status: 400,
			body: '',
		});
		expect(engine.executions()).toEqual([]);
	});

	it('loses only the entries that are not events or have another event type', async () => {
		const setup = await startPublished();
		const other = { uuid: 'x', eventType: 'user.session.start' };
		const response = await deliver(setup, bodyOf(null, 'a', 7, [], {}, other, mfaEvent('u1')));

		expect(response).toEqual({ status: 204, body: '' });
		expect(setup.engine.items().map(({ uuid }) => uuid)).toEqual(['u1']);
	});

	it('gets a 204 and starts nothing if no event is left', async () => {
		const setup = await startPublished();

		expect(await deliver(setup, bodyOf())).toEqual({ status: 204, body: '' });
		expect(await deliver(setup, bodyOf({ eventType: 'a' }))).toEqual({ status: 204, body: '' });
		expect(setup.engine.executions()).toEqual([]);
	});
});

describe('A delivery that arrives before n8n has stored the registration', () => {
	it('is accepted because the secret can be derived from the credential', async () => {
		const { org, engine } = await startPublished();
		engine.setStaticData({});
		const { deliveries } = await org.signIn('pushApproved');

		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.items()).toHaveLength(1);
		expect(engine.warnings()).toEqual([]);
	});

	it('gets a 503 if the secret is random, and gets through when Okta retries', async () => {
		const { org, engine } = await startPublished({ clientSecret: 'too short' });
		const registration = engine.staticData();
		engine.setStaticData({});
		const response = await deliver({ org, engine }, bodyOf(mfaEvent('u1')));
		engine.setStaticData(registration);

		expect(response).toEqual({ status: 503, body: '' });
		expect(engine.warnings()).toEqual([
			"Rejected a request with 503: n8n hasn't stored the event hook's secret yet. Okta will retry.",
		]);
		expect(engine.executions()).toEqual([]);
		expect((await deliver({ org, engine }, bodyOf(mfaEvent('u1')))).status).toBe(204);
		expect(engine.items()).toHaveLength(1);
	});

	it("gets a 401 if its secret isn't derived from the credential", async () => {
		const { engine } = await startPublished();
		engine.setStaticData({});
		const headers = ['Authorization', `${Date.now()}.${'f'.repeat(64)}`, ...JSON_TYPE];
		const response = await send('POST', engine.webhookUrl, headers, bodyOf(mfaEvent('u1')));

		expect(response).toEqual({ status: 401, body: '' });
		expect(engine.executions()).toEqual([]);
	});
});

describe("Okta's verification request", () => {
	const CHALLENGE = 'X-Okta-Verification-Challenge';

	it('gets only the challenge back and starts nothing', async () => {
		const { engine } = await startPublished();
		const response = await send('GET', engine.webhookUrl, [CHALLENGE, 'My challenge-1_2.3']);

		expect(response.status).toBe(200);
		expect(JSON.parse(response.body)).toEqual({ verification: 'My challenge-1_2.3' });
		expect(engine.executions()).toEqual([]);
	});

	it.each([
		['no challenge', []],
		['an empty challenge', [CHALLENGE, '']],
		['a challenge of more than 512 characters', [CHALLENGE, 'a'.repeat(513)]],
		['a challenge with a control character', [CHALLENGE, 'a\tb']],
	])('gets a 400 with %s', async (_, headers) => {
		const { engine } = await startPublished();

		expect(await send('GET', engine.webhookUrl, headers)).toEqual({ status: 400, body: '' });
	});
});

describe('A repeated delivery', () => {
	it('emits each event once when three arrive concurrently and one later', async () => {
		const setup = await startPublished();
		const body = bodyOf(mfaEvent('u1'), mfaEvent('u2'));
		const responses = await Promise.all([1, 2, 3].map(async () => await deliver(setup, body)));
		responses.push(await deliver(setup, body));

		expect(responses.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
		expect(setup.engine.items().map(({ uuid }) => uuid)).toEqual(['u1', 'u2']);
	});

	it('emits an event once that is in one delivery twice', async () => {
		const setup = await startPublished();
		await deliver(setup, bodyOf(mfaEvent('u1'), mfaEvent('u2'), mfaEvent('u1')));

		expect(setup.engine.items().map(({ uuid }) => uuid)).toEqual(['u1', 'u2']);
	});

	it('gets through if the first attempt got a 500 because n8n could not store it', async () => {
		const setup = await startPublished();
		setup.engine.failToStore(1);
		const first = await deliver(setup, bodyOf(mfaEvent('u1')));
		const second = await deliver(setup, bodyOf(mfaEvent('u1')));

		expect([first.status, second.status]).toEqual([500, 204]);
		expect(setup.engine.items()).toHaveLength(1);
	});

	/** A first attempt that n8n is still storing, and a second one that has arrived in the meantime. */
	async function overlap(setup: Setup, secondBody: string) {
		const { engine } = setup;
		const before = engine.requestCount();
		const release = engine.holdExecutions();
		const first = deliver(setup, bodyOf(mfaEvent('u1')));
		await until(() => engine.heldCount() === 1);
		const second = deliver(setup, secondBody);
		await until(() => engine.requestCount() === before + 2);
		return { first, second, release };
	}

	it('waits for a first attempt that is still being stored, and is dropped if that succeeds', async () => {
		const setup = await startPublished();
		const { first, second, release } = await overlap(setup, bodyOf(mfaEvent('u1')));
		release();

		expect([(await first).status, (await second).status]).toEqual([204, 204]);
		expect(setup.engine.items()).toHaveLength(1);
	});

	it('takes the event over if the first attempt fails', async () => {
		const setup = await startPublished();
		const { first, second, release } = await overlap(setup, bodyOf(mfaEvent('u1')));
		setup.engine.failToStore(1);
		release();

		expect([(await first).status, (await second).status]).toEqual([500, 204]);
		expect(setup.engine.items()).toHaveLength(1);
	});

	it('emits its other events once the first attempt is stored', async () => {
		const setup = await startPublished();
		const more = bodyOf(mfaEvent('u2'), mfaEvent('u1'));
		const { first, second, release } = await overlap(setup, more);
		release();

		expect([(await first).status, (await second).status]).toEqual([204, 204]);
		expect(setup.engine.items().map(({ uuid }) => uuid)).toEqual(['u1', 'u2']);
	});

	describe('after Okta disconnected from a slow n8n in both attempts', () => {
		async function hangUp() {
			const setup = await startConnected({ deliveryTimeout: 300 });
			await setup.engine.publish();
			const release = setup.engine.holdExecutions();
			const { deliveries } = await setup.org.signIn('pushApproved');
			expect(deliveries.map(({ delivered }) => delivered)).toEqual([false, false]);
			return { ...setup, release, eventId: deliveries[0].eventId };
		}

		it('is dropped once the first attempt is stored', async () => {
			const { org, engine, release, eventId } = await hangUp();
			release();
			const [again] = await org.redeliver(eventId);

			expect(again.status).toBe(204);
			expect(engine.items()).toHaveLength(1);
		});

		it('is not needed if the first attempt fails, because the second takes the event over', async () => {
			const { engine, release } = await hangUp();
			engine.failToStore(1);
			release();
			await until(() => engine.items().length > 0);

			expect(engine.items()).toHaveLength(1);
		});

		it('emits the event if neither attempt could be stored', async () => {
			const { org, engine, release, eventId } = await hangUp();
			engine.failToStore(2);
			release();
			const [again] = await org.redeliver(eventId);

			expect(again.status).toBe(204);
			expect(engine.items()).toHaveLength(1);
		});

		describe('and n8n never responds because both executions were stopped in its queue', () => {
			const FIFTEEN_MINUTES = 15 * 60_000;

			it('emits the event 15 minutes later', async () => {
				const clock = startClock();
				const { org, engine, eventId } = await hangUp();
				engine.stopHeldExecutions();
				clock.pass(FIFTEEN_MINUTES);
				await org.redeliver(eventId);
				await until(() => engine.items().length > 0);

				expect(engine.items()).toHaveLength(1);
			});

			it('still waits before that, because n8n may only be slow', async () => {
				const clock = startClock();
				const { org, engine, eventId } = await hangUp();
				engine.stopHeldExecutions();
				clock.pass(FIFTEEN_MINUTES - 10_000);
				const [again] = await org.redeliver(eventId);

				expect(again.delivered).toBe(false);
				expect(engine.items()).toEqual([]);
				clock.pass(10_000);
				await until(() => engine.items().length > 0);
			});

			it('emits the event eventually, even if the attempt that waited for the first is stopped too', async () => {
				const clock = startClock();
				const { org, engine, eventId } = await hangUp();
				engine.holdExecutions();
				clock.pass(FIFTEEN_MINUTES);
				await until(() => engine.heldCount() === 2);
				engine.stopHeldExecutions();
				clock.pass(FIFTEEN_MINUTES);
				await org.redeliver(eventId);
				await until(() => engine.items().length > 0);

				expect(engine.items()).toHaveLength(1);
			});
		});
	});
});
