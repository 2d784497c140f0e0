import type { IDataObject } from 'n8n-workflow';

import { ownerOf } from '../../nodes/shared/owner';
import { advance, createCursor, markDone } from '../../nodes/shared/systemLog/cursor';
import type { LogCursor } from '../../nodes/shared/systemLog/cursor';
import { forgetCursor, readCursor, storeCursor } from '../../nodes/shared/systemLog/cursorStore';
import { mfaEvent } from './fixtures/events';
import { OTHER_OWNER, OWNER } from './fixtures/hooks';
import { node } from './fixtures/node';
import { StoredWorkflow } from './fixtures/storedWorkflow';

const ORG = { owner: OWNER, orgUrl: 'https://acme.okta.com', orgId: '00o1' };
const START = new Date('2026-03-04T08:00:00.000Z');
const LATER = Date.parse('2026-03-04T08:20:00.000Z');

const created = createCursor(ORG, 'eventType eq "x"', START);

/** A cursor with every field set. */
const cursor = advance(
	advance(markDone(created, ['a', 'b'], LATER), [mfaEvent()], '/next', LATER),
	[],
	'/later',
	LATER,
);

/** A workflow with a cursor in it. */
function workflowWith(stored: LogCursor): StoredWorkflow {
	const workflow = new StoredWorkflow();
	storeCursor(workflow.contextFor(), stored);
	return workflow;
}

/** A workflow with this in place of the cursor, in both kinds of static data or in one. */
function workflowHolding(data: unknown, places: Array<'node' | 'global'> = ['node', 'global']) {
	const keys = { node: 'systemLog', global: 'oktaSystemLog/node-1' };
	const names = { node: `node:${node.name}`, global: 'global' };
	return new StoredWorkflow(
		Object.fromEntries(
			places.map((place) => [names[place], { [keys[place]]: data } as IDataObject]),
		),
	);
}

const read = (workflow: StoredWorkflow) => readCursor(workflow.contextFor(), OWNER);

describe('The cursor that n8n stores', () => {
	it('doesn’t exist before the node has read the log', () => {
		const workflow = new StoredWorkflow();
		expect(read(workflow)).toBeUndefined();
		expect(workflow.isChanged).toBe(false);
	});

	it('is the same after a restart of n8n', () => {
		const workflow = workflowWith(cursor);
		workflow.restart();
		expect(read(workflow)).toEqual(cursor);
		storeCursor(workflow.contextFor(), read(workflow)!);
		workflow.restart();
		expect(read(workflow)).toEqual(cursor);
	});

	it('is stored by n8n whenever it changes, because n8n detects the change', () => {
		const workflow = workflowWith(cursor);
		expect(workflow.isChanged).toBe(true);
		workflow.restart();
		expect(workflow.isChanged).toBe(false);
		storeCursor(workflow.contextFor(), markDone(cursor, ['c'], LATER));
		expect(workflow.isChanged).toBe(true);
	});

	it('contains nothing from an earlier one: a position that is no longer known is gone', () => {
		const workflow = workflowWith(cursor);
		storeCursor(workflow.contextFor(), created);
		expect(read(workflow)).toEqual(created);
	});

	it('is separate from other nodes’ cursors in the workflow', () => {
		const workflow = workflowWith(cursor);
		const other = { node: { id: 'node-2', name: 'Okta User MFA Trigger1' } };
		const context = workflow.contextFor(other);
		const owner = ownerOf(context);
		expect(readCursor(context, owner)).toBeUndefined();
		storeCursor(context, { ...created, owner });
		expect(readCursor(context, owner)).toEqual({ ...created, owner });
		expect(read(workflow)).toEqual(cursor);
	});

	it('leaves other static data of the workflow alone', () => {
		const others = { global: { count: 7 }, [`node:${node.name}`]: { hookId: 'who1' } };
		const workflow = new StoredWorkflow(structuredClone(others));
		storeCursor(workflow.contextFor(), cursor);
		expect(workflow.stored).toMatchObject(others);
		forgetCursor(workflow.contextFor());
		expect(workflow.stored).toEqual(others);
	});
});

