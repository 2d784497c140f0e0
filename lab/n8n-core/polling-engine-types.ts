import type { IDataObject, WorkflowActivateMode } from 'n8n-workflow';

import type { Execution } from './executions';
import type { NodeName } from './load-node';
import type { Failure } from './polled-executions';

/** How n8n polls. */
export const RELEASES = ['n8n 1.123', 'n8n 2.41', 'n8n 2.41 with durable cursors'] as const;
export type Release = (typeof RELEASES)[number];

export interface PollingEngineOptions {
	/** Which of the package's nodes the workflow begins with: `OktaUserMfaPollingTrigger` if left out. */
	nodeType?: NodeName;
	/** The OAuth credential: what a person entered, and `oauthTokenData`. */
	credential: IDataObject;
	parameters?: IDataObject;
	/** n8n 2.41 when left out. */
	release?: Release;
	/** Whether executions run in another process: n8n's queue mode. */
	isQueueMode?: boolean;
	/** ms that n8n gives a poll, if it has less time than usual. n8n 1 doesn't say. */
	budget?: number;
	/** As in another engine with a copy of the workflow, or in another n8n. */
	workflowId?: string;
	instanceId?: string;
	/** What came along with the workflow. */
	staticData?: IDataObject;
}

export interface PollingEngine {
	/**
	 * Publishes the workflow: the first poll, whose failure is thrown. A change of the parameters or of
	 * the credential reaches the node like this.
	 */
	activate(mode?: WorkflowActivateMode): Promise<void>;
	/** Starts again from what is saved, as n8n does after it was stopped or killed. */
	restart(): Promise<void>;
	/** A poll at its time, and the executions that it starts. What it throws becomes a failed one. */
	poll(): Promise<void>;
	/** The items that a person sees who runs the node in the editor; throws what the node throws. */
	runManually(): Promise<IDataObject[]>;
	/** What the trigger gave the workflow in each execution that ran. */
	executions(): Execution[];
	/** The items of all executions, in order. */
	items(): IDataObject[];
	/** The messages of all failed executions. */
	failures(): string[];
	/** Has something go wrong with the next executions; they can't be stored when left out. */
	failExecutions(executions: number, failure?: Failure): void;
	/** Nothing can be written or read any more, until the returned function is called. */
	lockDatabase(): () => void;
	/** From now on, executions are stored and wait: for others to end, or in queue mode for a worker. */
	holdExecutions(): void;
	releaseExecutions(): Promise<void>;
	/** A person cancels the executions that wait. */
	cancelWaiting(): Promise<void>;
	waitingCount(): number;
	/** What n8n has saved for the workflow. */
	staticData(): IDataObject;
	setStaticData(data: IDataObject): void;
	/** How far the trigger has read, as n8n has saved it; undefined if it hasn't. */
	cursor(): IDataObject | undefined;
	/** Changes that, wherever it's saved. */
	editCursor(changes: IDataObject): void;
	setParameters(parameters: IDataObject): void;
	setCredential(credential: IDataObject): void;
	renameNode(name: string): void;
	/** Everything the node wrote to n8n's log. */
	log(): string[];
}
