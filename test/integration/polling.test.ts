import type { IDataObject } from 'n8n-workflow';

import { createPollingEngine } from '../../lab/n8n-core/polling-engine';
import {
	respondWith,
	catchUp,
	credentialFor,
	HOUR,
	letPass,
	logEarlier,
	logEvent,
	logEvents,
	LOGS,
	messageOf,
	queries,
	resetIn,
	start,
	startActive,
	startOrg,
	stopAll,
	uuidsOf,
} from './polling-setup';

afterEach(stopAll);

describe('The query', () => {
	it('has no end time, sorts ascending, and then follows Okta’s next link', async () => {
		const { org, engine } = await start();
		await engine.activate();
		await logEvents(org, 1);
		await engine.poll();

		const [first, ...others] = queries(org);
		expect([...first.keys()].sort()).toEqual(['filter', 'limit', 'since', 'sortOrder']);
		expect(first.get('sortOrder')).toBe('ASCENDING');
		expect(first.get('limit')).toBe('1000');
		expect(others.map((query) => [query.has('since'), query.has('after')])).toEqual(
			others.map(() => [true, true]),
		);
		expect(others.length).toBeGreaterThan(1);
	});

	it('gets three full pages in one poll, in order, with an execution for each', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 3_000);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.executions().map((items) => items.length)).toEqual([1_000, 1_000, 1_000]);
		expect(queries(org)).toHaveLength(4);
	});

	it('leaves events beyond the limit of a poll to the next one', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 5_500);
		await engine.poll();
		expect(engine.items()).toHaveLength(5_000);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('stops reading pages once n8n’s time limit for a poll is reached', async () => {
		const { org, engine } = await startActive({ budget: 0 });
		const uuids = await logEvents(org, 1_500);
		await engine.poll();
		expect(engine.items()).toHaveLength(1_000);
		await catchUp(engine, 2);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('gets events that Okta stored late', async () => {
		const { org, engine } = await startActive();
		const punctual = await logEvent(org);
		await engine.poll();
		const late = await logEvent(org, { published: new Date(Date.now() - 2 * HOUR).toISOString() });
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([punctual, late]);
	});
});

describe('An exhausted rate limit', () => {
	it('is waited out if it resets soon', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 2);
		org.faults.addFault({ path: LOGS, status: 429, headers: resetIn(0), times: 1 });
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.failures()).toEqual([]);
	});

	it.each<[string, string, number | undefined]>([
		['it resets too late', '9999999999', undefined],
		['n8n doesn’t allow enough time to wait', '1', 500],
		['Okta does not say when', '0', undefined],
	])('ends the poll without losing events if %s', async (_when, reset, budget) => {
		const { org, engine } = await startActive({ budget });
		const uuids = await logEvents(org, 2);
		const headers = { 'x-rate-limit-reset': reset };
		org.faults.addFault({ path: LOGS, status: 429, headers, times: 1 });
		await engine.poll();

		expect([engine.executions(), engine.failures(), queries(org).length]).toEqual([[], [], 1]);
		expect(engine.log().join()).toMatch(
			/Couldn't finish reading the System Log, continuing at the next poll.*rate limit/,
		);
		await engine.poll();
		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('at the first poll does not move the start time', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 429, headers: resetIn(600), times: 1 });
		await engine.activate();
		const uuids = await logEvents(org, 2);
		await engine.restart();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('between two pages leaves the rest to the next poll', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 2_500);
		letPass(org, 2);
		org.faults.addFault({ path: LOGS, status: 429, headers: resetIn(600), times: 1 });
		await engine.poll();
		expect(engine.items()).toHaveLength(2_000);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});
});

describe('When Okta fails', () => {
	it('between two pages, the first pages are emitted and the rest follows at the next poll', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 2_500);
		letPass(org, 2);
		org.faults.addFault({ path: LOGS, drop: true, times: 2 });
		await engine.poll();
		expect(engine.items()).toHaveLength(2_000);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.failures()).toEqual([]);
	});

	it('while the workflow is being published, the user gets an error', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 503 });

		expect(await messageOf(engine.activate())).toMatch(
			/Okta is temporarily unavailable.*status\.okta\.com/,
		);
	});

	it('while n8n starts, the trigger stays active and reports it if the failure persists', async () => {
		const { org, engine } = await startActive();
		org.faults.addFault({ path: LOGS, status: 503, times: 4 });
		const uuids = await logEvents(org, 2);
		await engine.restart();
		expect([engine.executions(), engine.failures()]).toEqual([[], []]);
		expect(engine.log().join()).toMatch(
			/Couldn't read the System Log, retrying at the next poll.*Okta is temporarily unavailable/,
		);
		await engine.poll();
		expect(engine.failures()).toEqual([expect.stringMatching(/Okta is temporarily unavailable/)]);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('while n8n starts for the first time, the trigger still starts from that time', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 503, times: 2 });
		await engine.restart();
		const uuids = await logEvents(org, 2);
		await new Promise((resolve) => setTimeout(resolve, 5));
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it.each([
		['a web page', '<html><body>Attention Required</body></html>'],
		['an object', { events: [] }],
		['an empty body', ''],
	])('by returning %s, the message says that it is not the System Log', async (_what, body) => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 1);
		respondWith(org, body);
		await engine.poll();
		expect(engine.failures()).toEqual([
			`The response from ${org.url} didn't come from the Okta System Log. Enter the URL of your Okta org in the credential's 'Okta Org URL', e.g. https://your-org.okta.com.`,
		]);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('because a scope is missing, the message names it', async () => {
		const org = await startOrg();
		const credential = await credentialFor(org, 'okta.eventHooks.manage offline_access');
		const engine = createPollingEngine({ credential });

		expect(await messageOf(engine.activate())).toMatch(
			/doesn't include the scope 'okta\.logs\.read'.*'Okta API Scopes'.*'Custom Scopes'/,
		);
		expect(await messageOf(engine.runManually())).toContain("'okta.logs.read'");
	});

	it('by rejecting the query, the message quotes Okta', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 400 });

		expect(await messageOf(engine.activate())).toMatch(
			/^Okta rejected n8n's request to read the System Log.*\(.*E0000001/,
		);
	});

	it('because the access token expired, n8n gets a new one', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 2);
		org.expireAccessTokens();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});
});

