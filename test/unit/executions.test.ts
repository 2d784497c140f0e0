import type { WorkflowExecuteMode } from 'n8n-workflow';

import { seenEvents } from '../../nodes/shared/events/seen';
import { dropProcessed, recordRun, runsElsewhere } from '../../nodes/shared/executions';
import { flushPromises, MINUTE } from './fixtures/clock';
import { ExecutedNode, itemsOf } from './fixtures/execution';

const itself = (id: string) => id;

let nodes = 0;

/** A node without any history. */
function newNode(): ExecutedNode {
	nodes += 1;
	return new ExecutedNode(`node-${nodes}`);
}

/** The ids of the items that an execution continues with. */
async function execute(node: ExecutedNode, ids: string[], mode?: WorkflowExecuteMode) {
	const items = await dropProcessed(node.contextFor(itemsOf(...ids), mode));
	return items.map(({ json }) => json.uuid);
}

describe('An execution', () => {
	it('continues with all its events if the node never had them', async () => {
		const node = newNode();
		expect(await execute(node, ['a', 'b'])).toEqual(['a', 'b']);
		expect(await execute(node, ['c'])).toEqual(['c']);
	});

	it('drops the events that an earlier one had', async () => {
		const node = newNode();
		await execute(node, ['a', 'b']);
		expect(await execute(node, ['b', 'c', 'a', 'd'])).toEqual(['c', 'd']);
	});

	it('continues with nothing if an earlier one had all its events', async () => {
		const node = newNode();
		await execute(node, ['a', 'b'], 'webhook');
		expect(await execute(node, ['a', 'b'], 'trigger')).toEqual([]);
	});

	it('doesn’t copy or change its items', async () => {
		const node = newNode();
		await execute(node, ['a']);
		const items = [...itemsOf('a'), { json: { uuid: 'b', more: [1] }, pairedItem: 0 }];
		const left = await dropProcessed(node.contextFor(items));
		expect(left).toHaveLength(1);
		expect(left[0]).toBe(items[1]);
	});

	it('always keeps items without an id, since they can’t be told apart', async () => {
		const node = newNode();
		const items = [undefined, null, '', 7, {}].map((uuid) => ({ json: { uuid } }));
		const context = node.contextFor([...items, { json: {} }]);
		expect(await dropProcessed(context)).toHaveLength(6);
		expect(await dropProcessed(context)).toHaveLength(6);
	});

	it('ignores what another node had', async () => {
		await execute(newNode(), ['a']);
		expect(await execute(newNode(), ['a'])).toEqual(['a']);
	});

	it('asks n8n to remember the node’s latest 10,000 events', async () => {
		const node = newNode();
		await dropProcessed(node.contextFor([...itemsOf('a', 'b'), { json: {} }]));
		expect(node.lookups).toEqual([[['a', 'b'], 'node', { mode: 'entries', maxEntries: 10_000 }]]);
	});

	it.each<WorkflowExecuteMode>(['manual', 'retry', 'evaluation', 'integrated', 'error', 'cli'])(
		'keeps everything in mode "%s" without even asking n8n',
		async (mode) => {
			const node = newNode();
			await execute(node, ['a']);
			expect(await execute(node, ['a', 'b'], mode)).toEqual(['a', 'b']);
			expect(node.lookups).toHaveLength(1);
			expect(await execute(node, ['b'])).toEqual(['b']);
		},
	);

	it('keeps everything if n8n’s check fails, since that’s better than losing events', async () => {
		const node = newNode();
		await execute(node, ['a']);
		node.failure = new Error('The database is locked');
		expect(await execute(node, ['a', 'b'])).toEqual(['a', 'b']);
		expect(node.log).toEqual([
			"n8n couldn't check which events it has already processed: The database is locked",
		]);
		node.failure = undefined;
		expect(await execute(node, ['a', 'c'])).toEqual(['c']);
	});
});

