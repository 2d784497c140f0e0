import { setImmediate as nextTurn } from 'node:timers/promises';

import { ManualExecutionCancelledError, UnexpectedError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions, IRun } from 'n8n-workflow';

import type { Execution } from './executions';
import { copyOf } from './static-data';

/**
 * How an execution goes wrong:
 *
 * - `cannot be stored`: for example, the database is locked
 * - `is skipped`: for example, another main instance of n8n took over the poll
 * - `ends before it runs`: stored as failed, for example because the node isn't allowed to use the credential
 * - `does not end`: the trigger has run, but another node of the workflow takes hours
 */
export type Failure = 'cannot be stored' | 'is skipped' | 'ends before it runs' | 'does not end';

type Done = Parameters<IPollFunctions['__emit']>[2];

interface Waiting {
	items: INodeExecutionData[];
	/** Undefined once the process that waits for the execution has ended. */
	done: Done;
}

export interface PolledExecutionsOptions {
	/** Whether n8n reports that it couldn't store an execution. n8n 1 doesn't. */
	reportsFailures: boolean;
	/** Whether executions run in another process. */
	isQueueMode: boolean;
	/** Runs the trigger in an execution and returns its items. */
	run: (items: INodeExecutionData[]) => Promise<INodeExecutionData[]>;
}

/** Has the same name as n8n's error. */
class ExecutionNotFoundError extends UnexpectedError {
	constructor() {
		super('No active execution found');
	}
}

/** The executions of a polling trigger, as n8n 1.123 and 2.41 store, queue, run, and report them. */
export class PolledExecutions {
	/** The trigger's items in each execution that ran, in order. */
	readonly ended: Execution[] = [];

	isDatabaseLocked = false;

	private failures: Failure[] = [];

	private isHolding = false;

	private waiting: Waiting[] = [];

	private readonly inProgress = new Set<Promise<void>>();

	constructor(private readonly options: PolledExecutionsOptions) {}

	/** @param commit saves the data that n8n stores together with the execution */
	start(items: INodeExecutionData[], done: Done, commit: () => void): void {
		this.track(this.store(copyOf(items), done, commit));
	}

	/** Waits until nothing is in progress. Executions in the queue stay there. */
	async settled(): Promise<void> {
		while (this.inProgress.size > 0) await Promise.all(this.inProgress);
		await nextTurn();
	}

	fail(count: number, failure: Failure): void {
		this.failures = Array.from({ length: count }, () => failure);
	}

	/** Makes executions wait from now on, for others to end or for a worker. */
	hold(): void {
		this.isHolding = true;
	}

	async release(): Promise<void> {
		this.isHolding = false;
		for (const { items, done } of this.waiting.splice(0)) this.track(this.run(items, done));
		await this.settled();
	}

	/** Cancels the waiting executions. Outside queue mode, n8n only removes them without notifying anyone. */
	async cancelWaiting(): Promise<void> {
		for (const { done } of this.waiting.splice(0)) {
			if (this.options.isQueueMode) done?.reject(new ManualExecutionCancelledError('1'));
		}
		await this.settled();
	}

	waitingCount(): number {
		return this.waiting.length;
	}

	/** Simulates the end of the process that waits for the executions, which stay stored. */
	forgetProcess(): void {
		for (const each of this.waiting) each.done = undefined;
	}

	private track(work: Promise<void>): void {
		const tracked = work.finally(() => this.inProgress.delete(tracked));
		this.inProgress.add(tracked);
	}

	private async store(items: INodeExecutionData[], done: Done, commit: () => void): Promise<void> {
		await nextTurn();
		const failure = this.isDatabaseLocked ? 'cannot be stored' : this.failures.shift();
		if (failure === 'cannot be stored') {
			if (this.options.reportsFailures) done?.reject(new Error('SQLITE_BUSY: database is locked'));
			return;
		}
		if (failure === 'is skipped') {
			done?.resolve(undefined);
			return;
		}
		commit();
		if (failure === 'ends before it runs') done?.reject(new ExecutionNotFoundError());
		else if (this.isHolding) this.waiting.push({ items, done });
		else await this.run(items, failure === 'does not end' ? undefined : done);
	}

	private async run(items: INodeExecutionData[], done: Done): Promise<void> {
		const output = await this.options.run(items);
		this.ended.push(output.map(({ json }) => copyOf(json)));
		done?.resolve({ mode: 'trigger', finished: true, status: 'success' } as IRun);
	}
}
