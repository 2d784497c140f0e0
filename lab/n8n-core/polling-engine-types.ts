import type { IDataObject, WorkflowActivateMode } from 'n8n-workflow';

import type { Execution } from './executions';
import type { NodeName } from './load-node';
import type { Failure } from './polled-executions';

/** The versions of n8n's polling. */
export const RELEASES = ['n8n 1.123', 'n8n 2.41', 'n8n 2.41 with durable cursors'] as const;
export type Release = (typeof RELEASES)[number];

export interface PollingEngineOptions {
	/** The node that the workflow starts with. Default: `OktaUserMfaPollingTrigger`. */
	nodeType?: NodeName;
	/** The OAuth credential, with the fields that a user entered and `oauthTokenData`. */
	credential: IDataObject;
	parameters?: IDataObject;
	/** Default: n8n 2.41. */
	release?: Release;
	/** Whether executions run in another process, as in n8n's queue mode. */
	isQueueMode?: boolean;
	/** How much time n8n allows a poll, in ms. Default: unlimited. n8n 1 doesn't report it. */
	budget?: number;
	/** Set to run a copy of another engine's workflow, or a different n8n instance. */
	workflowId?: string;
	instanceId?: string;
	/** The static data that a copied workflow brings along. */
	staticData?: IDataObject;
}

export interface PollingEngine {
	/**
	 * Publishes the workflow, which polls for the first time and throws if that fails. Changed parameters and
	 * credentials take effect with this.
	 */
	activate(mode?: WorkflowActivateMode): Promise<void>;
	/** Restarts from the saved data, as n8n does after it was stopped or killed. */
	restart(): Promise<void>;
	/** A scheduled poll and the executions that it starts. An error becomes a failed execution. */
	poll(): Promise<void>;
	/** Runs the node as in the editor and returns its items. Throws the node's errors. */
	runManually(): Promise<IDataObject[]>;
	/** The trigger's items in each execution that ran. */
	executions(): Execution[];
	/** The items of all executions, in order. */
	items(): IDataObject[];
	/** The messages of all failed executions. */
	failures(): string[];
	/** Makes the next executions go wrong. By default, they can't be stored. */
	failExecutions(executions: number, failure?: Failure): void;
	/** Blocks all reads and writes until the returned function is called. */
	lockDatabase(): () => void;
	/** Makes stored executions wait from now on, for others to end or, in queue mode, for a worker. */
	holdExecutions(): void;
	releaseExecutions(): Promise<void>;
	/** Cancels the waiting executions, as a user would. */
	cancelWaiting(): Promise<void>;
	waitingCount(): number;
	/** The workflow's saved static data. */
	staticData(): IDataObject;
	setStaticData(data: IDataObject): void;
	/** The trigger's saved cursor, or undefined if there is none. */
	cursor(): IDataObject | undefined;
	/** Changes the saved cursor wherever it's stored. */
	editCursor(changes: IDataObject): void;
	setParameters(parameters: IDataObject): void;
	setCredential(credential: IDataObject): void;
	renameNode(name: string): void;
	/** Everything the node wrote to n8n's log. */
	log(): string[];
}
