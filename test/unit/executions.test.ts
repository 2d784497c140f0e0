import type { WorkflowExecuteMode } from 'n8n-workflow';

import { seenEvents } from '../../nodes/shared/events/seen';
import { dropProcessed, noteRun, runsElsewhere } from '../../nodes/shared/executions';
import { everythingElse, MINUTE } from './fixtures/clock';
import { ExecutedNode, itemsOf } from './fixtures/execution';

const itself = (id: string) => id;

let nodes = 0;

/** A node that nothing is known about. */
function newNode(): ExecutedNode {
	nodes += 1;
	return new ExecutedNode(`node-${nodes}`);
}

/** The ids of the items that an execution goes on with. */
async function execute(node: ExecutedNode, ids: string[], mode?: WorkflowExecuteMode) {
	const items = await dropProcessed(node.contextFor(itemsOf(...ids), mode));
	return items.map(({ json }) => json.uuid);
}

describe('An execution', () => {
	it('goes on with all its events if the node never had them', async () => {
		const node = newNode();
		expect(await execute(node, ['a', 'b'])).toEqual(['a', 'b']);
		expect(await execute(node, ['c'])).toEqual(['c']);
	});

	it('goes on without the events that an earlier one had', async () => {
		const node = newNode();
		await execute(node, ['a', 'b']);
		expect(await execute(node, ['b', 'c', 'a', 'd'])).toEqual(['c', 'd']);
	});

	it('ends with nothing if an earlier one had all its events', async () => {
		const node = newNode();
		await execute(node, ['a', 'b'], 'webhook');
		expect(await execute(node, ['a', 'b'], 'trigger')).toEqual([]);
	});

	it('goes on with its items as they are', async () => {
		const node = newNode();
		await execute(node, ['a']);
		const items = [...itemsOf('a'), { json: { uuid: 'b', more: [1] }, pairedItem: 0 }];
		const left = await dropProcessed(node.contextFor(items));
		expect(left).toHaveLength(1);
		expect(left[0]).toBe(items[1]);
	});

	it('always goes on with items without an id: nobody can tell them from others', async () => {
		const node = newNode();
		const items = [undefined, null, '', 7, {}].map((uuid) => ({ json: { uuid } }));
		const context = node.contextFor([...items, { json: {} }]);
		expect(await dropProcessed(context)).toHaveLength(6);
		expect(await dropProcessed(context)).toHaveLength(6);
	});

	it('doesn’t mind what another node had', async () => {
		await execute(newNode(), ['a']);
		expect(await execute(newNode(), ['a'])).toEqual(['a']);
	});

	it('has n8n remember the node’s latest 10,000 events', async () => {
		const node = newNode();
		await dropProcessed(node.contextFor([...itemsOf('a', 'b'), { json: {} }]));
		expect(node.questions).toEqual([[['a', 'b'], 'node', { mode: 'entries', maxEntries: 10_000 }]]);
	});

	it.each<WorkflowExecuteMode>(['manual', 'retry', 'evaluation', 'integrated', 'error', 'cli'])(
		'goes on with everything in mode "%s", and n8n isn’t even asked',
		async (mode) => {
			const node = newNode();
			await execute(node, ['a']);
			expect(await execute(node, ['a', 'b'], mode)).toEqual(['a', 'b']);
			expect(node.questions).toHaveLength(1);
			expect(await execute(node, ['b'])).toEqual(['b']);
		},
	);

	it('goes on with everything if n8n can’t tell, for it’s better than losing events', async () => {
		const node = newNode();
		await execute(node, ['a']);
		node.failure = new Error('The database is locked');
		expect(await execute(node, ['a', 'b'])).toEqual(['a', 'b']);
		expect(node.log).toEqual([
			"n8n can't tell which events it has processed: The database is locked",
		]);
		node.failure = undefined;
		expect(await execute(node, ['a', 'c'])).toEqual(['c']);
	});
});

