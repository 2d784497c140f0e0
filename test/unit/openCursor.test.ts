import type { Okta } from '../../nodes/shared/okta/client';
import { advance, createCursor, markDone } from '../../nodes/shared/systemLog/cursor';
import type { LogCursor } from '../../nodes/shared/systemLog/cursor';
import { storeCursor } from '../../nodes/shared/systemLog/cursorStore';
import { forgetReader, readerOf } from '../../nodes/shared/systemLog/memory';
import { openCursor } from '../../nodes/shared/systemLog/openCursor';
import { mfaEvent } from './fixtures/events';
import { OTHER_OWNER, OWNER } from './fixtures/hooks';
import { StoredWorkflow } from './fixtures/storedWorkflow';

const KEY = 'workflow-1/node-1';
const FILTER = 'eventType eq "x"';
const ACME = 'https://acme.okta.com';
const CUSTOM_DOMAIN = 'https://login.acme.example';
const NOW = new Date('2026-03-04T12:00:00.000Z');

/** The org that a credential points to. */
function orgAt(orgUrl: string, id: string | undefined): Okta {
	return { orgUrl, readOrgId: async () => await Promise.resolve(id) } as unknown as Okta;
}

const acme = orgAt(ACME, '00o1');

/** Where a node stopped in the log an hour ago. */
function stoppedAt(changes: Partial<LogCursor> = {}): LogCursor {
	const anHourAgo = Date.parse('2026-03-04T11:00:00.000Z');
	const org = { owner: OWNER, orgUrl: ACME, orgId: '00o1' };
	const created = createCursor(org, FILTER, new Date(anHourAgo));
	const cursor = advance(markDone(created, ['a'], anHourAgo), [mfaEvent()], '/next', anHourAgo);
	return { ...cursor, ...changes };
}

/** Opens the cursor of a node in this workflow with its current filter. */
async function open(okta: Okta, workflow = new StoredWorkflow(), filter = FILTER) {
	return await openCursor(workflow.contextFor(), okta, KEY, filter, () => NOW);
}

/** A workflow that n8n has stored with this cursor. */
function workflowWith(cursor: LogCursor): StoredWorkflow {
	const workflow = new StoredWorkflow();
	storeCursor(workflow.contextFor(), cursor);
	workflow.restart();
	return workflow;
}

const CREATED = createCursor({ owner: OWNER, orgUrl: ACME, orgId: '00o1' }, FILTER, NOW);

afterEach(() => forgetReader(KEY));

describe('A node that has never read the System Log', () => {
	it('starts at the given time', async () => {
		expect(await open(acme)).toEqual(CREATED);
	});

	it('starts without the org’s ID if Okta doesn’t return it', async () => {
		expect(await open(orgAt(ACME, undefined))).toEqual({ ...CREATED, orgId: undefined });
	});

	it('starts over if it’s a copy of another node with that node’s cursor', async () => {
		expect(await open(acme, workflowWith(stoppedAt({ owner: OTHER_OWNER })))).toEqual(CREATED);
	});
});

describe('A node that has read the System Log before', () => {
	it('continues where it stopped according to n8n', async () => {
		expect(await open(acme, workflowWith(stoppedAt()))).toEqual(stoppedAt());
	});

	it('continues where it stopped in this process, even if n8n stored an older cursor', async () => {
		const older = workflowWith(stoppedAt());
		const latest = markDone(stoppedAt({ next: '/later' }), ['b'], NOW.getTime());
		readerOf(KEY).cursor = latest;
		expect(await open(acme, older)).toEqual(latest);
		expect(await open(acme, new StoredWorkflow())).toEqual(latest);
	});

	it('doesn’t request the org’s ID if the URL is the same', async () => {
		const readOrgId = async () => await Promise.reject(new Error('Unexpected call'));
		const okta = { orgUrl: ACME, readOrgId } as unknown as Okta;
		expect(await open(okta, workflowWith(stoppedAt()))).toEqual(stoppedAt());
	});

	it('continues at another URL of the same org, e.g. a custom domain', async () => {
		const workflow = workflowWith(stoppedAt());
		expect(await open(orgAt(CUSTOM_DOMAIN, '00o1'), workflow)).toEqual(
			stoppedAt({ orgUrl: CUSTOM_DOMAIN }),
		);
	});

	it('starts over in another org', async () => {
		const other = orgAt('https://other.okta.com', '00o2');
		const created = { ...CREATED, orgUrl: 'https://other.okta.com', orgId: '00o2' };
		expect(await open(other, workflowWith(stoppedAt()))).toEqual(created);
		readerOf(KEY).cursor = stoppedAt();
		expect(await open(other)).toEqual(created);
	});

	it.each([
		['the previous org', undefined, '00o1'],
		['the current org', '00o1', undefined],
		['both orgs', undefined, undefined],
	])('continues rather than lose events if the ID of %s is unknown', async (_what, before, now) => {
		const workflow = workflowWith(stoppedAt({ orgId: before }));
		expect(await open(orgAt(CUSTOM_DOMAIN, now), workflow)).toEqual(
			stoppedAt({ orgId: before ?? now, orgUrl: CUSTOM_DOMAIN }),
		);
	});

	it('searches by time if its filter has changed, and still knows which events are done', async () => {
		const changed = await open(acme, workflowWith(stoppedAt()), 'eventType eq "y"');
		expect(changed).toEqual(stoppedAt({ filter: 'eventType eq "y"', next: undefined }));
	});

	it('starts over with its new filter in another org', async () => {
		const other = orgAt('https://other.okta.com', '00o2');
		const created = await open(other, workflowWith(stoppedAt()), 'eventType eq "y"');
		expect(created).toMatchObject({
			filter: 'eventType eq "y"',
			time: NOW.toISOString(),
			seen: [],
		});
	});
});
