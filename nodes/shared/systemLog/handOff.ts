import { ExecutionCancelledError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions, IRun } from 'n8n-workflow';

import { UNTOLD_MS } from '../events/seenEvents';
import type { Claim } from '../events/seenEvents';
import { noteRun } from '../executions';
import type { LogEvent } from '../okta/types';

/** Whether an execution that n8n didn't run to its end is stored nevertheless. */
function isStored(error: unknown): boolean {
	if (error instanceof ExecutionCancelledError) return true;
	return error instanceof Error && error.constructor.name === 'ExecutionNotFoundError';
}

/**
 * Starts an execution with events that a poll has found. n8n can lose what a poll returns, and has moved
 * its cursor by then; so this hands them over by itself, and hears how that ended. If it doesn't, they are
 * handed off once more after half an hour.
 *
 * @param key `nodeKeyOf`
 * @param claim of the events. They are handed off once the execution is known to be stored
 * @param items one for each of them
 */
export function handOff(
	context: IPollFunctions,
	key: string,
	{ settle, abandon }: Claim<LogEvent>,
	items: INodeExecutionData[],
): void {
	const done = context.helpers.createDeferredPromise<IRun | undefined>();
	abandon(UNTOLD_MS);
	void done.promise.then(
		(run) => {
			if (run !== undefined) noteRun(key);
			settle(run !== undefined);
		},
		(error: unknown) => settle(isStored(error)),
	);
	context.__emit([items], undefined, done);
}
