import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { additionalData } from './additional-data';
import type { Exchange } from './additional-data';
import { executeContext } from './contexts';
import type { Surroundings } from './contexts';
import { Credentials, credentialTypeFor } from './credentials';
import { loadNode } from './load-node';
import type { NodeName } from './load-node';
import { NodeLog } from './node-log';
import { openWorkflow } from './node-workflow';
import type { NodeWorkflow } from './node-workflow';
import { copyOf, nodeDataOf } from './static-data';

/** What of n8n's database and process there is for a workflow. */
export interface WorkflowHostOptions {
	node: NodeName;
	/** What has already loaded the node: a process that others share. */
	nodeType?: INodeType;
	sleep?: (ms: number) => Promise<void>;
	/** Whether executions run in another process. */
	hasWorker?: boolean;
	instanceId?: string;
	credential: IDataObject;
	/** The node has the name that n8n gives it in the editor. */
	workflow: Omit<NodeWorkflow, 'nodeName'>;
}

/** n8n with one workflow of one node: what its process has loaded, and what is saved. */
export class WorkflowHost {
	/** The node, as this process has loaded it. */
	nodeType: INodeType;

	/** n8n's public address, with a slash at its end. */
	baseUrl = 'http://localhost:5678/';

	/** The workflow, as it's saved. */
	readonly workflow: NodeWorkflow;

	readonly log = new NodeLog();

	private readonly credentials = new Credentials();

	private readonly worker: INodeType | undefined;

	constructor(private readonly options: WorkflowHostOptions) {
		this.nodeType = options.nodeType ?? loadNode(options.node, options.sleep);
		this.worker = options.hasWorker ? loadNode(options.node, options.sleep) : undefined;
		const nodeName = String(this.nodeType.description.defaults.name);
		this.workflow = { ...options.workflow, nodeName };
		this.changeCredential(options.credential);
	}

	/** Starts the process again: what the node remembered is gone. */
	reload(): void {
		this.nodeType = loadNode(this.options.node, this.options.sleep);
	}

	/** The workflow, with static data of its own if it's for a test. */
	open(staticData = this.workflow.staticData): Workflow {
		return openWorkflow(this.nodeType, { ...this.workflow, staticData });
	}

	/** @param exchange the request to a webhook, if there is one */
	surroundings(exchange?: Exchange): Surroundings {
		return {
			additionalData: additionalData(this.baseUrl, this.credentials, exchange),
			logger: this.log.logger,
			instanceId: this.options.instanceId,
		};
	}

	/** Saves the static data if it was changed in this workflow object, as n8n does. */
	save({ staticData }: Workflow): void {
		const observed = staticData as { __dataChanged?: boolean };
		if (observed.__dataChanged !== true) return;
		this.workflow.staticData = copyOf(staticData);
		observed.__dataChanged = false;
	}

	nodeData(): IDataObject {
		return nodeDataOf(this.workflow.staticData, this.workflow.nodeName);
	}

	/** Changes the credential that the node uses. */
	changeCredential(changes: IDataObject): void {
		this.credentials.change(credentialTypeFor(this.workflow.parameters), changes);
	}

	savedCredential(): ICredentialDataDecryptedObject {
		return this.credentials.saved(credentialTypeFor(this.workflow.parameters));
	}

	/** Runs the node in an execution of this workflow object, in the worker if there is one. */
	async execute(
		workflow: Workflow,
		items: INodeExecutionData[],
		mode: WorkflowExecuteMode,
		checkProcessedAndRecord: IExecuteFunctions['helpers']['checkProcessedAndRecord'],
	): Promise<INodeExecutionData[]> {
		const context = executeContext(workflow, this.surroundings(), mode, items);
		Object.assign(context.helpers, { checkProcessedAndRecord });
		const runner = mode === 'manual' ? this.nodeType : (this.worker ?? this.nodeType);
		const [output] = (await runner.execute?.call(context)) as INodeExecutionData[][];
		return output;
	}
}
