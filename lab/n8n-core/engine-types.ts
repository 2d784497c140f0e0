import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeType,
	WorkflowActivateMode,
} from 'n8n-workflow';

import type { Execution } from './executions';
import type { NodeName } from './load-node';

export interface EngineOptions {
	/** Which of the package's nodes the workflow begins with: `OktaUserMfaTrigger` if left out. */
	nodeType?: NodeName;
	/** What a person entered in the dialog of the credential that `authentication` chooses. */
	credential: IDataObject;
	/** The token response of the OAuth sign-in; left out, the credential was never connected. */
	oauthTokenData?: IDataObject;
	parameters?: IDataObject;
	workflowName?: string;
	/** n8n's public address (`WEBHOOK_URL`); the engine's own address when left out. */
	webhookUrl?: string;
	/** The workflow's id, as in another engine that is a copy of it; one of its own when left out. */
	workflowId?: string;
	/** Whether the node lacks a webhook ID, as in workflows that were created through n8n's API. */
	lacksWebhookId?: boolean;
	/** Whether n8n calls delete() after a create() that failed; it does when left out. */
	cleansUp?: boolean;
	/** Has the node wait in another way than n8n's own `sleep()`. */
	sleep?: (ms: number) => Promise<void>;
	/** Another engine whose process this one shares: what the node remembers there, it knows here. */
	sharesProcessWith?: Engine;
	/**
	 * Which n8n: they differ in when they answer a delivery, and in what a poll hears of an execution that
	 * can't be stored. 2.41 (the default) answers once the execution is stored, and rejects the promise that
	 * the poll has given it; 1.123 answers before that, and never settles the promise.
	 */
	version?: '1.123' | '2.41';
	/** Whether executions run in another process, a worker, as in n8n's queue mode. */
	hasWorker?: boolean;
}

export interface Engine {
	/** The node's production webhook, as registered in Okta. */
	readonly webhookUrl: string;
	/** The node, as this process has loaded it. */
	readonly nodeType: INodeType;
	/** Where the engine really listens, whatever its public address is: `http://127.0.0.1:PORT`. */
	readonly address: string;
	readonly workflowId: string;
	/**
	 * Publishes the workflow: the route first, then checkExists() and, if that is false, create(). A node
	 * without a webhook polls for the first time.
	 */
	publish(mode?: WorkflowActivateMode): Promise<void>;
	/** Unpublishes it: the route is taken down, then delete() is called, which may throw. */
	unpublish(): Promise<void>;
	/**
	 * Starts again from what is saved, as n8n does after it was stopped or killed.
	 *
	 * @param webhookUrl n8n's public address from now on, e.g. `http://localhost:5678/n8n/`
	 */
	restart(webhookUrl?: string): Promise<void>;
	/** Starts a test in the editor: like publishing, with a URL and static data of its own. */
	startTest(): Promise<void>;
	/** Ends the test, as after an event or after two minutes. */
	endTest(): Promise<void>;
	/**
	 * A poll at its time: a trigger with a webhook looks after its hook. Waits for the executions that it starts, unless
	 * they are held back.
	 */
	poll(): Promise<void>;
	/** The messages of all failed executions that polls have started. */
	failures(): string[];
	/** Whether n8n answers requests to the webhook. */
	isListening(): boolean;
	executions(): Execution[];
	/** The items of all executions, in order. */
	items(): IDataObject[];
	/**
	 * The next executions cannot be stored, as with a locked database. n8n answers 500 to a delivery; see
	 * `version` for polls.
	 */
	failToStore(executions: number): void;
	/** The next executions are stored, but a user cancels them before they run. */
	cancelExecutions(executions: number): void;
	/** Whether requests reach n8n; else, the connection breaks. */
	setReachable(isReachable: boolean): void;
	/** Holds every request back on its way to n8n, until the returned function is called. */
	holdRequests(): () => void;
	/** Holds every execution back, unstored and unanswered, until the returned function is called. */
	holdExecutions(): () => void;
	/** Stops those that are held back, which are then never answered, as from a queue. */
	stopHeldExecutions(): void;
	/** How many requests have reached the webhook. */
	requestCount(): number;
	/** How many of them are neither answered nor were broken off. */
	openCount(): number;
	/** How many executions are held back. */
	heldCount(): number;
	/** What n8n has saved for the node. */
	staticData(): IDataObject;
	setStaticData(data: IDataObject): void;
	setParameters(parameters: IDataObject): void;
	/** Changes the credential that the node uses. */
	setCredential(credential: IDataObject): void;
	/** The credential that the node uses, as n8n decrypts it, tokens included. */
	savedCredential(): ICredentialDataDecryptedObject;
	/** Everything the node wrote to n8n's log. */
	log(): string[];
	/** The warnings among it, without what goes along with each. */
	warnings(): string[];
	stop(): Promise<void>;
}
