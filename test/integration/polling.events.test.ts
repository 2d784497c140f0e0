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
		['an expression, which could change', { outcomes: '={{ ["FAILURE"] }}' }, ONLY_TYPE],
		['a factor and a user', { factors: ['SMS_FACTOR'], users: 'mara*' }, ONLY_TYPE],
	])('pass to Okta what it can apply: %s', async (_what, parameters, filter) => {
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
	])('let matching events through: by %s', async (_what, parameters) => {
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

	it('do not let filtered-out events hold up later ones', async () => {
		const { org, engine } = await startActive({ parameters: { factors: ['SMS_FACTOR'] } });
		await logEvents(org, 5_200, 'password');
		const uuids = await logEvents(org, 1);
		await catchUp(engine, 2);

		expect(uuidsOf(engine)).toEqual(uuids);
	});
});

describe('An item', () => {
	it('has the same keys as an event hook item, filled from the System Log', async () => {
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

	it('is the unchanged event if that output is selected', async () => {
		const { org, engine } = await startActive({ parameters: { output: 'rawEvent' } });
		const { event } = await org.signIn('pushDenied');
		await engine.poll();

		expect(engine.items()).toEqual([event]);
	});
});

describe('A link to the next page', () => {
	/** A server that must not receive requests from n8n. */
	async function startOtherServer(): Promise<{ url: string; requests: () => number }> {
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

	it.each<[string, (other: string, org: string) => string]>([
		['to another origin', (other) => next(`${other}${LOGS}?after=x`)],
		['to another origin and path', (other) => next(`${other}/collect`)],
		['to another path', (_other, org) => next(`${org}/api/v1/users/me`)],
		['up and out of the path', (_other, org) => next(`${org}${LOGS}/../users`)],
		['with a user and password', (other) => next(other.replace('//', '//okta.com@'))],
		['without a scheme', (other) => next(other.replace('http:', ''))],
		['that is a script', () => next('javascript:alert(1)')],
		['that is not a URL', () => next('\\\\ nowhere')],
		['that consists of brackets', () => '<'.repeat(8_000)],
		['that is empty', () => ''],
	])('%s never leaks the token and loses no events', async (_what, linkOf) => {
		const { org, engine } = await startActive();
		const other = await startOtherServer();
		const event = org.buildEvent('sms');
		respondWith(org, [event], linkOf(other.url, org.url));
		await engine.poll();
		const uuids = await logEvents(org, 2);
		await catchUp(engine);

		expect(other.requests()).toBe(0);
		expect(org.requests().filter(({ path }) => !path.startsWith(`${LOGS}?`))).toEqual([]);
		expect(uuidsOf(engine)).toEqual([event.uuid, ...uuids]);
		expect(JSON.stringify(engine.staticData())).not.toContain(other.url);
	});

	it('that redirects is not followed', async () => {
		const { org, engine } = await startActive();
		const other = await startOtherServer();
		org.faults.addFault({
			path: LOGS,
			status: 302,
			headers: { location: other.url },
			times: 1,
		});
		await engine.poll();

		expect(other.requests()).toBe(0);
		expect(engine.failures()).toEqual([expect.stringMatching(/HTTP 302/)]);
	});

	it('that is missing from full pages is reported once the trigger makes no progress', async () => {
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

describe('Malformed events from Okta', () => {
	const MALFORMED = [
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

	/** Events that the query didn't ask for. */
	const UNREQUESTED = [{ uuid: 'another', eventType: 'user.session.end' }, { eventType: 7 }, {}];

	it.each(['eventCard', 'rawEvent'])(
		'are emitted once each if their type is selected: %s',
		async (output) => {
			const { org, engine } = await startActive({
				parameters: { output },
				release: 'n8n 2.41 with durable cursors',
			});
			const link = `<${org.url}${LOGS}?after=x>; rel="next"`;
			respondWith(org, [null, 'text', 7, [], ...UNREQUESTED, ...MALFORMED, ...MALFORMED], link);
			respondWith(org, []);
			await engine.poll();
			const uuids = await logEvents(org, 2);
			await engine.restart();
			await catchUp(engine);

			const withUuid = 4;
			expect(engine.failures()).toEqual([]);
			expect(engine.items()).toHaveLength(MALFORMED.length * 2 - withUuid + uuids.length);
			expect(uuidsOf(engine).slice(-2)).toEqual(uuids);
			expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
			expect(JSON.stringify(engine.staticData()).length).toBeLessThan(2_000);
		},
	);

	it('cannot grow the static data without limit, and neither can 10,000 events', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 10_000);
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(JSON.stringify(engine.cursor()).length).toBeLessThan(80_000);
		expect(JSON.stringify(engine.staticData()).length).toBeLessThan(160_000);
	});
});
