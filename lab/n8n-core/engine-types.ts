import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeType,
	WorkflowActivateMode,
} from 'n8n-workflow';

import type { Execution } from './executions';
import type { NodeName } from './load-node';

export interface EngineOptions {
	/** The node that the workflow starts with. Default: `OktaUserMfaTrigger`. */
	nodeType?: NodeName;
	/** The fields that a user entered for the credential that `authentication` selects. */
	credential: IDataObject;
	/** The token response of the OAuth sign-in. Omit if the credential was never connected. */
	oauthTokenData?: IDataObject;
	parameters?: IDataObject;
	workflowName?: string;
	/** n8n's public URL (`WEBHOOK_URL`). Default: the engine's own address. */
	webhookUrl?: string;
	/** The workflow's ID, if this engine is a copy of another one. Default: a new ID. */
	workflowId?: string;
	/** Whether the node lacks a webhook ID, as in workflows created through n8n's API. */
	lacksWebhookId?: boolean;
	/** Whether n8n calls delete() after a failed create(). Default: true. */
	cleansUp?: boolean;
	/** Replaces n8n's own `sleep()` in the node. */
	sleep?: (ms: number) => Promise<void>;
	/** Another engine in the same process, so the nodes share what they keep in memory. */
	sharesProcessWith?: Engine;
	/**
	 * The version of n8n. 2.41 (the default) responds to a delivery once the execution is stored. If a poll's
	 * execution can't be stored, it rejects the promise that the poll passed. 1.123 responds before the
	 * execution is stored and never settles the promise.
	 */
	version?: '1.123' | '2.41';
	/** Whether executions run in a worker process, as in n8n's queue mode. */
	hasWorker?: boolean;
}

export interface Engine {
	/** The node's production webhook, as registered in Okta. */
	readonly webhookUrl: string;
	/** The node as loaded by this process. */
	readonly nodeType: INodeType;
	/** The address that the engine listens on, whatever its public URL: `http://127.0.0.1:PORT`. */
	readonly address: string;
	readonly workflowId: string;
	/**
	 * Publishes the workflow. Adds the route first, then calls checkExists() and, if that is false, create().
	 * A node without a webhook polls for the first time.
	 */
	publish(mode?: WorkflowActivateMode): Promise<void>;
	/** Unpublishes it. Removes the route, then calls delete(), which may throw. */
	unpublish(): Promise<void>;
	/**
	 * Restarts from the saved data, as n8n does after it was stopped or killed.
	 *
	 * @param webhookUrl n8n's new public URL, e.g. `http://localhost:5678/n8n/`
	 */
	restart(webhookUrl?: string): Promise<void>;
	/** Starts a test in the editor. Works like publishing, but has its own URL and static data. */
	startTest(): Promise<void>;
	/** Ends the test, as after an event or after two minutes. */
	endTest(): Promise<void>;
	/**
	 * A scheduled poll, in which a trigger with a webhook checks its hook. Waits for the executions that it
	 * starts, unless they are held.
	 */
	poll(): Promise<void>;
	/** The messages of all failed executions that polls started. */
	failures(): string[];
	/** Whether n8n responds to requests to the webhook. */
	isListening(): boolean;
	executions(): Execution[];
	/** The items of all executions, in order. */
	items(): IDataObject[];
	/**
	 * Makes the next executions impossible to store, as with a locked database. n8n responds to a delivery with
	 * 500. For polls, see `version`.
	 */
	failToStore(executions: number): void;
	/** Cancels the next executions after they are stored and before they run. */
	cancelExecutions(executions: number): void;
	/** Sets whether requests reach n8n. If not, their connections break. */
	setReachable(isReachable: boolean): void;
	/** Holds all requests on their way to n8n until the returned function is called. */
	holdRequests(): () => void;
	/** Holds all executions, without storing them or responding, until the returned function is called. */
	holdExecutions(): () => void;
	/** Stops the held executions, as in a queue. Their deliveries never get a response. */
	stopHeldExecutions(): void;
	/** How many requests have reached the webhook. */
	requestCount(): number;
	/** How many of them have neither a response nor a broken connection. */
	openCount(): number;
	/** How many executions are held. */
	heldCount(): number;
	/** What n8n has saved for the node. */
	staticData(): IDataObject;
	setStaticData(data: IDataObject): void;
	setParameters(parameters: IDataObject): void;
	/** Changes the credential that the node uses. */
	setCredential(credential: IDataObject): void;
	/** The credential that the node uses, as n8n decrypts it, including tokens. */
	savedCredential(): ICredentialDataDecryptedObject;
	/** Everything the node wrote to n8n's log. */
	log(): string[];
	/** The messages of the warnings in the log, without their metadata. */
	warnings(): string[];
	stop(): Promise<void>;
}
