import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IDataObject } from 'n8n-workflow';

import { EVENT_CARD_KEYS } from '../shared/eventCardKeys';
import { startOktaOrg } from '../okta-org';
import type { EventOverrides, OktaOrg, SignInKind } from '../okta-org';
import { createPollingEngine } from './polling-engine';
import type { PollingEngine, PollingEngineOptions } from './polling-engine';

const LOGS = '/api/v1/logs';
const HOUR = 3_600_000;
const SCOPES = 'okta.logs.read offline_access';

interface Setup {
	org: OktaOrg;
	engine: PollingEngine;
	/** By how many ms the org's clock is behind. */
	clock: { behind: number };
}

const running: Array<{ stop(): Promise<void> }> = [];
afterEach(async () => {
	await Promise.all(running.splice(0).map(async (service) => await service.stop()));
});

async function startOrg(clock = { behind: 0 }): Promise<OktaOrg> {
	const org = await startOktaOrg({ now: () => Date.now() - clock.behind });
	running.push(org);
	return org;
}

async function credentialFor(org: OktaOrg, scopes = SCOPES): Promise<IDataObject> {
	const oauthTokenData = { ...(await org.issueTokens(scopes)) } as IDataObject;
	return { url: org.url, clientId: org.client.id, clientSecret: org.client.secret, oauthTokenData };
}

async function start(options: Partial<PollingEngineOptions> = {}): Promise<Setup> {
	const clock = { behind: 0 };
	const org = await startOrg(clock);
	const engine = createPollingEngine({ credential: await credentialFor(org), ...options });
	return { org, engine, clock };
}

/** The same, with the workflow published. */
async function startActive(options: Partial<PollingEngineOptions> = {}): Promise<Setup> {
	const setup = await start(options);
	await setup.engine.activate();
	setup.org.clearRequests();
	return setup;
}

/** Signs that many people in, of whom Okta only keeps the log. Returns the events' `uuid`s. */
async function logEvents(org: OktaOrg, count: number, kind: SignInKind = 'sms'): Promise<string[]> {
	const events = Array.from({ length: count }, () => org.buildEvent(kind));
	await org.publish(events);
	return events.map(({ uuid }) => uuid);
}

async function logEvent(org: OktaOrg, overrides: EventOverrides = {}): Promise<string> {
	return (await org.signIn('sms', overrides)).event.uuid;
}

/** Logs an event some ms ago. */
async function logEarlier({ org, clock }: Setup, ago: number, kind: SignInKind = 'sms') {
	clock.behind = ago;
	const [uuid] = await logEvents(org, 1, kind);
	clock.behind = 0;
	return uuid;
}

function uuidsOf(engine: PollingEngine): unknown[] {
	return engine.items().map(({ uuid }) => uuid);
}

/** The queries that Okta was asked. */
function queries(org: OktaOrg): URLSearchParams[] {
	return org
		.requests()
		.filter(({ path }) => path.startsWith(LOGS))
		.map(({ path }) => new URL(path, org.url).searchParams);
}

/** Lets so many calls for the log pass before the faults that are added after it. */
function letPass(org: OktaOrg, times: number): void {
	org.faults.addFault({ path: LOGS, times });
}

/** The header that says when there are calls left again. */
function resetIn(seconds: number) {
	return { 'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + seconds) };
}

/** An answer with these events, in place of the stand-in's. */
function answerWith(org: OktaOrg, body: unknown, link?: string): void {
	const headers = link === undefined ? undefined : { link };
	org.faults.addFault({ path: LOGS, status: 200, body, headers, times: 1 });
}

/** Polls until the trigger has caught up. */
async function catchUp(engine: PollingEngine, polls = 4): Promise<void> {
	for (let poll = 0; poll < polls; poll += 1) await engine.poll();
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
	const error: unknown = await promise.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof Error)) throw new Error('It succeeded');
	return error.message;
}