describe('Executions at the same time', () => {
	it('ask n8n one after the other, for n8n reads and writes its list without a lock', async () => {
		const node = newNode();
		const runs = await Promise.all([
			execute(node, ['a', 'b']),
			execute(node, ['b', 'c']),
			execute(node, ['c', 'd']),
		]);
		expect(runs).toEqual([['a', 'b'], ['c'], ['d']]);
		expect(await execute(node, ['a', 'b', 'c', 'd'])).toEqual([]);
	});

	it('don’t fail with one that fails', async () => {
		const node = newNode();
		node.failure = new Error('The database is locked');
		const failing = execute(node, ['a']);
		await everythingElse();
		node.failure = undefined;
		expect(await Promise.all([failing, execute(node, ['b'])])).toEqual([['a'], ['b']]);
	});

	it('of other nodes don’t wait', async () => {
		const slow = newNode();
		const context = slow.contextFor(itemsOf('a'));
		context.helpers.checkProcessedAndRecord = async () => await new Promise(() => {});
		void dropProcessed(context);
		expect(await execute(newNode(), ['a'])).toEqual(['a']);
	});
});

describe('An execution that runs', () => {
	it('shows that its events are handed off: neither a poll nor a delivery takes them', async () => {
		const node = newNode();
		seenEvents.claimPolled(node.key, ['a'], itself);
		await seenEvents.claim(node.key, ['b'], itself);
		await execute(node, ['a', 'b']);
		expect(['a', 'b'].map(seenEvents.progressOf(node.key))).toEqual(['handed off', 'handed off']);
	});

	it('shows it at once, before n8n has looked for them', () => {
		const node = newNode();
		seenEvents.claimPolled(node.key, ['a'], itself);
		void execute(node, ['a']);
		expect(seenEvents.progressOf(node.key)('a')).toBe('handed off');
	});

	it('shows nothing of that in the editor', async () => {
		const node = newNode();
		const { settle } = seenEvents.claimPolled(node.key, ['a'], itself);
		await execute(node, ['a'], 'manual');
		expect(seenEvents.progressOf(node.key)('a')).toBe('in hand');
		settle(false);
	});
});

describe('Where a trigger’s executions run', () => {
	beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
	afterEach(() => void jest.useRealTimers());

	/** So many deliveries are acknowledged that no execution begins with, for half an hour. */
	async function deliverInVain(key: string, count: number): Promise<void> {
		seenEvents.track(key);
		for (let index = 0; index < count; index += 1) {
			const claim = await seenEvents.claim(key, [`event ${index}`], itself);
			claim?.settle(true);
		}
		jest.setSystemTime(Date.now() + 30 * MINUTE);
	}

	it('is taken for here until one ran', () => {
		expect(runsElsewhere('workflow-1/unknown')).toBe(false);
	});

	it('is elsewhere if one ran and it wasn’t here, as in queue mode', () => {
		const { key } = newNode();
		noteRun(key);
		expect(runsElsewhere(key)).toBe(true);
	});

	it('is elsewhere if three deliveries were acknowledged half an hour ago and none ran', async () => {
		const { key } = newNode();
		await deliverInVain(key, 3);
		expect(runsElsewhere(key)).toBe(true);
	});

	it('is taken for here after one or two such deliveries, which n8n 1 can lose', async () => {
		const { key } = newNode();
		await deliverInVain(key, 2);
		expect(runsElsewhere(key)).toBe(false);
	});

	it('is here if one ran here, however many deliveries are lost', async () => {
		const node = newNode();
		await execute(node, ['a']);
		await deliverInVain(node.key, 10);
		expect(runsElsewhere(node.key)).toBe(false);
	});

	it('is here once one ran here', async () => {
		const node = newNode();
		noteRun(node.key);
		await execute(node, ['a']);
		expect(runsElsewhere(node.key)).toBe(false);
		noteRun(node.key);
		expect(runsElsewhere(node.key)).toBe(false);
	});

	it('isn’t told by a run in the editor', async () => {
		const node = newNode();
		noteRun(node.key);
		await execute(node, ['a'], 'manual');
		expect(runsElsewhere(node.key)).toBe(true);
	});

	it('differs between triggers', () => {
		noteRun(newNode().key);
		expect(runsElsewhere(newNode().key)).toBe(false);
	});
});
