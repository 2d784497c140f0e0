import { respondWith, neverRespond } from '../../lab/okta-org/receiver';
import {
	hookInput,
	MFA,
	org,
	received,
	receiver,
	restart,
	startOrgBeforeEach,
	verifiedHook,
} from './okta-org.setup';

startOrgBeforeEach();

describe('Deliveries', () => {
	test('contain an event in the envelope, with the secret and without nulls', async () => {
		const hook = await verifiedHook();
		const { event, deliveries } = await org.signIn('pushDenied');

		const [{ headers, body }] = received('POST');
		expect(headers).toMatchObject({
			accept: 'application/json',
			'content-type': 'application/json',
			authorization: 'the secret',
			'x-team': 'security',
		});
		expect(body).toEqual({
			eventType: 'com.okta.event_hook',
			eventTypeVersion: '1.0',
			cloudEventsVersion: '0.1',
			source: hook._links.self.href,
			eventId: deliveries[0].eventId,
			data: { events: [expect.objectContaining({ uuid: event.uuid, eventType: MFA })] },
			eventTime: expect.any(String),
			contentType: 'application/json',
		});
		expect(deliveries).toEqual([
			expect.objectContaining({ hookId: hook.id, attempt: 1, status: 204, delivered: true }),
		]);

		const [delivered] = body!.data.events;
		expect(JSON.stringify(delivered)).not.toContain(':null');
		expect(delivered).not.toHaveProperty('request');
		expect(delivered).toMatchObject({
			outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
			client: { ipChain: [{ ip: event.request.ipChain[0].ip }] },
			debugContext: { debugData: { factor: 'OKTA_VERIFY_PUSH', targetEventHookIds: hook.id } },
		});
	});

	test('go only to active, verified hooks that subscribe to the event', async () => {
		org.console.createHook(hookInput({ name: 'Unverified' }));
		const inactive = await verifiedHook();
		org.console.deactivateHook(inactive.id);
		const other = hookInput({ events: { type: 'EVENT_TYPE', items: ['user.session.start'] } });
		await org.console.verifyHook(org.console.createHook(other).id);
		expect((await org.signIn('sms')).deliveries).toEqual([]);

		org.console.activateHook(inactive.id);
		const { deliveries } = await org.signIn('sms');
		expect(deliveries.map(({ hookId }) => hookId)).toEqual([inactive.id]);
	});

	test.each([
		['a 5xx', respondWith(503), { status: 503 }],
		['a timeout', neverRespond, { error: 'Timed out after 500 ms' }],
		[
			'a broken connection',
			((request) => {
				request.socket.destroy();
			}) satisfies typeof neverRespond,
			{ error: expect.any(String) },
		],
	])('are retried once with the same body after %s', async (_case, failure, outcome) => {
		await restart({ deliveryTimeout: 500 });
		await verifiedHook();
		receiver.next.push(failure);
		const { deliveries } = await org.signIn('pushApproved');
		expect(deliveries).toMatchObject([
			{ attempt: 1, delivered: false, ...outcome },
			{ attempt: 2, delivered: true, status: 204 },
		]);
		const [first, second] = received('POST');
		expect(second.text).toBe(first.text);

		receiver.next.push(failure, failure);
		expect((await org.signIn('pushApproved')).deliveries).toHaveLength(2);
		expect(received('POST')).toHaveLength(4);
	});

	test.each([
		['a 4xx', respondWith(401)],
		['a redirect', respondWith(307, { Location: '/elsewhere' })],
		['another 2xx', respondWith(202)],
	])('are not retried after %s, and the log says that they failed', async (_case, respond) => {
		const hook = await verifiedHook();
		receiver.next.push(respond);
		const { deliveries } = await org.signIn('pushApproved');
		expect(deliveries).toMatchObject([{ attempt: 1, delivered: false }]);
		expect(received('POST')).toHaveLength(1);
		expect(org.log().at(-1)).toMatchObject({
			eventType: 'event_hook.delivery',
			outcome: { result: 'FAILURE' },
			target: [{ id: hook.id }],
		});
	});

	test('can contain several events and can be repeated', async () => {
		await verifiedHook();
		const events = [org.buildEvent('pushApproved'), org.buildEvent('securityKey')];
		const [{ eventId, uuids }] = await org.publish(events);
		expect(uuids).toEqual(events.map(({ uuid }) => uuid));

		await org.redeliver(eventId);
		const [first, repeat] = received('POST');
		expect(repeat.text).toBe(first.text);
		expect(org.deliveries().map((attempt) => attempt.eventId)).toEqual([eventId, eventId]);
	});

	test('stay on this machine', async () => {
		const elsewhere = hookInput();
		elsewhere.channel.config.uri = 'https://hooks.example.com/';
		const { id } = org.console.createHook(elsewhere);
		await expect(org.console.verifyHook(id)).rejects.toThrow('Unable to verify event hook');
	});

	test('end when the org stops', async () => {
		await restart({ deliveryTimeout: 60_000 });
		await verifiedHook();
		let arrived = (): void => {};
		const arrival = new Promise<void>((resolve) => {
			arrived = resolve;
		});
		receiver.next.push(() => arrived());
		const signIn = org.signIn('pushApproved');
		await arrival;
		await org.stop();
		expect((await signIn).deliveries).toMatchObject([{ delivered: false }]);
	});
});
