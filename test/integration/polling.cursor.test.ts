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
	it('emits the events from while n8n was off, once each and in order', async () => {
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

	it('remembers when it was published if n8n stops before the first event', async () => {
		const { org, engine } = await startActive({ release });
		await engine.poll();
		const uuids = await logEvents(org, 3);
		await engine.restart();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('remembers when it was published if n8n stops right after that', async () => {
		const { org, engine } = await startActive({ release });
		const uuids = await logEvents(org, 3);
		await moment();
		await engine.restart();
		await engine.poll();

		expect(uuidsOf(engine)).toEqual(uuids);
	});

	it('starts with the time it was published and not earlier', async () => {
		const { org, engine, ...rest } = await start({ release });
		await logEarlier({ org, engine, ...rest }, 60_000);
		await engine.activate();
		const [uuid] = await logEvents(org, 1);
		await engine.poll();

		expect(uuidsOf(engine)).toEqual([uuid]);
	});

	it('emits nothing twice if n8n goes back to an old cursor', async () => {
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

	it('continues when the node is renamed', async () => {
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

	it('resumes where it left off when the node gets a previous name back', async () => {
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
		['on another n8n', { instanceId: 'instance2' }],
	])('starts over in a copy that is %s', async (_where, copy) => {
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

	it('starts nothing if there are no new events', async () => {
		const { org, engine } = await startActive({ release });
		await logEvents(org, 1);
		await catchUp(engine);

		expect(engine.executions()).toHaveLength(1);
		expect(engine.failures()).toEqual([]);
	});
});

describe('With durable cursors', () => {
	it('restarting n8n does not emit anything again', async () => {
		const { org, engine } = await startActive({ release: 'n8n 2.41 with durable cursors' });
		await logEvents(org, 3);
		await catchUp(engine, 2);
		await engine.restart();
		await catchUp(engine);

		expect(engine.executions().map((items) => items.length)).toEqual([3]);
	});
});

/** Ways for Okta to stop accepting the cursor. */
const losses: Array<[string, (setup: Setup) => void]> = [
	[
		'rejects the cursor',
		({ engine }) => {
			const next = `${LOGS}?after=bm9uc2Vuc2U&sortOrder=ASCENDING`;
			engine.editCursor({ next });
		},
	],
	...['E0000001', 'E0000029', 'E0000031'].map((errorCode): [string, (setup: Setup) => void] => [
		`rejects the cursor with ${errorCode}`,
		({ org }) => {
			const errorCauses = [{ errorSummary: 'Invalid cursor.' }];
			const body = { errorCode, errorSummary: 'Invalid paging request.', errorCauses };
			org.faults.addFault({ path: LOGS, status: 400, times: 1, body });
		},
	]),
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
		// No repeats were emitted that the executions would have dropped.
		expect(setup.engine.executions()).not.toContainEqual([]);
	}

	it('the trigger continues from the time of the last event without repeats', async () => {
		const setup = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = await logEvents(setup.org, 3);
		await catchUp(setup.engine, 2);
		const after = await logEvents(setup.org, 3);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...before, ...after]);
		expect(queries(setup.org).some((query) => query.has('since'))).toBe(true);
	});

	it('the trigger recognizes repeats among thousands of events', async () => {
		const setup = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = await logEvents(setup.org, 3_000);
		await catchUp(setup.engine, 2);
		const after = await logEvents(setup.org, 3);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...before, ...after]);
	});

	it('the trigger emits events that were stored late, and none twice', async () => {
		const setup = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const published = new Date(Date.now() - 2 * HOUR).toISOString();
		const known = [await logEvent(setup.org, { published }), await logEvent(setup.org)];
		await catchUp(setup.engine, 2);
		const late = await logEvent(setup.org, { published });
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...known, late]);
	});

	it('the trigger goes back no further than the time it was published', async () => {
		const setup = await start({ release: 'n8n 2.41 with durable cursors' });
		await logEarlier(setup, 60_000);
		await setup.engine.activate();
		const before = await logEvents(setup.org, 1);
		await catchUp(setup.engine, 2);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual(before);
	});

	it('the trigger misses nothing after an event with a future timestamp', async () => {
		const setup = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const before = [await logEvent(setup.org, { published: '2999-01-01T00:00:00.000Z' })];
		await catchUp(setup.engine, 2);
		const after = await logEvents(setup.org, 2);
		await loseAndStart(setup);

		expect(uuidsOf(setup.engine)).toEqual([...before, ...after]);
	});
});

describe('When Okta does not renew the connection', () => {
	it('the trigger reports that and keeps its position', async () => {
		const setup = await startActive({ release: 'n8n 2.41 with durable cursors' });
		const { org, engine } = setup;
		const before = await logEvents(org, 3);
		await catchUp(engine, 2);
		const after = await logEvents(org, 3);
		org.expireAccessTokens();
		const body = { errorCode: 'invalid_client', errorSummary: 'Unknown client_id.' };
		org.faults.addFault({ path: '/oauth2/v1/token', status: 400, times: 1, body });
		await engine.poll();
		expect(engine.failures()).toEqual([
			expect.stringContaining("doesn't recognize this client ID"),
		]);
		org.clearRequests();
		await catchUp(engine, 2);

		expect(uuidsOf(engine)).toEqual([...before, ...after]);
		expect(queries(org).every((query) => query.has('after'))).toBe(true);
	});
});

describe('After a pause longer than the 90 days that Okta keeps events', () => {
	it('the trigger requests only those days', async () => {
		const { org, engine } = await startActive();
		const longAgo = new Date(Date.now() - 200 * 24 * HOUR).toISOString();
		engine.editCursor({ next: null, start: longAgo, time: longAgo });
		await engine.restart();

		const [query] = queries(org);
		expect(Date.parse(query.get('since') ?? '')).toBeGreaterThan(Date.now() - 91 * 24 * HOUR);
	});
});

describe('Invalid static data', () => {
	it.each<[string, IDataObject]>([
		['invalid times', { time: 'yesterday', start: 'once' }],
		['seen events that are not an array', { seen: 'everything' }],
		['an array of seen events with invalid entries', { seen: [null, 7, { digests: 1 }] }],
		['an invalid next link', { next: 7 }],
	])('does not stop the trigger: %s', async (_what, data) => {
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
	it('of a filter that Okta applies causes no gaps or repeats', async () => {
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

	it('to a wider filter does not emit what the old filter left out', async () => {
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

	it('of the org starts over in the new org', async () => {
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

	it('of the org’s URL does not start over', async () => {
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

	it('of the org’s URL does not start over even if Okta does not return the org ID', async () => {
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

	it('of the filter while events are pending loses none of them', async () => {
		const { org, engine } = await startActive();
		const denied = await logEvents(org, 2, 'pushDenied');
		engine.failExecutions(1);
		await engine.poll();
		engine.setParameters({ outcomes: ['FAILURE'] });
		await engine.activate('update');
		await catchUp(engine);

		expect(uuidsOf(engine)).toEqual(denied);
	});

	it('of a filter that n8n applies takes effect at the next poll', async () => {
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
