import { ManualExecutionCancelledError } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData, IRun, WorkflowExecuteMode } from 'n8n-workflow';

import { Gate } from './gate';

/** The items of a production execution. Once it has run, those that the trigger returned. */
export type Execution = IDataObject[];

/** Runs the node in an execution and returns its items. */
type Run = (
	items: INodeExecutionData[],
	mode: WorkflowExecuteMode,
) => Promise<INodeExecutionData[]>;

/** The executions of a webhook trigger. */
export class Executions {
	/** The stored executions, in order. */
	readonly stored: Execution[] = [];

	/** The messages of the failed executions. */
	readonly failures: string[] = [];

	/** While closed, holds executions before they are stored. */
	readonly gate = new Gate();

	heldCount = 0;

	/** How many of the next executions can't be stored. */
	upcomingFailures = 0;

	/** How many of the next executions are canceled before they run. */
	upcomingCancellations = 0;

	constructor(private readonly runNode: Run) {}

	/**
	 * Stores an execution.
	 *
	 * @returns a function that runs it
	 */
	async store(
		items: INodeExecutionData[],
		mode: WorkflowExecuteMode,
	): Promise<() => Promise<IRun>> {
		this.heldCount += 1;
		await this.gate.pass();
		this.heldCount -= 1;
		if (this.upcomingFailures > 0) {
			this.upcomingFailures -= 1;
			throw new Error('SQLITE_BUSY: database is locked');
		}
		const index = this.stored.push(items.map(({ json }) => json)) - 1;
		const isCanceled = this.upcomingCancellations > 0;
		this.upcomingCancellations -= Number(isCanceled);
		return async () => {
			if (isCanceled) throw new ManualExecutionCancelledError(String(index));
			try {
				const output = await this.runNode(structuredClone(items), mode);
				this.stored[index] = output.map(({ json }) => json);
			} catch (error) {
				this.failures.push((error as Error).message);
			}
			return { mode, finished: true, status: 'success' } as IRun;
		};
	}
}
