import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IDataObject } from 'n8n-workflow';

import type { EventOverrides } from '../../lab/okta-org';
import { EVENT_CARD_KEYS } from '../../lab/fixtures/event-card-keys';
import {
	respondWith,
	catchUp,
	logEvents,
	LOGS,
	queries,
	start,
	startActive,
	stopLater,
	stopAll,
	uuidsOf,
} from './polling-setup';

afterEach(stopAll);

describe('The filters', () => {
	const ONLY_TYPE = 'eventType eq "user.authentication.auth_via_mfa"';

	it.each<[string, IDataObject, string]>([
		['no filter', {}, ONLY_TYPE],
		['an outcome', { outcomes: ['FAILURE'] }, `${ONLY_TYPE} and (outcome.result eq "FAILURE")`],
		[
			'two outcomes',
			{ outcomes: ['FAILURE', 'DENY'] },
			`${ONLY_TYPE} and (outcome.result eq "FAILURE" or outcome.result eq "DENY")`,
		],
		['an expression, which may change', { outcomes: '={{ ["FAILURE"] }}' }, ONLY_TYPE],
		['a factor and a user', { factors: ['SMS_FACTOR'], users: 'mara*' }, ONLY_TYPE],
	])('give Okta for %s what it can apply', async (_what, parameters, filter) => {
		const { org, engine } = await start({ parameters });
		await engine.activate();

		expect(queries(org)[0].get('filter')).toBe(filter);
	});

	it.each<[string, IDataObject]>([
		['outcome', { outcomes: ['FAILURE'] }],
		['outcome from an expression', { outcomes: '={{ "failure" }}' }],
		['factor', { factors: ['OKTA_VERIFY_PUSH'], outcomes: ['FAILURE'] }],
		['user', { users: '*@contractor.example.com' }],
		[
			'users and passwords',
			{ users: '*@contractor.example.com', ignorePasswordVerifications: true },
		],
	])('let through what matches, by %s', async (_what, parameters) => {
		const { org, engine } = await startActive({ parameters });
		await org.signIn('sms');
		await org.signIn('password');
		await org.signIn('pushApproved');
		const { event } = await org.signIn('pushDenied', {
			target: [{ id: '00uA', type: 'User', alternateId: 'Io@Contractor.example.com' }],
		} as unknown as EventOverrides);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([event.uuid]);
	});

	it('do not keep what they leave out in the way of what comes later', async () => {
		const { org, engine } = await startActive({ parameters: { factors: ['SMS_FACTOR'] } });
		await logEvents(org, 5_200, 'password');
		const uuids = await logEvents(org, 1);
		await catchUp(engine, 2);

		expect(uuidsOf(engine)).toEqual(uuids);
	});
});

describe('An item', () => {
	it('has the keys of the event hook’s, with what the System Log can tell', async () => {
		const { org, engine } = await startActive();
		const { event } = await org.signIn('pushDenied');
		await engine.poll();

		const [item] = engine.items();
		expect(Object.keys(item)).toEqual(EVENT_CARD_KEYS);
		expect(item).toMatchObject({
			eventId: event.uuid,
			uuid: event.uuid,
			dateAndTime: event.published,
			source: `${org.url}/api/v1/logs`,
			headers: {},
			eventDetails: event,
			oktaUser: { alternateId: 'mara.lindt@example.com' },
		});
		expect(new Date(String(item.eventTime)).toISOString()).toBe(item.eventTime);
	});

	it('is the event as Okta has it, if asked for', async () => {
		const { org, engine } = await startActive({ parameters: { output: 'rawEvent' } });
		const { event } = await org.signIn('pushDenied');
		await engine.poll();

		expect(engine.items()).toEqual([event]);
	});
});

