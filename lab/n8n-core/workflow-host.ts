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
import type { N8nEnvironment } from './contexts';
import { Credentials, credentialTypeFor } from './credentials';
import { loadNode } from './load-node';
import type { NodeName } from './load-node';
import { NodeLog } from './node-log';
import { openWorkflow } from './node-workflow';
import type { NodeWorkflow } from './node-workflow';
import { copyOf, nodeDataOf } from './static-data';

/** The parts of n8n's database and process that belong to a workflow. */
export interface WorkflowHostOptions {
	node: NodeName;
	/** The node, if a shared process has already loaded it. */
	nodeType?: INodeType;
	sleep?: (ms: number) => Promise<void>;
	/** Whether executions run in another process. */
	hasWorker?: boolean;
	instanceId?: string;
	credential: IDataObject;
	/** The node gets the name that n8n gives it in the editor. */
	workflow: Omit<NodeWorkflow, 'nodeName'>;
}

/** n8n with one workflow of one node, with both the loaded and the saved state. */
export class WorkflowHost {
	/** The node as loaded by this process. */
	nodeType: INodeType;

	/** n8n's public URL, with a trailing slash. */
	baseUrl = 'http://localhost:5678/';

	/** The saved workflow. */
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

	/** Restarts the process, which loses what the node kept in memory. */
	reload(): void {
		this.nodeType = loadNode(this.options.node, this.options.sleep);
	}

	/** Opens the workflow, with separate static data for a test. */
	open(staticData = this.workflow.staticData): Workflow {
		return openWorkflow(this.nodeType, { ...this.workflow, staticData });
	}

	/** @param exchange the request to a webhook, if there is one */
	environment(exchange?: Exchange): N8nEnvironment {
		return {
			additionalData: additionalData(this.baseUrl, this.credentials, exchange),
			logger: this.log.logger,
			instanceId: this.options.instanceId,
		};
	}

	/** Saves the static data if this workflow object changed it, as n8n does. */
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
		const context = executeContext(workflow, this.environment(), mode, items);
		Object.assign(context.helpers, { checkProcessedAndRecord });
		const runner = mode === 'manual' ? this.nodeType : (this.worker ?? this.nodeType);
		const [output] = (await runner.execute?.call(context)) as INodeExecutionData[][];
		return output;
	}
}
