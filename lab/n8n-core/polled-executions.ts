import { setImmediate as nextTurn } from 'node:timers/promises';

import { ManualExecutionCancelledError, UnexpectedError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions, IRun } from 'n8n-workflow';

import type { Execution } from './executions';
import { copyOf } from './static-data';

/**
 * What goes wrong with an execution:
 *
 * - `cannot be stored`, as with a locked database
 * - `is skipped`, as when another main instance of n8n took over the poll
 * - `ends before it runs`, as if the node may not use the credential: it's stored as failed
 * - `does not end`: the trigger has run, and another node of the workflow takes hours
 */
export type Failure = 'cannot be stored' | 'is skipped' | 'ends before it runs' | 'does not end';

type Done = Parameters<IPollFunctions['__emit']>[2];

interface Waiting {
	items: INodeExecutionData[];
	/** Undefined once the process that waits for it has ended. */
	done: Done;
}

export interface PolledExecutionsOptions {
	/** Whether n8n says that it couldn't store an execution. n8n 1 doesn't. */
	tellsFailures: boolean;
	/** Whether executions run in another process. */
	isQueueMode: boolean;
	/** Runs the trigger in an execution, and returns what it gives the workflow. */
	run: (items: INodeExecutionData[]) => Promise<INodeExecutionData[]>;
}

/** n8n has an error of this name. */
class ExecutionNotFoundError extends UnexpectedError {
	constructor() {
		super('No active execution found');
	}
}

/** The executions of a polling trigger, as n8n 1.123 and 2.41 store, queue, run, and report them. */
export class PolledExecutions {
	/** What the workflow got in those that ran, in order. */
	readonly ended: Execution[] = [];

	isDatabaseLocked = false;

	private failures: Failure[] = [];

	private isHolding = false;

	private waiting: Waiting[] = [];

	private readonly underWay = new Set<Promise<void>>();

	constructor(private readonly options: PolledExecutionsOptions) {}

	/** @param commit stores what is to be stored together with the execution */
	start(items: INodeExecutionData[], done: Done, commit: () => void): void {
		this.track(this.store(copyOf(items), done, commit));
	}

	/** Waits until nothing is under way. What waits in the queue stays there. */
	async settled(): Promise<void> {
		while (this.underWay.size > 0) await Promise.all(this.underWay);
		await nextTurn();
	}

	fail(count: number, failure: Failure): void {
		this.failures = Array.from({ length: count }, () => failure);
	}

	/** From now on, executions wait: for others to end, or for a worker. */
	hold(): void {
		this.isHolding = true;
	}

	async release(): Promise<void> {
		this.isHolding = false;
		for (const { items, done } of this.waiting.splice(0)) this.track(this.run(items, done));
		await this.settled();
	}

	/** Cancels those that wait. From its own queue, n8n only removes them, and nobody hears of it. */
	async cancelWaiting(): Promise<void> {
		for (const { done } of this.waiting.splice(0)) {
			if (this.options.isQueueMode) done?.reject(new ManualExecutionCancelledError('1'));
		}
		await this.settled();
	}

	waitingCount(): number {
		return this.waiting.length;
	}

	/** The process has ended that waits for the executions. They are stored. */
	forgetProcess(): void {
		for (const each of this.waiting) each.done = undefined;
	}

	private track(work: Promise<void>): void {
		const tracked = work.finally(() => this.underWay.delete(tracked));
		this.underWay.add(tracked);
	}

	private async store(items: INodeExecutionData[], done: Done, commit: () => void): Promise<void> {
		await nextTurn();
		const failure = this.isDatabaseLocked ? 'cannot be stored' : this.failures.shift();
		if (failure === 'cannot be stored') {
			if (this.options.tellsFailures) done?.reject(new Error('SQLITE_BUSY: database is locked'));
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