describe('A node with another name', () => {
	it('finds its cursor even though n8n stores static data by name', () => {
		const workflow = workflowWith(cursor);
		workflow.restart();
		const context = workflow.contextFor({ node: { name: 'MFA sign-ins' } });
		expect(context.getWorkflowStaticData('node')).toEqual({});
		expect(readCursor(context, OWNER)).toEqual(cursor);
	});

	it('finds its cursor even if another node now has its old name', () => {
		const workflow = workflowWith(cursor);
		const newNode = workflow.contextFor({ node: { id: 'node-2' } });
		const owner = ownerOf(newNode);
		expect(readCursor(newNode, owner)).toBeUndefined();
		storeCursor(newNode, { ...created, owner });
		const renamed = workflow.contextFor({ node: { name: 'MFA sign-ins' } });
		expect(readCursor(renamed, OWNER)).toEqual(cursor);
	});

	it('finds its latest cursor when it’s renamed back', () => {
		const workflow = workflowWith(created);
		storeCursor(workflow.contextFor({ node: { name: 'MFA sign-ins' } }), cursor);
		workflow.restart();
		expect(readCursor(workflow.contextFor(), OWNER)).toEqual(cursor);
	});
});

describe('A cursor that was copied along', () => {
	it.each([
		['another n8n', OTHER_OWNER],
		['another workflow', 'instance-1/workflow-2/node-1'],
		['another node', 'instance-1/workflow-1/node-2'],
	])('from %s doesn’t apply to this node', (_what, owner) => {
		expect(read(workflowWith({ ...cursor, owner }))).toBeUndefined();
	});

	it('doesn’t hide the node’s own', () => {
		const workflow = workflowWith(cursor);
		workflow.contextFor().getWorkflowStaticData('node').systemLog = {
			...created,
			owner: OTHER_OWNER,
		} as unknown as IDataObject;
		expect(read(workflow)).toEqual(cursor);
	});
});

describe('Invalid data in place of the cursor', () => {
	it.each<[string, unknown]>([
		['nothing', null],
		['text', 'cursor'],
		['a number', 7],
		['a list', [cursor]],
		['an empty object', {}],
		['no owner', { ...cursor, owner: undefined }],
		['an owner that isn’t text', { ...cursor, owner: { id: OWNER } }],
		['no org', { ...cursor, orgUrl: undefined }],
		['an org that isn’t text', { ...cursor, orgUrl: 1 }],
		['no filter', { ...cursor, filter: undefined }],
		['a filter that isn’t text', { ...cursor, filter: ['x'] }],
		['no start', { ...cursor, start: undefined }],
		['an empty start', { ...cursor, start: '' }],
		['no time', { ...cursor, time: undefined }],
		['an invalid time', { ...cursor, time: 'soon' }],
		['a time that isn’t text', { ...cursor, time: 1_780_000_000_000 }],
		['no list of events', { ...cursor, seen: undefined }],
		['a list of events that isn’t a list', { ...cursor, seen: {} }],
	])('counts as no cursor: %s', (_what, data) => {
		expect(read(workflowHolding(data))).toBeUndefined();
	});

	it.each(['node', 'global'] as const)(
		'doesn’t hide the cursor in the other place: garbage for the %s',
		(place) => {
			const workflow = workflowWith(cursor);
			const key = { node: 'systemLog', global: 'oktaSystemLog/node-1' }[place];
			workflow.contextFor().getWorkflowStaticData(place)[key] = 'garbage';
			expect(read(workflow)).toEqual(cursor);
		},
	);

	it('is left out if the field is optional', () => {
		const [page] = cursor.seen;
		const seen = [null, 'x', {}, { readAt: 1, digests: [] }, { readAt: page.readAt }, page];
		const data = { ...cursor, orgId: 1, next: {}, end: 'soon', seen };
		expect(read(workflowHolding(data))).toEqual({
			...cursor,
			orgId: undefined,
			next: undefined,
			end: undefined,
			seen: [page],
		});
	});

	it('is left out if the field is unknown', () => {
		expect(read(workflowHolding({ ...cursor, more: 'garbage' }))).toEqual(cursor);
	});
});

describe('A forgotten cursor', () => {
	it('leaves nothing in the static data, and n8n stores the change', () => {
		const workflow = workflowWith(cursor);
		workflow.restart();
		forgetCursor(workflow.contextFor());
		expect(workflow.isChanged).toBe(true);
		expect(workflow.stored).toEqual({ [`node:${node.name}`]: {}, global: {} });
		expect(read(workflow)).toBeUndefined();
	});

	it('isn’t found under a different name of the node', () => {
		const workflow = workflowWith(cursor);
		forgetCursor(workflow.contextFor());
		const renamed = workflow.contextFor({ node: { name: 'MFA sign-ins' } });
		expect(readCursor(renamed, OWNER)).toBeUndefined();
	});

	it('may not have existed', () => {
		expect(() => forgetCursor(new StoredWorkflow().contextFor())).not.toThrow();
	});
});
