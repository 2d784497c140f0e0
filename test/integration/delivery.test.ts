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
	it('is answered 204 with an empty body and starts one execution with one item per event', async () => {
		const { org, engine } = await startPublished();
		const events = [org.buildEvent('pushApproved'), org.buildEvent('pushDenied')];
		const attempts = await org.publish(events);

		expect(attempts.map(({ status, attempt }) => [status, attempt])).toEqual([[204, 1]]);
		expect(engine.executions()).toHaveLength(1);
		expect(engine.items().map(({ uuid }) => uuid)).toEqual(events.map(({ uuid }) => uuid));
		const setup = { org, engine };
		expect(await deliver(setup, bodyOf(mfaEvent('u1')))).toEqual({ status: 204, body: '' });
	});

	it("becomes the fields of Okta Workflows' User MFA card, key for key", async () => {
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

	it('becomes the event itself with the output "Raw Event"', async () => {
		const { org, engine } = await startConnected({}, { parameters: { output: 'rawEvent' } });
		await engine.publish();
		const { deliveries } = await org.signIn('sms');

		expect(engine.items()).toEqual(deliveries[0].body.data.events);
	});

	it('of 1,000 events is one execution with 1,000 items', async () => {
		const { org, engine } = await startPublished();
		const events: LogEvent[] = Array.from({ length: 1000 }, () => org.buildEvent('sms'));
		await org.publish(events);

		expect(engine.executions()).toHaveLength(1);
		expect(engine.items().map(({ uuid }) => uuid)).toEqual(events.map(({ uuid }) => uuid));
	});

	it('hands on every odd event: no target, no user, no debug data, no uuid or an empty one', async () => {
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

describe('A delivery that is not from Okta', () => {
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
	])('is answered 401 and starts nothing: %s', async (_, headersFor) => {
		const { org, engine } = await startPublished();
		const headers = [...headersFor(secretOf(org)), ...JSON_TYPE];
		const answer = await send('POST', engine.webhookUrl, headers, bodyOf(mfaEvent('u1')));

		expect(answer).toEqual({ status: 401, body: '' });
		expect(engine.executions()).toEqual([]);
	});
});

describe('A parameter whose expression is faulty', () => {
	it('does not show to those who have no secret', async () => {
		const parameters = { output: '={{ $("Nowhere").item.json.x }}' };
		const { org, engine } = await startConnected({}, { parameters });
		await engine.publish();

		expect((await send('POST', engine.webhookUrl, JSON_TYPE, '{}')).status).toBe(401);
		expect(org.hooks()[0].verificationStatus).toBe('VERIFIED');
	});
});

describe('A registration of an n8n whose instance id has changed', () => {
	it('still lets genuine deliveries in', async () => {
		const { org, engine } = await startPublished();
		engine.setStaticData({ ...engine.staticData(), owner: 'before/wf1/n1' });
		const { deliveries } = await org.signIn('pushApproved');

		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.items()).toHaveLength(1);
	});
});

describe('A body that is no delivery', () => {
	it.each([
		['null', 'null'],
		['a list', '[]'],
		['a number', '7'],
		['a string', '"events"'],
		['without data', '{}'],
		['with data null', '{"data":null}'],
		['without events', '{"data":{}}'],
		['with events that are no list', '{"data":{"events":{"0":{}}}}'],
	])('is answered 400 and starts nothing: %s', async (_, body) => {
		const setup = await startPublished();

		expect(await deliver(setup, body)).toEqual({ status: 400, body: '' });
		expect(setup.engine.executions()).toEqual([]);
	});

	it('is answered 400 and starts nothing: not JSON', async () => {
		const { org, engine } = await startPublished();
		const headers = ['Authorization', secretOf(org), 'Content-Type', 'text/plain'];

		expect(await send('POST', engine.webhookUrl, headers, 'hello')).toEqual({
			status: 400,
			body: '',
		});
		expect(engine.executions()).toEqual([]);
	});

	it('skips entries that are no events, or of another type, and hands on the rest', async () => {
		const setup = await startPublished();
		const other = { uuid: 'x', eventType: 'user.session.start' };
		const answer = await deliver(setup, bodyOf(null, 'a', 7, [], {}, other, mfaEvent('u1')));

		expect(answer).toEqual({ status: 204, body: '' });
		expect(setup.engine.items().map(({ uuid }) => uuid)).toEqual(['u1']);
	});

	it('is answered 204 and starts nothing when no event is left', async () => {
		const setup = await startPublished();

		expect(await deliver(setup, bodyOf())).toEqual({ status: 204, body: '' });
		expect(await deliver(setup, bodyOf({ eventType: 'a' }))).toEqual({ status: 204, body: '' });
		expect(setup.engine.executions()).toEqual([]);
	});
});

describe('A delivery before n8n has stored the registration', () => {
	it('is accepted, because the secret can be derived from the credential', async () => {
		const { org, engine } = await startPublished();
		engine.setStaticData({});
		const { deliveries } = await org.signIn('pushApproved');

		expect(deliveries.map(({ status }) => status)).toEqual([204]);
		expect(engine.items()).toHaveLength(1);
		expect(engine.warnings()).toEqual([]);
	});

	it('is answered 503 if the secret is random, and goes through when Okta tries again', async () => {
		const { org, engine } = await startPublished({ clientSecret: 'too short' });
		const registration = engine.staticData();
		engine.setStaticData({});
		const answer = await deliver({ org, engine }, bodyOf(mfaEvent('u1')));
		engine.setStaticData(registration);

		expect(answer).toEqual({ status: 503, body: '' });
		expect(engine.warnings()).toEqual([
			"Rejected a request with 503: n8n hasn't stored the event hook's secret yet. Okta will retry.",
		]);
		expect(engine.executions()).toEqual([]);
		expect((await deliver({ org, engine }, bodyOf(mfaEvent('u1')))).status).toBe(204);
		expect(engine.items()).toHaveLength(1);
	});

	it("is answered 401 with a secret that isn't derived from the credential", async () => {
		const { engine } = await startPublished();
		engine.setStaticData({});
		const headers = ['Authorization', `${Date.now()}.${'f'.repeat(64)}`, ...JSON_TYPE];
		const answer = await send('POST', engine.webhookUrl, headers, bodyOf(mfaEvent('u1')));

		expect(answer).toEqual({ status: 401, body: '' });
		expect(engine.executions()).toEqual([]);
	});
});

describe("Okta's verification", () => {
	const CHALLENGE = 'X-Okta-Verification-Challenge';

	it('gets the challenge back and nothing else, without starting anything', async () => {
		const { engine } = await startPublished();
		const answer = await send('GET', engine.webhookUrl, [CHALLENGE, 'My challenge-1_2.3']);

		expect(answer.status).toBe(200);
		expect(JSON.parse(answer.body)).toEqual({ verification: 'My challenge-1_2.3' });
		expect(engine.executions()).toEqual([]);
	});

	it.each([
		['none', []],
		['an empty one', [CHALLENGE, '']],
		['one over 512 characters', [CHALLENGE, 'a'.repeat(513)]],
		['one with a control character', [CHALLENGE, 'a\tb']],
	])('is answered 400 with a challenge that is none: %s', async (_, headers) => {
		const { engine } = await startPublished();

		expect(await send('GET', engine.webhookUrl, headers)).toEqual({ status: 400, body: '' });
	});
});

describe('A repeated delivery', () => {
	it('gives each event once: three at once and one more', async () => {
		const setup = await startPublished();
		const body = bodyOf(mfaEvent('u1'), mfaEvent('u2'));
		const answers = await Promise.all([1, 2, 3].map(async () => await deliver(setup, body)));
		answers.push(await deliver(setup, body));

		expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
		expect(setup.engine.items().map(({ uuid }) => uuid)).toEqual(['u1', 'u2']);
	});

	it('gives an event once that is twice in one delivery', async () => {
		const setup = await startPublished();
		await deliver(setup, bodyOf(mfaEvent('u1'), mfaEvent('u2'), mfaEvent('u1')));

		expect(setup.engine.items().map(({ uuid }) => uuid)).toEqual(['u1', 'u2']);
	});

	it('goes through when the first try ended in a 500 because n8n could not store it', async () => {
		const setup = await startPublished();
		setup.engine.failToStore(1);
		const first = await deliver(setup, bodyOf(mfaEvent('u1')));
		const second = await deliver(setup, bodyOf(mfaEvent('u1')));

		expect([first.status, second.status]).toEqual([500, 204]);
		expect(setup.engine.items()).toHaveLength(1);
	});

	/** A first try that n8n is still storing, and a second one that has arrived meanwhile. */
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

	it('waits for a first try that is still being stored, and is dropped if that succeeds', async () => {
		const setup = await startPublished();
		const { first, second, release } = await overlap(setup, bodyOf(mfaEvent('u1')));
		release();

		expect([(await first).status, (await second).status]).toEqual([204, 204]);
		expect(setup.engine.items()).toHaveLength(1);
	});

	it('takes the event over if the first try fails after all', async () => {
		const setup = await startPublished();
		const { first, second, release } = await overlap(setup, bodyOf(mfaEvent('u1')));
		setup.engine.failToStore(1);
		release();

		expect([(await first).status, (await second).status]).toEqual([500, 204]);
		expect(setup.engine.items()).toHaveLength(1);
	});

	it('hands on what else it brings once the first try is stored', async () => {
		const setup = await startPublished();
		const more = bodyOf(mfaEvent('u2'), mfaEvent('u1'));
		const { first, second, release } = await overlap(setup, more);
		release();

		expect([(await first).status, (await second).status]).toEqual([204, 204]);
		expect(setup.engine.items().map(({ uuid }) => uuid)).toEqual(['u1', 'u2']);
	});

	describe('after Okta hung up on both tries of a slow n8n', () => {
		async function hangUp() {
			const setup = await startConnected({ deliveryTimeout: 300 });
			await setup.engine.publish();
			const release = setup.engine.holdExecutions();
			const { deliveries } = await setup.org.signIn('pushApproved');
			expect(deliveries.map(({ delivered }) => delivered)).toEqual([false, false]);
			return { ...setup, release, eventId: deliveries[0].eventId };
		}

		it('is dropped once the first is stored', async () => {
			const { org, engine, release, eventId } = await hangUp();
			release();
			const [again] = await org.redeliver(eventId);

			expect(again.status).toBe(204);
			expect(engine.items()).toHaveLength(1);
		});

		it('is not needed when the first cannot be stored: the second takes the event over', async () => {
			const { engine, release } = await hangUp();
			engine.failToStore(1);
			release();
			await until(() => engine.items().length > 0);

			expect(engine.items()).toHaveLength(1);
		});

		it('brings the event when neither could be stored', async () => {
			const { org, engine, release, eventId } = await hangUp();
			engine.failToStore(2);
			release();
			const [again] = await org.redeliver(eventId);

			expect(again.status).toBe(204);
			expect(engine.items()).toHaveLength(1);
		});

		describe('and n8n never answers, since both were stopped in its queue', () => {
			const QUARTER_OF_AN_HOUR = 15 * 60_000;

			it('brings the event a quarter of an hour later', async () => {
				const clock = startClock();
				const { org, engine, eventId } = await hangUp();
				engine.stopHeldExecutions();
				clock.pass(QUARTER_OF_AN_HOUR);
				await org.redeliver(eventId);
				await until(() => engine.items().length > 0);

				expect(engine.items()).toHaveLength(1);
			});

			it('still waits before that, for n8n may be slow', async () => {
				const clock = startClock();
				const { org, engine, eventId } = await hangUp();
				engine.stopHeldExecutions();
				clock.pass(QUARTER_OF_AN_HOUR - 10_000);
				const [again] = await org.redeliver(eventId);

				expect(again.delivered).toBe(false);
				expect(engine.items()).toEqual([]);
				clock.pass(10_000);
				await until(() => engine.items().length > 0);
			});

			it('brings the event in the end, although what waited for the first is stopped too', async () => {
				const clock = startClock();
				const { org, engine, eventId } = await hangUp();
				engine.holdExecutions();
				clock.pass(QUARTER_OF_AN_HOUR);
				await until(() => engine.heldCount() === 2);
				engine.stopHeldExecutions();
				clock.pass(QUARTER_OF_AN_HOUR);
				await org.redeliver(eventId);
				await until(() => engine.items().length > 0);

				expect(engine.items()).toHaveLength(1);
			});
		});
	});
});
