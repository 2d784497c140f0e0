import type { IPollFunctions, NodeApiError } from 'n8n-workflow';

import { isTransient } from './errors';
import { isDue, recordProblem } from './problem';
import type { Problem } from './problem';

/** One check of a trigger. */
export interface Check {
	context: IPollFunctions;
	/** ms since 1970 */
	now: number;
}

/**
 * Reports a problem as a failed execution, which starts n8n's error workflow. `isDue` decides when.
 *
 * @param known the problem as of the previous check; undefined if that one was fine
 * @param error undefined if this check was fine
 * @param recovery what to log once the problem is resolved
 * @returns the problem to pass to the next check
 */
export function report(
	{ context, now }: Check,
	known: Problem | undefined,
	error: NodeApiError | undefined,
	recovery: string,
): Problem | undefined {
	if (error === undefined) {
		if (known?.reportedAt !== undefined) context.logger.info(recovery);
		return undefined;
	}
	const isWaitingEnough = isTransient(error);
	const problem = recordProblem(
		known,
		isWaitingEnough ? 'transient' : (error.failure?.cause ?? 'other'),
		now,
	);
	if (!isDue(problem, isWaitingEnough, now)) return problem;
	// Throwing would discard the events that the poll found, and n8n might poll less often.
	context.__emitError(error);
	return { ...problem, reportedAt: now };
}