describe('Concurrent executions', () => {
	it('ask n8n one at a time, because n8n doesn’t lock its list', async () => {
		const node = newNode();
		const runs = await Promise.all([
			execute(node, ['a', 'b']),
			execute(node, ['b', 'c']),
			execute(node, ['c', 'd']),
		]);
		expect(runs).toEqual([['a', 'b'], ['c'], ['d']]);
		expect(await execute(node, ['a', 'b', 'c', 'd'])).toEqual([]);
	});

	it('don’t fail because another one fails', async () => {
		const node = newNode();
		node.failure = new Error('The database is locked');
		const failing = execute(node, ['a']);
		await flushPromises();
		node.failure = undefined;
		expect(await Promise.all([failing, execute(node, ['b'])])).toEqual([['a'], ['b']]);
	});

	it('of other nodes don’t wait for each other', async () => {
		const slow = newNode();
		const context = slow.contextFor(itemsOf('a'));
		context.helpers.checkProcessedAndRecord = async () => await new Promise(() => {});
		void dropProcessed(context);
		expect(await execute(newNode(), ['a'])).toEqual(['a']);
	});
});

describe('An execution that runs', () => {
	it('marks its events as done, so no poll or delivery claims them', async () => {
		const node = newNode();
		seenEvents.claimPolled(node.key, ['a'], itself);
		await seenEvents.claim(node.key, ['b'], itself);
		await execute(node, ['a', 'b']);
		expect(['a', 'b'].map(seenEvents.progressOf(node.key))).toEqual(['done', 'done']);
	});

	it('does so immediately, before n8n has looked them up', () => {
		const node = newNode();
		seenEvents.claimPolled(node.key, ['a'], itself);
		void execute(node, ['a']);
		expect(seenEvents.progressOf(node.key)('a')).toBe('done');
	});

	it('doesn’t do so in the editor', async () => {
		const node = newNode();
		const { settle } = seenEvents.claimPolled(node.key, ['a'], itself);
		await execute(node, ['a'], 'manual');
		expect(seenEvents.progressOf(node.key)('a')).toBe('pending');
		settle(false);
	});
});

describe('Where a trigger’s executions run', () => {
	beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
	afterEach(() => void jest.useRealTimers());

	/** Acknowledges deliveries that no execution follows within half an hour. */
	async function deliverInVain(key: string, count: number): Promise<void> {
		seenEvents.track(key);
		for (let index = 0; index < count; index += 1) {
			const claim = await seenEvents.claim(key, [`event ${index}`], itself);
			claim?.settle(true);
		}
		jest.setSystemTime(Date.now() + 30 * MINUTE);
	}

	it('is assumed to be here until one has run', () => {
		expect(runsElsewhere('workflow-1/unknown')).toBe(false);
	});

	it('is elsewhere if one ran but not here, as in queue mode', () => {
		const { key } = newNode();
		recordRun(key);
		expect(runsElsewhere(key)).toBe(true);
	});

	it('is elsewhere if three events were acknowledged half an hour ago but no execution ran', async () => {
		const { key } = newNode();
		await deliverInVain(key, 3);
		expect(runsElsewhere(key)).toBe(true);
	});

	it('is assumed to be here after one or two such events, which n8n 1 can lose', async () => {
		const { key } = newNode();
		await deliverInVain(key, 2);
		expect(runsElsewhere(key)).toBe(false);
	});

	it('is here if one ran here, no matter how many events are lost', async () => {
		const node = newNode();
		await execute(node, ['a']);
		await deliverInVain(node.key, 10);
		expect(runsElsewhere(node.key)).toBe(false);
	});

	it('is here once one has run here', async () => {
		const node = newNode();
		recordRun(node.key);
		await execute(node, ['a']);
		expect(runsElsewhere(node.key)).toBe(false);
		recordRun(node.key);
		expect(runsElsewhere(node.key)).toBe(false);
	});

	it('isn’t affected by a run in the editor', async () => {
		const node = newNode();
		recordRun(node.key);
		await execute(node, ['a'], 'manual');
		expect(runsElsewhere(node.key)).toBe(true);
	});

	it('is tracked per trigger', () => {
		recordRun(newNode().key);
		expect(runsElsewhere(newNode().key)).toBe(false);
	});
});
