/**
 * As much of n8n as a polling trigger meets: n8n-core's own PollContext, ExecuteContext and request
 * helpers around the node, with credentials, static data and executions in memory. What n8n keeps, and
 * when, follows its code:
 *
 * - n8n 1.123 and n8n 2.41 as shipped: all polls share one workflow. Its static data is saved once the
 *   workflow is activated, and whenever a poll hands something over, if it has changed.
 * - n8n 2.41 with durable cursors: each poll has a workflow of its own and a copy of the node's static
 *   data. The copy is saved together with the execution, or once the poll has ended. The first poll of a
 *   published workflow is not at its time, and saves it with an execution only. A start of n8n polls only
 *   at the next time.
 */
import './engine';

import { AsyncLocalStorage } from 'node:async_hooks';

import { ExecuteContext, PollContext } from 'n8n-core';
import * as n8nWorkflow from 'n8n-workflow';
import type {
	DeduplicationItemTypes,
	DeduplicationScope,
	ICheckProcessedOptions,
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import type { OktaUserMfaPollingTrigger } from '../../nodes/OktaUserMfaPollingTrigger/OktaUserMfaPollingTrigger.node';
import { resolveCredential } from '../shared/resolveCredential';
import type { Execution } from './engine';
import { copyOf, Executions, nodeDataOf, ProcessedData } from './polling-executions';
import type { Failure } from './polling-executions';

const NODE_ID = '5d3c0a58-58d4-44a8-9f0c-0b6a3f3f7f10';

/** How n8n polls. */
export const RELEASES = ['n8n 1.123', 'n8n 2.41', 'n8n 2.41 with durable cursors'] as const;
export type Release = (typeof RELEASES)[number];

export interface PollingEngineOptions {
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

/** The node as a new process loads it: nothing is in its memory. */
function loadNode(): OktaUserMfaPollingTrigger {
	let node: OktaUserMfaPollingTrigger | undefined;
	jest.isolateModules(() => {
		// As in n8n, the node has n8n's own: its errors are of the same classes.
		jest.doMock('n8n-workflow', () => n8nWorkflow);
		const nodeFile = jest.requireActual<{
			OktaUserMfaPollingTrigger: new () => OktaUserMfaPollingTrigger;
		}>('../../nodes/OktaUserMfaPollingTrigger/OktaUserMfaPollingTrigger.node');
		node = new nodeFile.OktaUserMfaPollingTrigger();
	});
	jest.dontMock('n8n-workflow');
	return node as unknown as OktaUserMfaPollingTrigger;
}

/** A poll's copy of the node's static data, and what of it is saved. */
interface Staged {
	data: IDataObject;
	saved: string;
}

interface Opened {
	workflow: Workflow;
	context: PollContext;
}

/** An engine with one workflow that begins with the Okta User MFA Polling Trigger, not published. */
export function createPollingEngine(options: PollingEngineOptions): PollingEngine {
	const { release = 'n8n 2.41', workflowId = 'wf1', instanceId = 'instance1' } = options;
	const isQueueMode = options.isQueueMode === true;
	const isDurable = release === 'n8n 2.41 with durable cursors';
	const staged = new AsyncLocalStorage<Staged>();
	const processed = new ProcessedData();
	let nodeType = loadNode();
	const worker = isQueueMode ? loadNode() : undefined;
	let nodeName = 'Okta User MFA Polling Trigger';
	let parameters = options.parameters ?? {};
	let credential = options.credential as ICredentialDataDecryptedObject;
	let saved: IDataObject = copyOf(options.staticData ?? {});
	/** The node's static data, where n8n keeps it apart. */
	let durable: IDataObject | undefined;
	let isScheduled = false;
	let active: Opened | undefined;
	const failures: string[] = [];
	const log: string[] = [];
	const executions = new Executions({
		tellsFailures: release !== 'n8n 1.123',
		isQueueMode,
		run: async (items) => await execute(worker ?? nodeType, 'trigger', items),
	});

	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const logger = Object.fromEntries(
		['debug', 'info', 'warn', 'error'].map((level) => [
			level,
			(...entry: unknown[]) => log.push(JSON.stringify([level, ...entry])),
		]),
	);
	const additionalData = {
		webhookWaitingBaseUrl: 'http://localhost:5678/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost:5678/form-waiting',
		credentialsHelper: {
			getParentTypes: () => ['oAuth2Api'],
			isCredentialUsableByNode: () => true,
			getDecrypted: async () => resolveCredential(structuredClone(credential)),
			runPreAuthentication: async () => undefined,
			updateCredentialsOauthTokenData: async (
				_details: unknown,
				_type: string,
				{ oauthTokenData }: ICredentialDataDecryptedObject,
			) => {
				credential = { ...credential, oauthTokenData };
			},
		},
	} as unknown as IWorkflowExecuteAdditionalData;

	function node(): INode {
		const defaults = nodeType.description.properties
			.filter(({ type }) => type !== 'notice')
			.map(({ name, default: value }) => [name, value]);
		return {
			id: NODE_ID,
			name: nodeName,
			type: 'n8n-nodes-okta-mfa.oktaUserMfaPollingTrigger',
			typeVersion: 2,
			position: [0, 0],
			parameters: { ...Object.fromEntries(defaults), ...parameters },
			credentials: { oktaOAuth2Api: { id: 'cred1', name: 'Okta account' } },
		} as INode;
	}

	function openWorkflow(): Workflow {
		return new n8nWorkflow.Workflow({
			id: workflowId,
			name: 'Watch MFA',
			nodes: [node()],
			connections: {},
			active: true,
			nodeTypes,
			staticData: copyOf(saved),
		});
	}

	function asHere<Context extends ExecuteContext | PollContext>(context: Context): Context {
		Object.defineProperty(context, 'logger', { value: logger });
		return Object.assign(context, { getInstanceId: () => instanceId });
	}

	async function execute(
		type: OktaUserMfaPollingTrigger,
		mode: WorkflowExecuteMode,
		items: INodeExecutionData[],
	): Promise<INodeExecutionData[]> {
		const workflow = openWorkflow();
		const [own] = Object.values(workflow.nodes);
		const data = { main: [items] };
		const runData = n8nWorkflow.createRunExecutionData();
		const context = asHere(
			new ExecuteContext(
				workflow,
				own,
				additionalData,
				mode,
				runData,
				0,
				items,
				data,
				{ data, node: own, source: null },
				[],
			),
		);
		Object.assign(context.helpers, {
			checkProcessedAndRecord: async (
				ids: DeduplicationItemTypes[],
				_scope: DeduplicationScope,
				settings: ICheckProcessedOptions,
			) => {
				if (executions.isDatabaseLocked) throw new Error('SQLITE_BUSY: database is locked');
				return await processed.checkAndRecord(`${workflowId}/${NODE_ID}`, ids, settings);
			},
		});
		const [output] = await type.execute.call(context);
		// n8n saves the static data after each execution, too.
		save(workflow);
		return output;
	}

	function save({ staticData }: Workflow): void {
		const observed = staticData as { __dataChanged?: boolean };
		if (executions.isDatabaseLocked || observed.__dataChanged !== true) return;
		saved = copyOf(staticData);
		observed.__dataChanged = false;
	}

	/** The poll's copy of the node's static data, to be saved; undefined if it has not changed. */
	function takeStaged(): IDataObject | undefined {
		const store = staged.getStore();
		const changed = JSON.stringify(store?.data);
		if (!store || changed === store.saved) return undefined;
		store.saved = changed;
		return copyOf(store.data);
	}

	function open(activation: WorkflowActivateMode): Opened {
		const workflow = openWorkflow();
		const [own] = Object.values(workflow.nodes);
		const context = new PollContext(
			workflow,
			own,
			additionalData,
			'trigger',
			activation,
			(data, _responsePromise, donePromise) => {
				const cursor = takeStaged();
				save(workflow);
				executions.start(data[0], donePromise, () => {
					if (cursor) durable = cursor;
				});
			},
			(error) => failures.push(error.message),
			undefined,
			undefined,
			() => staged.getStore()?.data ?? workflow.getStaticData('node', own),
			() => options.budget ?? Infinity,
		);
		if (release === 'n8n 1.123') Object.assign(context, { getPollBudgetMs: undefined });
		return { workflow, context: asHere(context) };
	}

	async function run({ context }: Opened, isFirst: boolean): Promise<void> {
		// n8n would hand over what it returns, and then can lose it.
		const poll = async () => expect(await nodeType.poll.call(context)).toBeNull();
		try {
			if (!isDurable) {
				await poll();
				return;
			}
			durable ??= copyOf(nodeDataOf(saved, nodeName));
			const data = copyOf(durable);
			await staged.run({ data, saved: JSON.stringify(data) }, async () => {
				await poll();
				const cursor = isFirst ? undefined : takeStaged();
				if (cursor && !executions.isDatabaseLocked) durable = cursor;
			});
		} finally {
			await executions.settled();
		}
	}

	async function activate(mode: WorkflowActivateMode): Promise<void> {
		const opened = open(mode);
		if (!isDurable || !isScheduled) await run(opened, true);
		save(opened.workflow);
		isScheduled = true;
		active = opened;
	}

	function staticData(): IDataObject {
		return copyOf({ ...saved, ...(durable && { [`node:${nodeName}`]: durable }) });
	}

	function setStaticData(data: IDataObject): void {
		saved = copyOf(data);
		durable = undefined;
	}

	return {
		activate: async (mode = 'activate') => await activate(mode),
		async restart() {
			nodeType = loadNode();
			executions.forgetProcess();
			await activate('init');
		},
		async poll() {
			if (!active) throw new Error('The workflow is not active');
			const opened = isDurable ? open('update') : active;
			await run(opened, false).catch((error: Error) => opened.context.__emitError(error));
		},
		async runManually() {
			const items = await execute(nodeType, 'manual', [{ json: {} }]);
			return items.map(({ json }) => json);
		},
		executions: () => executions.ended,
		items: () => executions.ended.flat(),
		failures: () => failures,
		failExecutions: (count, failure = 'cannot be stored') => executions.fail(count, failure),
		lockDatabase() {
			executions.isDatabaseLocked = true;
			return () => {
				executions.isDatabaseLocked = false;
			};
		},
		holdExecutions: () => executions.hold(),
		releaseExecutions: async () => await executions.release(),
		cancelWaiting: async () => await executions.cancelWaiting(),
		waitingCount: () => executions.waitingCount(),
		staticData,
		setStaticData,
		cursor: () => nodeDataOf(staticData(), nodeName).systemLog as IDataObject | undefined,
		editCursor(changes) {
			const edit = (cursor: unknown) => ({ ...(cursor as IDataObject), ...changes });
			const { [`node:${nodeName}`]: ofNode, global, ...others } = staticData();
			const ofWorkflow = Object.entries(global as IDataObject);
			setStaticData({
				...others,
				[`node:${nodeName}`]: { systemLog: edit((ofNode as IDataObject).systemLog) },
				global: Object.fromEntries(ofWorkflow.map(([key, cursor]) => [key, edit(cursor)])),
			});
		},
		setParameters(changed) {
			parameters = changed;
		},
		setCredential(changed) {
			credential = { ...credential, ...changed } as ICredentialDataDecryptedObject;
		},
		renameNode(name) {
			nodeName = name;
		},
		log: () => log,
	};
}