describe.each(['memory', 'durable'] as const)('Where n8n keeps the cursor: %s', (keeping) => {
	it('hands on what happened while n8n was off, each once, in order', async () => {
		const { org, engine } = await startActive({ keeping });
		const before = await logEvents(org, 3);
		await engine.poll();
		const meanwhile = await logEvents(org, 250);
		await engine.restart();
		await catchUp(engine);
		await engine.restart();

		expect(uuidsOf(engine)).toEqual([...before, ...meanwhile]);
		expect(engine.executions().map((items) => items.length)).toEqual([3, 250]);
	});

	it('knows from when on, also when n8n ends before the first event', async () => {
		const { org, engine } = await startActive({ keeping });
		await engine.poll();
		const uuids = await logEvents(org, 3);
		await engine.restart();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('begins with the activation, and not before', async () => {
		const { org, engine, ...rest } = await start({ keeping });
		await logEarlier({ org, engine, ...rest }, 60_000);
		await engine.activate();
		const [uuid] = await logEvents(org, 1);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([uuid]);
	});

	it('hands the events that n8n could not save on again after it was killed', async () => {
		const { org, engine } = await startActive({ keeping });
		const saved = engine.staticData();
		const uuids = await logEvents(org, 3);
		await engine.poll();
		engine.setStaticData(saved);
		await engine.restart();

		expect(uuidsOf(engine)).toEqual([...uuids, ...uuids]);
	});

	it('gives nothing twice and starts nothing when there is nothing new', async () => {
		const { org, engine } = await startActive({ keeping });
		await logEvents(org, 1);
		await catchUp(engine);

		expect(engine.executions()).toHaveLength(1);
		expect(engine.failures()).toEqual([]);
	});
});

describe('An event that could not be handed over', () => {
	it('comes again at the next poll, where n8n keeps the cursor with the execution', async () => {
		const { org, engine } = await startActive({ keeping: 'durable' });
		const uuids = await logEvents(org, 3);
		engine.failToHandOver(1);
		await engine.poll();
		expect(engine.executions()).toEqual([]);
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('comes again when the poll itself failed', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 1);
		org.faults.addFault({ path: LOGS, status: 403, times: 1 });
		await engine.poll();
		expect(engine.failures()).toHaveLength(1);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});
});

describe('The query', () => {
	it('is a polling query: no end, ascending, then Okta’s own next link', async () => {
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

	it('brings three full pages in one poll, in order', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 3_000);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.executions()).toHaveLength(1);
		expect(queries(org)).toHaveLength(4);
	});

	it('leaves what is beyond the bound of a poll to the next', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 5_500);
		await engine.poll();
		expect(engine.items()).toHaveLength(5_000);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('reads no further page once the time that n8n gives a poll is over', async () => {
		const { org, engine } = await startActive({ budget: 0 });
		const uuids = await logEvents(org, 1_500);
		await engine.poll();
		expect(engine.items()).toHaveLength(1_000);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('brings an event that Okta stored late', async () => {
		const { org, engine } = await startActive();
		const punctual = await logEvent(org);
		await engine.poll();
		const late = await logEvent(org, { published: new Date(Date.now() - 2 * HOUR).toISOString() });
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([punctual, late]);
	});
});

describe('A used-up rate limit', () => {
	it('is waited for if its reset is near', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 2);
		org.faults.addFault({ path: LOGS, status: 429, headers: resetIn(0), times: 1 });
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.failures()).toEqual([]);
	});

	it.each<[string, string, number | undefined]>([
		['it is reset too late', '9999999999', undefined],
		['n8n has no time for that', '1', 500],
		['Okta does not say when', '0', undefined],
	])('ends the poll if %s, and nothing is lost', async (_when, reset, budget) => {
		const { org, engine } = await startActive({ budget });
		const uuids = await logEvents(org, 2);
		const headers = { 'x-rate-limit-reset': reset };
		org.faults.addFault({ path: LOGS, status: 429, headers, times: 1 });
		await engine.poll();

		expect([engine.executions(), engine.failures(), queries(org).length]).toEqual([[], [], 1]);
		expect(engine.log().join()).toMatch(/read on at the next poll.*rate limit/);
		await engine.poll();
		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('at the very first poll does not move the beginning', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 429, headers: resetIn(600), times: 1 });
		await engine.activate();
		const uuids = await logEvents(org, 2);
		await engine.restart();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('in the middle of the pages leaves the rest to the next poll', async () => {
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
	it('in the middle of the pages, what was read is handed on, and the rest next time', async () => {
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

	it('the person who publishes is told', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 503 });

		expect(await messageOf(engine.activate())).toMatch(/Okta is failing.*status\.okta\.com/);
	});

	it('at a start of n8n, the trigger stays in service, and says so if it goes on', async () => {
		const { org, engine } = await startActive();
		org.faults.addFault({ path: LOGS, status: 503, times: 4 });
		const uuids = await logEvents(org, 2);
		await engine.restart();
		expect([engine.executions(), engine.failures()]).toEqual([[], []]);
		expect(engine.log().join()).toMatch(/read at the next poll.*Okta is failing/);
		await engine.poll();
		expect(engine.failures()).toEqual([expect.stringMatching(/Okta is failing/)]);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('at a start of n8n that is the first, the trigger begins then all the same', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 503, times: 2 });
		await engine.restart();
		const uuids = await logEvents(org, 2);
		await new Promise((resolve) => setTimeout(resolve, 5));
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it.each([
		['HTML', '<html><body>Attention Required</body></html>'],
		['an object', { events: [] }],
		['nothing', ''],
	])('and answers with %s, the message says so', async (_what, body) => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 1);
		answerWith(org, body);
		await engine.poll();
		expect(engine.failures()).toEqual([
			`${org.url} answers, but not as Okta's System Log does. Enter the address of your Okta org in the credential's 'Okta Org URL', e.g. https://your-org.okta.com.`,
		]);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('for a scope that is missing, the message names it', async () => {
		const org = await startOrg();
		const credential = await credentialFor(org, 'okta.eventHooks.manage offline_access');
		const engine = createPollingEngine({ credential });

		expect(await messageOf(engine.activate())).toMatch(
			/doesn't include the scope 'okta\.logs\.read'.*'Okta API Scopes'.*'Custom Scopes'/,
		);
		expect(await messageOf(engine.runManually())).toContain("'okta.logs.read'");
	});

	it('to accept the query, the message has Okta’s words', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 400 });

		expect(await messageOf(engine.activate())).toMatch(
			/^Okta rejected n8n's request to read the System Log.*\(.*E0000001/,
		);
	});

	it('because the access token expired, a new one is fetched', async () => {
		const { org, engine } = await startActive();
		const uuids = await logEvents(org, 2);
		org.expireAccessTokens();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});
});

