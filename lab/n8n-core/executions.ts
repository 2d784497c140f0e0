import { ManualExecutionCancelledError } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData, IRun, WorkflowExecuteMode } from 'n8n-workflow';

import { Gate } from './gate';

/** One production execution: the items that came out of the trigger, or that it started with until it ran. */
export type Execution = IDataObject[];

/** Runs the node's part of an execution, and returns what it gives the workflow. */
type Run = (
	items: INodeExecutionData[],
	mode: WorkflowExecuteMode,
) => Promise<INodeExecutionData[]>;

/** The executions of a webhook trigger. */
export class Executions {
	/** Those that were stored, in order. */
	readonly stored: Execution[] = [];

	/** The messages of those that failed. */
	readonly failures: string[] = [];

	/** Closed, it holds executions back before they are stored. */
	readonly gate = new Gate();

	heldCount = 0;

	/** How many of the next ones can't be stored. */
	failuresToCome = 0;

	/** How many of the next ones are canceled before they run. */
	cancellationsToCome = 0;

	constructor(private readonly runNode: Run) {}

	/**
	 * Stores an execution.
	 *
	 * @returns runs it
	 */
	async store(
		items: INodeExecutionData[],
		mode: WorkflowExecuteMode,
	): Promise<() => Promise<IRun>> {
		this.heldCount += 1;
		await this.gate.pass();
		this.heldCount -= 1;
		if (this.failuresToCome > 0) {
			this.failuresToCome -= 1;
			throw new Error('SQLITE_BUSY: database is locked');
		}
		const place = this.stored.push(items.map(({ json }) => json)) - 1;
		const isCanceled = this.cancellationsToCome > 0;
		this.cancellationsToCome -= Number(isCanceled);
		return async () => {
			if (isCanceled) throw new ManualExecutionCancelledError(String(place));
			try {
				const output = await this.runNode(structuredClone(items), mode);
				this.stored[place] = output.map(({ json }) => json);
			} catch (error) {
				this.failures.push((error as Error).message);
			}
			return { mode, finished: true, status: 'success' } as IRun;
		};
	}
}
