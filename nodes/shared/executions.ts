import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { messageOf } from './errors';
import { seenEvents } from './events/seen';
import { nodeKeyOf } from './owner';

/** How many events n8n remembers of a node. */
const MAX_PROCESSED = 10_000;

/** Events without an execution that tell of another process. A few, n8n 1 can lose by itself. */
const MANY_OVERDUE = 3;

/** The executions of a trigger, as far as this process knows. */
interface Executions {
	/** Whether one of them ran in this process. */
	ranHere: boolean;
	/** Whether one of them ran to its end, wherever that was. */
	ran: boolean;
	/** The one that asks n8n last. n8n reads and writes the list without a lock. */
	asking: Promise<unknown>;
}

/** By `nodeKeyOf`. */
const byNode = new Map<string, Executions>();

/** @param key `nodeKeyOf` */
function executionsOf(key: string): Executions {
	let executions = byNode.get(key);
	if (!executions) {
		executions = { ranHere: false, ran: false, asking: Promise.resolve() };
		byNode.set(key, executions);
	}
	return executions;
}

/** Notes that n8n ran an execution of a trigger. */
export function noteRun(key: string): void {
	executionsOf(key).ran = true;
}

/**
 * Whether n8n runs the trigger's executions in another process, as in its queue mode: they run, or n8n
 * acknowledged their deliveries half an hour ago, but none ran here.
 */
export function runsElsewhere(key: string): boolean {
	const { ranHere, ran } = executionsOf(key);
	return !ranHere && (ran || seenEvents.countOverdue(key) >= MANY_OVERDUE);
}

function uuidOf({ json }: INodeExecutionData): string | undefined {
	return typeof json.uuid === 'string' && json.uuid !== '' ? json.uuid : undefined;
}

/** The ids that n8n knows from earlier executions of the node. From now on, it knows all of these. */
async function readProcessed(context: IExecuteFunctions, ids: string[]): Promise<Set<string>> {
	try {
		const { processed } = await context.helpers.checkProcessedAndRecord(ids, 'node', {
			mode: 'entries',
			maxEntries: MAX_PROCESSED,
		});
		return new Set(processed as string[]);
	} catch (error) {
		context.logger.warn(`n8n can't tell which events it has processed: ${messageOf(error)}`);
		return new Set();
	}
}

/**
 * The items of an execution without those whose events an earlier execution of the node had. After n8n was
 * killed, or if it told too late that it had stored an execution, events are handed off once more.
 *
 * Items without a `uuid` always pass, and so does everything outside production.
 *
 * @see https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.removeduplicates/
 */
export async function dropProcessed(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	if (!['trigger', 'webhook'].includes(context.getMode())) return items;
	const key = nodeKeyOf(context);
	const executions = executionsOf(key);
	executions.ranHere = true;
	const ids = items.map(uuidOf).filter((id) => id !== undefined);
	seenEvents.settleExecuted(key, ids);
	const asked = executions.asking.then(async () => await readProcessed(context, ids));
	executions.asking = asked;
	const processed = await asked;
	return items.filter((item) => {
		const id = uuidOf(item);
		return id === undefined || !processed.has(id);
	});
}
