import type { IDataObject } from 'n8n-workflow';

import { createPollingEngine } from '../../lab/n8n-core/polling-engine';
import { RELEASES } from '../../lab/n8n-core/polling-engine-types';
import {
	catchUp,
	credentialFor,
	HOUR,
	logEarlier,
	logEvent,
	logEvents,
	LOGS,
	moment,
	queries,
	start,
	startActive,
	startOrg,
	stopAll,
	uuidsOf,
} from './polling-setup';
import type { Setup } from './polling-setup';

afterEach(stopAll);

describe.each(RELEASES)('In %s, the trigger', (release) => {
	it('hands on what happened while n8n was off, each once, in order', async () => {
		const { org, engine } = await startActive({ release });
		const before = await logEvents(org, 3);
		await engine.poll();
		const meanwhile = await logEvents(org, 250);
		await engine.restart();
		await catchUp(engine);
		await engine.restart();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([...before, ...meanwhile]);
		const sizes = engine.executions().map((items) => items.length);
		expect(sizes.filter((size) => size > 0)).toEqual([3, 250]);
	});

	it('knows from when on, also when n8n ends before the first event', async () => {
		const { org, engine } = await startActive({ release });
		await engine.poll();
		const uuids = await logEvents(org, 3);
		await engine.restart();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('knows from when on, also when n8n ends right after the workflow was published', async () => {
		const { org, engine } = await startActive({ release });
		const uuids = await logEvents(org, 3);
		await moment();
		await engine.restart();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('begins with the activation, and not before', async () => {
		const { org, engine, ...rest } = await start({ release });
		await logEarlier({ org, engine, ...rest }, 60_000);
		await engine.activate();
		const [uuid] = await logEvents(org, 1);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([uuid]);
	});

	it('gives nothing twice from an old place that n8n went back to', async () => {
		const { org, engine } = await startActive({ release });
		const old = engine.staticData();
		const uuids = await logEvents(org, 1_500);
		await catchUp(engine);
		engine.setStaticData(old);
		await engine.restart();
		await catchUp(engine);
		const more = await logEvents(org, 2);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([...uuids, ...more]);
		expect(engine.log()).toEqual([]);
	});

	it('goes on when the node is renamed', async () => {
		const { org, engine } = await startActive({ release });
		const before = await logEvents(org, 2);
		await catchUp(engine);
		engine.renameNode('Sign-ins');
		const after = await logEvents(org, 2);
		await moment();
		await engine.restart();
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual([...before, ...after]);
	});

	it('goes on where it stopped when the node gets an earlier name back', async () => {
		const { org, engine } = await startActive({ release });
		const uuids: string[] = [];
		for (const name of ['Sign-ins', 'MFA', 'Sign-ins']) {
			engine.renameNode(name);
			await engine.restart();
			uuids.push(...(await logEvents(org, 2)));
			await catchUp(engine);
		}

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it.each([
		['another workflow', { workflowId: 'wf2' }],
		['another n8n', { instanceId: 'instance2' }],
	])('begins anew in a copy that is %s', async (_where, copy) => {
		const { org, engine } = await startActive({ release });
		await logEvents(org, 2);
		await catchUp(engine);
		await logEvents(org, 2);
		await moment();
		const copied = createPollingEngine({
			credential: await credentialFor(org),
			release,
			staticData: engine.staticData(),
			...copy,
		});
		await copied.activate();
		const uuids = await logEvents(org, 2);
		await catchUp(copied);
		await copied.restart();
		await catchUp(copied);

		expect(uuidsOf(copied)).toEqual(uuids);
	});

	it('gives nothing twice and starts nothing when there is nothing new', async () => {
		const { org, engine } = await startActive({ release });
		await logEvents(org, 1);
		await catchUp(engine);

		expect(engine.executions()).toHaveLength(1);
		expect(engine.failures()).toEqual([]);
	});
});

describe('With durable cursors', () => {
	it('a start of n8n hands on nothing again', async () => {
		const { org, engine } = await startActive({ release: 'n8n 2.41 with durable cursors' });
		await logEvents(org, 3);
		await catchUp(engine, 2);
		await engine.restart();
		await catchUp(engine);

		expect(engine.executions().map((items) => items.length)).toEqual([3]);
	});
});

/** Makes Okta refuse the place up to which the log was read. */
const losses: Array<[string, (setup: Setup) => void]> = [
	[
		'rejects the cursor',
		({ engine }) => {
			const next = `${LOGS}?after=bm9uc2Vuc2U&sortOrder=ASCENDING`;
			engine.editCursor({ next });
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
		// Nothing was handed on again for the executions to drop.
		expect(setup.engine.executions()).not.toContainEqual([]);
	}

	it('goes on from the time of the last event, without repeats', async () => {
		const setup = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = await logEvents(setup.org, 3);
		await catchUp(setup.engine, 2);
		const after = await logEvents(setup.org, 3);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...before, ...after]);
		expect(queries(setup.org).some((query) => query.has('since'))).toBe(true);
	});

	it('knows the repeats of thousands of events', async () => {
		const setup = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = await logEvents(setup.org, 3_000);
		await catchUp(setup.engine, 2);
		const after = await logEvents(setup.org, 3);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...before, ...after]);
	});

	it('brings each event that was stored late, and none twice', async () => {
		const setup = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const published = new Date(Date.now() - 2 * HOUR).toISOString();
		const known = [await logEvent(setup.org, { published }), await logEvent(setup.org)];
		await catchUp(setup.engine, 2);
		const late = await logEvent(setup.org, { published });
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...known, late]);
	});

	it('goes back no further than to the activation', async () => {
		const setup = await start({ release: 'n8n 2.41 with durable cursors' });
		await logEarlier(setup, 60_000);
		await setup.engine.activate();
		const before = await logEvents(setup.org, 1);
		await catchUp(setup.engine, 2);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual(before);
	});

	it('misses nothing after an event that claims to be from the future', async () => {
		const setup = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = [await logEvent(setup.org, { published: '2999-01-01T00:00:00.000Z' })];
		await catchUp(setup.engine, 2);
		const after = await logEvents(setup.org, 2);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...before, ...after]);
	});
});