describe('A link to the next page', () => {
	/** A server that must not hear from n8n. */
	async function startStranger(): Promise<{ url: string; requests: () => number }> {
		let requests = 0;
		const server = createServer((_request, response) => {
			requests += 1;
			response.end('[]');
		});
		await new Promise<void>((resolve) => {
			server.listen(0, '127.0.0.1', resolve);
		});
		stopLater({
			stop: async () => {
				server.closeAllConnections();
				await new Promise((resolve) => {
					server.close(resolve);
				});
			},
		});
		return {
			url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
			requests: () => requests,
		};
	}

	const next = (url: string) => `<${url}>; rel="next"`;

	it.each<[string, (stranger: string, org: string) => string]>([
		['to another origin', (stranger) => next(`${stranger}${LOGS}?after=x`)],
		['to another origin and path', (stranger) => next(`${stranger}/collect`)],
		['to another path', (_stranger, org) => next(`${org}/api/v1/users/me`)],
		['up and out of the path', (_stranger, org) => next(`${org}${LOGS}/../users`)],
		['with a user and password', (stranger) => next(stranger.replace('//', '//okta.com@'))],
		['without a scheme', (stranger) => next(stranger.replace('http:', ''))],
		['that is a script', () => next('javascript:alert(1)')],
		['that is no URL', () => next('\\\\ nowhere')],
		['that is many brackets', () => '<'.repeat(8_000)],
		['that is empty', () => ''],
	])('%s takes the token nowhere, and nothing is lost', async (_what, linkOf) => {
		const { org, engine } = await startActive();
		const stranger = await startStranger();
		const event = org.buildEvent('sms');
		respondWith(org, [event], linkOf(stranger.url, org.url));
		await engine.poll();
		const uuids = await logEvents(org, 2);
		await catchUp(engine);

		expect(stranger.requests()).toBe(0);
		expect(org.requests().filter(({ path }) => !path.startsWith(`${LOGS}?`))).toEqual([]);
		expect(uuidsOf(engine)).toEqual([event.uuid, ...uuids]);
		expect(JSON.stringify(engine.staticData())).not.toContain(stranger.url);
	});

	it('is not followed by a redirect either', async () => {
		const { org, engine } = await startActive();
		const stranger = await startStranger();
		org.faults.addFault({
			path: LOGS,
			status: 302,
			headers: { location: stranger.url },
			times: 1,
		});
		await engine.poll();

		expect(stranger.requests()).toBe(0);
		expect(engine.failures()).toEqual([expect.stringMatching(/HTTP 302/)]);
	});

	it('that is missing from full pages is reported, once there is nothing else to do', async () => {
		const { org, engine } = await startActive();
		const events = Array.from({ length: 1_000 }, () => org.buildEvent('sms'));
		respondWith(org, events);
		await engine.poll();
		expect(engine.items()).toHaveLength(1_000);
		respondWith(org, events);
		await engine.poll();
		expect(engine.failures()).toEqual([]);
		respondWith(org, events);
		await engine.poll();

		expect(engine.failures()).toEqual([expect.stringMatching(/'Link' header.*proxy/)]);
	});
});

describe('Whatever Okta sends as events', () => {
	const STRANGE = [
		{ uuid: '__proto__', published: 'yesterday' },
		{ uuid: 'constructor', published: '9999999-01-01' },
		{ uuid: 7, published: 7 },
		{ uuid: '' },
		{ uuid: '' },
		{ uuid: null, published: null, target: 'nobody', actor: [], outcome: 1, debugContext: 'x' },
		{},
		{ uuid: { toString: 1 }, target: [null, 1, { type: 'User' }] },
		{ uuid: 'x'.repeat(100_000), published: '+275760-09-13T00:00:00.000Z' },
		JSON.parse('{"__proto__": {"polluted": true}, "uuid": "own"}') as object,
	].map((event) => ({ ...event, eventType: 'user.authentication.auth_via_mfa' }));

	/** Okta was asked for none of these. */
	const UNASKED = [{ uuid: 'another', eventType: 'user.session.end' }, { eventType: 7 }, {}];

	it.each(['eventCard', 'rawEvent'])('comes through if selected, each once: %s', async (output) => {
		const { org, engine } = await startActive({
			parameters: { output },
			release: 'n8n 2.41 with durable cursors',
		});
		const link = `<${org.url}${LOGS}?after=x>; rel="next"`;
		respondWith(org, [null, 'text', 7, [], ...UNASKED, ...STRANGE, ...STRANGE], link);
		respondWith(org, []);
		await engine.poll();
		const uuids = await logEvents(org, 2);
		await engine.restart();
		await catchUp(engine);

		const withUuid = 4;
		expect(engine.failures()).toEqual([]);
		expect(engine.items()).toHaveLength(STRANGE.length * 2 - withUuid + uuids.length);
		expect(uuidsOf(engine).slice(-2)).toEqual(uuids);
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
		expect(JSON.stringify(engine.staticData()).length).toBeLessThan(2_000);
	});

	it('stays bounded in the static data: 10,000 events', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 10_000);
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(JSON.stringify(engine.cursor()).length).toBeLessThan(80_000);
		expect(JSON.stringify(engine.staticData()).length).toBeLessThan(160_000);
	});
});