describe("The option 'Look Back (Hours)'", () => {
	const AGES = [0.5, 5, 30, 89 * 24, 91 * 24];

	it.each<[unknown, number]>([
		[undefined, 0],
		[0, 0],
		[1, 1],
		[24, 2],
		[2160, 4],
		[100_000, 4],
		[1e15, 4],
		['24', 2],
		['={{ 24 }}', 2],
		[-5, 0],
		[null, 0],
		['={{ undefined }}', 0],
	])('%p', async (lookBackHours, count) => {
		const parameters = lookBackHours === undefined ? {} : { options: { lookBackHours } };
		const setup = await start({ parameters: parameters as IDataObject });
		const uuids: string[] = [];
		for (const hours of [...AGES].reverse()) uuids.push(await logEarlier(setup, hours * HOUR));
		await setup.engine.activate();
		await catchUp(setup.engine, 2);

		const [query] = queries(setup.org);
		expect(Date.parse(query.get('since') ?? '')).toBeLessThanOrEqual(Date.now());
		expect(uuidsOf(setup.engine)).toEqual(uuids.slice(uuids.length - count));
		expect(setup.engine.failures()).toEqual([]);
	});

	it.each(['soon', '={{ ({ hours: 24 }) }}', '={{ new Date() }}'])(
		'prevents publishing if its expression returns no number: %s',
		async (lookBackHours) => {
			const { org, engine } = await start({ parameters: { options: { lookBackHours } } });

			expect(await messageOf(engine.activate())).toContain(
				"The expression in 'Look Back (Hours)' doesn't return a number.",
			);
			expect(queries(org)).toEqual([]);
		},
	);

	it('is not read once the trigger has a position', async () => {
		const setup = await start({ parameters: { options: { lookBackHours: 24 } } });
		await logEarlier(setup, HOUR);
		await setup.engine.activate();
		setup.engine.setParameters({ options: { lookBackHours: 'soon' } });
		await setup.engine.activate('update');
		await setup.engine.restart();

		expect(setup.engine.items()).toHaveLength(1);
		expect(setup.engine.failures()).toEqual([]);
	});

	it('applies once, so republishing resumes where the trigger left off', async () => {
		const setup = await start({ parameters: { options: { lookBackHours: 24 } } });
		await logEarlier(setup, HOUR);
		await setup.engine.activate();
		await setup.engine.activate();

		expect(setup.engine.items()).toHaveLength(1);
	});
});

describe('Polls', () => {
	it('do not overlap', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 5);
		org.faults.addFault({ path: LOGS, delay: 200, times: 1 });
		await Promise.all([engine.poll(), engine.poll(), engine.poll()]);

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(queries(org)).toHaveLength(2);
		const more = await logEvents(org, 1);
		await engine.poll();
		expect(uuidsOf(engine)).toEqual([...uuids, ...more]);
	});

	it('continue after one that failed', async () => {
		const { org, engine } = await startActive();
		org.faults.addFault({ path: LOGS, status: 403, times: 2 });
		await catchUp(engine, 2);
		const uuids = await logEvents(org, 1);
		await engine.poll();

		expect(engine.failures()).toHaveLength(2);
		expect(uuidsOf(engine)).toEqual(uuids);
	});
});

describe('A manual run', () => {
	it('returns the ten latest matching events, newest first, and saves nothing', async () => {
		const { org, engine } = await startActive({ parameters: { factors: ['SMS_FACTOR'] } });
		const saved = engine.staticData();
		const uuids: string[] = [];
		for (let event = 0; event < 12; event += 1) {
			uuids.push(...(await logEvents(org, 1)), (await logEvents(org, 1, 'password'))[0]);
		}
		const sms = uuids.filter((_uuid, index) => index % 2 === 0);
		const items = await engine.runManually();

		expect(items.map(({ uuid }) => uuid)).toEqual(sms.reverse().slice(0, 10));
		expect(engine.staticData()).toEqual(saved);
		await engine.poll();
		expect(engine.items()).toHaveLength(12);
	});

	it('does not keep its events from starting the workflow', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 1);
		await engine.runManually();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('works before the workflow was ever published and leaves nothing behind', async () => {
		const { org, engine } = await start();
		const uuids = await logEvents(org, 1);

		expect((await engine.runManually()).map(({ uuid }) => uuid)).toEqual(uuids);
		expect(engine.staticData()).toEqual({});
	});

	it('says what to do if nothing matches', async () => {
		const { org, engine } = await start({ parameters: { outcomes: ['DENY'] } });
		await logEvents(org, 3);

		expect(await messageOf(engine.runManually())).toBe(
			"No event in Okta's System Log from the last seven days matches 'Okta Events' and the filters. Sign in to Okta with MFA or clear some filters, then try again.",
		);
	});

	it('says if the rate limit is exhausted', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 429, headers: resetIn(600) });

		expect(await messageOf(engine.runManually())).toMatch(
			/rate limit for the System Log.*after 20/,
		);
	});
});