describe('After a pause of more than the 90 days for which Okta keeps events', () => {
	it('Okta is asked for those days', async () => {
		const { org, engine } = await startActive();
		const longAgo = new Date(Date.now() - 200 * 24 * HOUR).toISOString();
		engine.editCursor({ next: null, start: longAgo, time: longAgo });
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
		engine.editCursor(data);
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
		await engine.poll();
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
		await moment();
		engine.setCredential(await credentialFor(other));
		await engine.activate('update');
		const after = await logEvents(other, 2);
		org.clearRequests();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([...before, ...after]);
		expect(org.requests()).toEqual([]);
	});

	it('of the org’s address goes on', async () => {
		const { org, engine } = await startActive();
		const before = await logEvents(org, 1);
		await catchUp(engine, 2);
		const between = await logEvents(org, 1);
		await moment();
		engine.setCredential({ url: org.otherUrl });
		await engine.activate('update');
		const after = await logEvents(org, 1);
		await engine.restart();
		org.clearRequests();
		await engine.poll();

		expect(org.requests().filter(({ path }) => !path.startsWith(LOGS))).toEqual([]);
		expect(uuidsOf(engine)).toEqual([...before, ...between, ...after]);
		expect(engine.items().at(-1)?.source).toBe(`${org.otherUrl}/api/v1/logs`);
	});

	it('of the org’s address goes on, also when Okta does not tell which org it is', async () => {
		const { org, engine } = await startActive();
		await logEvents(org, 1);
		await catchUp(engine, 2);
		const between = await logEvents(org, 1);
		await moment();
		org.faults.addFault({ path: '/.well-known/okta-organization', status: 503 });
		engine.setCredential({ url: org.otherUrl });
		await engine.activate('update');

		expect(uuidsOf(engine).slice(1)).toEqual(between);
	});

	it('of the filter while events are open loses none of them', async () => {
		const { org, engine } = await startActive();
		const denied = await logEvents(org, 2, 'pushDenied');
		engine.failExecutions(1);
		await engine.poll();
		engine.setParameters({ outcomes: ['FAILURE'] });
		await engine.activate('update');
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(denied);
	});

	it('of a filter that n8n applies counts from the next poll', async () => {
		const { org, engine } = await startActive({ parameters: { factors: ['SMS_FACTOR'] } });
		await logEvents(org, 1, 'password');
		const before = await logEvents(org, 1);
		await engine.poll();
		engine.setParameters({});
		await engine.activate('update');
		const after = await logEvents(org, 1, 'password');
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual([...before, ...after]);
	});
});