/** Makes Okta refuse the place up to which the log was read. */
const losses: Array<[string, (setup: Setup) => void]> = [
	[
		'rejects the cursor',
		({ engine }) => {
			const next = `${LOGS}?after=bm9uc2Vuc2U&sortOrder=ASCENDING`;
			engine.setStaticData({ ...engine.staticData(), next });
		},
	],
	[
		'has dropped the cursor',
		({ org }) => void org.faults.addFault({ path: LOGS, status: 404, times: 1 }),
	],
];

describe.each(losses)('When Okta %s', (_what, lose) => {
	async function loseAndStart(setup: Setup): Promise<void> {
		lose(setup);
		await setup.engine.restart();
		await catchUp(setup.engine);
		expect(setup.engine.failures()).toEqual([]);
	}

	it('goes on from the time of the last event, without repeats', async () => {
		const setup = await startActive({ keeping: 'durable' });
		const before = await logEvents(setup.org, 3);
		await setup.engine.poll();
		const after = await logEvents(setup.org, 3);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...before, ...after]);
		expect(queries(setup.org).some((query) => query.has('since'))).toBe(true);
	});

	it('knows the repeats of thousands of events', async () => {
		const setup = await startActive({ keeping: 'durable' });
		const before = await logEvents(setup.org, 3_000);
		await setup.engine.poll();
		const after = await logEvents(setup.org, 3);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...before, ...after]);
	});

	it('brings each event that was stored late, and none twice', async () => {
		const setup = await startActive({ keeping: 'durable' });
		const published = new Date(Date.now() - 2 * HOUR).toISOString();
		const known = [await logEvent(setup.org, { published }), await logEvent(setup.org)];
		await setup.engine.poll();
		const late = await logEvent(setup.org, { published });
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...known, late]);
	});

	it('goes back no further than to the activation', async () => {
		const setup = await start({ keeping: 'durable' });
		await logEarlier(setup, 60_000);
		await setup.engine.activate();
		const before = await logEvents(setup.org, 1);
		await setup.engine.poll();
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual(before);
	});

	it('misses nothing after an event that claims to be from the future', async () => {
		const setup = await startActive({ keeping: 'durable' });
		const before = [await logEvent(setup.org, { published: '2999-01-01T00:00:00.000Z' })];
		await setup.engine.poll();
		const after = await logEvents(setup.org, 2);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...before, ...after]);
	});
});

describe('After a pause of more than the 90 days for which Okta keeps events', () => {
	it('Okta is asked for those days', async () => {
		const { org, engine } = await startActive();
		const longAgo = new Date(Date.now() - 200 * 24 * HOUR).toISOString();
		engine.setStaticData({ ...engine.staticData(), next: null, start: longAgo, time: longAgo });
		await engine.restart();

		const [query] = queries(org);
		expect(Date.parse(query.get('since') ?? '')).toBeGreaterThan(Date.now() - 91 * 24 * HOUR);
	});
});

