import { ExecutionCancelledError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions, IRun } from 'n8n-workflow';

import { OVERDUE_MS } from '../events/seenEvents';
import type { Claim } from '../events/seenEvents';
import { recordRun } from '../executions';
import type { LogEvent } from '../okta/types';

/** Whether n8n stored an execution even though it didn't run to the end. */
function isStored(error: unknown): boolean {
	if (error instanceof ExecutionCancelledError) return true;
	return error instanceof Error && error.constructor.name === 'ExecutionNotFoundError';
}

/**
 * Starts an execution with events that a poll found. n8n can lose the items that a poll returns after it has
 * moved the cursor, so this emits them itself and waits for the outcome. If n8n doesn't report one, the events
 * are handed off again after half an hour.
 *
 * @param key `nodeKeyOf`
 * @param claim of the events. It's settled once it's known whether n8n stored the execution
 * @param items one per event
 */
export function handOff(
	context: IPollFunctions,
	key: string,
	{ settle, abandon }: Claim<LogEvent>,
	items: INodeExecutionData[],
): void {
	const done = context.helpers.createDeferredPromise<IRun | undefined>();
	abandon(OVERDUE_MS);
	void done.promise.then(
		(run) => {
			if (run !== undefined) recordRun(key);
			settle(run !== undefined);
		},
		(error: unknown) => settle(isStored(error)),
	);
	context.__emit([items], undefined, done);
}
