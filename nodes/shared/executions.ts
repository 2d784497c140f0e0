import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { messageOf } from './errors';
import { seenEvents } from './events/seen';
import { nodeKeyOf } from './owner';

/** How many events n8n remembers per node. */
const MAX_PROCESSED = 10_000;

/**
 * How many overdue events it takes to conclude that executions run in another process. Even in one process, n8n 1
 * can lose one or two.
 */
const OVERDUE_THRESHOLD = 3;

/** What this process knows about a trigger's executions. */
interface Executions {
	/** Whether one ran in this process. */
	hasRunHere: boolean;
	/** Whether one finished in any process. */
	hasFinishedAnywhere: boolean;
	/** The latest lookup of processed events. Lookups run one at a time, because n8n doesn't lock its list. */
	lastLookup: Promise<unknown>;
}

/** By `nodeKeyOf`. */
const byNode = new Map<string, Executions>();

/** @param key `nodeKeyOf` */
function executionsOf(key: string): Executions {
	let executions = byNode.get(key);
	if (!executions) {
		executions = { hasRunHere: false, hasFinishedAnywhere: false, lastLookup: Promise.resolve() };
		byNode.set(key, executions);
	}
	return executions;
}

/** Records that n8n ran an execution of the trigger. */
export function recordRun(key: string): void {
	executionsOf(key).hasFinishedAnywhere = true;
}

/**
 * Whether n8n runs the trigger's executions in another process, as in queue mode. That's the case if none
 * ran here although one finished, or although several events were acknowledged half an hour ago.
 */
export function runsElsewhere(key: string): boolean {
	const { hasRunHere, hasFinishedAnywhere } = executionsOf(key);
	return !hasRunHere && (hasFinishedAnywhere || seenEvents.countOverdue(key) >= OVERDUE_THRESHOLD);
}

function uuidOf({ json }: INodeExecutionData): string | undefined {
	return typeof json.uuid === 'string' && json.uuid !== '' ? json.uuid : undefined;
}

/** The ids that n8n has seen in earlier executions of the node. Records all of them as seen. */
async function readProcessed(context: IExecuteFunctions, ids: string[]): Promise<Set<string>> {
	try {
		const { processed } = await context.helpers.checkProcessedAndRecord(ids, 'node', {
			mode: 'entries',
			maxEntries: MAX_PROCESSED,
		});
		return new Set(processed as string[]);
	} catch (error) {
		context.logger.warn(
			`n8n couldn't check which events it has already processed: ${messageOf(error)}`,
		);
		return new Set();
	}
}

/**
 * Drops the items of an execution whose events an earlier execution of the node had. Events are handed off
 * again if n8n was killed, or if it reported too late that it had stored an execution.
 *
 * Keeps items without a `uuid`, and all items outside production.
 *
 * @see https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.removeduplicates/
 */
export async function dropProcessed(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	if (!['trigger', 'webhook'].includes(context.getMode())) return items;
	const key = nodeKeyOf(context);
	const executions = executionsOf(key);
	executions.hasRunHere = true;
	const ids = items.map(uuidOf).filter((id) => id !== undefined);
	seenEvents.settleExecuted(key, ids);
	const lookup = executions.lastLookup.then(async () => await readProcessed(context, ids));
	executions.lastLookup = lookup;
	const processed = await lookup;
	return items.filter((item) => {
		const id = uuidOf(item);
		return id === undefined || !processed.has(id);
	});
}