describe('Static data that makes no sense', () => {
	it.each<[string, IDataObject]>([
		['no times', { time: 'yesterday', start: 'once' }],
		['no list of what was seen', { seen: 'everything' }],
		['a list of what was seen with nothing in it', { seen: [null, 7, { digests: 1 }] }],
		['no next', { next: 7 }],
	])('(%s) does not stop the trigger', async (_what, data) => {
		const { org, engine } = await startActive();
		engine.setStaticData({ ...engine.staticData(), ...data });
		await engine.restart();
		const uuids = await logEvents(org, 1);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.failures()).toEqual([]);
	});
});

describe('A change', () => {
	it('of a filter that Okta applies misses nothing and repeats nothing', async () => {
		const { org, engine } = await startActive();
		const before = await logEvents(org, 2, 'pushDenied');
		await engine.poll();
		const between = await logEvents(org, 2, 'pushDenied');
		engine.setParameters({ outcomes: ['FAILURE'] });
		await engine.activate('update');
		await logEvents(org, 2, 'sms');
		const after = await logEvents(org, 2, 'pushDenied');
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([...before, ...between, ...after]);
		expect(queries(org).at(-1)?.get('filter')).toContain('outcome.result eq "FAILURE"');
	});

	it('to a wider filter does not bring what the old one left out for days', async () => {
		const setup = await start({
			parameters: { outcomes: ['FAILURE'], options: { lookBackHours: 72 } },
		});
		const { org, engine } = setup;
		const denied = await logEarlier(setup, 30 * HOUR, 'pushDenied');
		await logEarlier(setup, 20 * HOUR, 'sms');
		await engine.activate();
		engine.setParameters({ options: { lookBackHours: 72 } });
		await engine.activate('update');
		const [after] = await logEvents(org, 1);
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual([denied, after]);
	});

	it('of the org begins anew there', async () => {
		const { org, engine } = await startActive();
		const before = await logEvents(org, 1);
		await engine.poll();
		const other = await startOrg();
		await logEvents(other, 3);
		await new Promise((resolve) => setTimeout(resolve, 5));
		engine.setCredential(await credentialFor(other));
		await engine.activate('update');
		const after = await logEvents(other, 2);
		org.clearRequests();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([...before, ...after]);
		expect(org.requests()).toEqual([]);
	});
});

describe('The option "Look Back (Hours)"', () => {
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
		['soon', 0],
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

	it('counts once: unpublished and published again, the trigger goes on where it stopped', async () => {
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

	it('go on after one that failed', async () => {
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
	it('shows the latest ten that match, the newest first, and remembers nothing', async () => {
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

	it('works before the workflow was ever published, and leaves nothing behind', async () => {
		const { org, engine } = await start();
		const uuids = await logEvents(org, 1);

		expect((await engine.runManually()).map(({ uuid }) => uuid)).toEqual(uuids);
		expect(engine.staticData()).toEqual({});
	});

	it('says what to do where nothing matches', async () => {
		const { org, engine } = await start({ parameters: { outcomes: ['DENY'] } });
		await logEvents(org, 3);

		expect(await messageOf(engine.runManually())).toBe(
			'Okta has no MFA sign-in of the last seven days that the filters let through. Sign in to Okta with MFA or clear some filters, then try again.',
		);
	});

	it('says when the rate limit is used up', async () => {
		const { org, engine } = await start();
		org.faults.addFault({ path: LOGS, status: 429, headers: resetIn(600) });

		expect(await messageOf(engine.runManually())).toMatch(
			/rate limit for the System Log.*after 20/,
		);
	});
});

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
		running.push({
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
		answerWith(org, [event], linkOf(stranger.url, org.url));
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
		answerWith(org, events);
		await engine.poll();
		expect(engine.items()).toHaveLength(1_000);
		answerWith(org, events);
		await engine.poll();

		expect(engine.failures()).toEqual([expect.stringMatching(/header 'Link'.*proxy/)]);
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
	];

	it.each(['eventCard', 'rawEvent'])('comes through, each once: %s', async (output) => {
		const { org, engine } = await startActive({ parameters: { output }, keeping: 'durable' });
		const link = `<${org.url}${LOGS}?after=x>; rel="next"`;
		answerWith(org, [null, 'text', 7, [], ...STRANGE, ...STRANGE], link);
		answerWith(org, []);
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
		expect(JSON.stringify(engine.staticData()).length).toBeLessThan(80_000);
	});
});
