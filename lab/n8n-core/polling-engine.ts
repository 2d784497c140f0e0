/**
 * The parts of n8n that a polling trigger uses. n8n-core's own PollContext, ExecuteContext, and request
 * helpers run around the node. Credentials, static data, and executions are in memory. What is saved when
 * follows n8n's code:
 *
 * - n8n 1.123 and n8n 2.41 by default: all polls share one workflow. If its static data has changed, it is
 *   saved once the workflow is activated and whenever a poll emits items.
 * - n8n 2.41 with durable cursors: each poll has its own workflow and copy of the node's static data. The
 *   copy is saved together with an execution, or once the poll has ended. The first poll of a published
 *   workflow isn't a scheduled one, so it saves the copy only with an execution. When n8n starts, it doesn't
 *   poll before the next scheduled time.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import type { PollContext } from 'n8n-core';
import type {
	IDataObject,
	INodeExecutionData,
	Workflow,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { pollContext } from './contexts';
import { NODE_ID, nodeIn } from './node-workflow';
import { pollNode } from './poll-node';
import { PolledExecutions } from './polled-executions';
import type { PollingEngine, PollingEngineOptions } from './polling-engine-types';
import { ProcessedData } from './processed-data';
import { copyOf, nodeDataOf, withNodeData } from './static-data';
import { WorkflowHost } from './workflow-host';

/** A poll's copy of the node's static data, and the part that is already saved, as JSON. */
interface Staged {
	data: IDataObject;
	saved: string;
}

interface Opened {
	workflow: Workflow;
	context: PollContext;
}

/** Creates an engine with one unpublished workflow that starts with one of the package's nodes. */
export function createPollingEngine(options: PollingEngineOptions): PollingEngine {
	const { release = 'n8n 2.41', workflowId = 'wf1', instanceId = 'instance1' } = options;
	const isQueueMode = options.isQueueMode === true;
	const isDurable = release === 'n8n 2.41 with durable cursors';
	const staged = new AsyncLocalStorage<Staged>();
	const processed = new ProcessedData();
	const host = new WorkflowHost({
		node: options.nodeType ?? 'OktaUserMfaPollingTrigger',
		hasWorker: isQueueMode,
		instanceId,
		credential: options.credential,
		workflow: {
			workflowId,
			workflowName: 'Watch MFA',
			parameters: options.parameters ?? {},
			staticData: copyOf(options.staticData ?? {}),
		},
	});
	const { workflow: stored } = host;
	/** The node's static data, if n8n stores it separately. */
	let durable: IDataObject | undefined;
	let isScheduled = false;
	let active: Opened | undefined;
	const failures: string[] = [];
	const executions = new PolledExecutions({
		reportsFailures: release !== 'n8n 1.123',
		isQueueMode,
		run: async (items) => await execute('trigger', items),
	});

	async function execute(
		mode: WorkflowExecuteMode,
		items: INodeExecutionData[],
	): Promise<INodeExecutionData[]> {
		const workflow = host.open();
		const output = await host.execute(workflow, items, mode, async (ids, _scope, settings) => {
			if (executions.isDatabaseLocked) throw new Error('SQLITE_BUSY: database is locked');
			return await processed.checkAndRecord(`${workflowId}/${NODE_ID}`, ids, settings);
		});
		// n8n also saves the static data after each execution.
		save(workflow);
		return output;
	}

	function save(workflow: Workflow): void {
		if (!executions.isDatabaseLocked) host.save(workflow);
	}

	/** The poll's copy of the node's static data to save, or undefined if it hasn't changed. */
	function takeStaged(): IDataObject | undefined {
		const store = staged.getStore();
		const changed = JSON.stringify(store?.data);
		if (!store || changed === store.saved) return undefined;
		store.saved = changed;
		return copyOf(store.data);
	}

	function open(activation: WorkflowActivateMode): Opened {
		const workflow = host.open();
		const context = pollContext(workflow, host.environment(), activation, {
			emit(data, _responsePromise, donePromise) {
				const cursor = takeStaged();
				save(workflow);
				executions.start(data[0], donePromise, () => {
					if (cursor) durable = cursor;
				});
			},
			emitError: (error) => failures.push(error.message),
			nodeStaticData: () =>
				staged.getStore()?.data ?? workflow.getStaticData('node', nodeIn(workflow)),
			budget: release !== 'n8n 1.123' && (() => options.budget ?? Infinity),
		});
		return { workflow, context };
	}

	async function run({ context }: Opened, isFirst: boolean): Promise<void> {
		const poll = async () => await pollNode(host.nodeType, context);
		try {
			if (!isDurable) {
				await poll();
				return;
			}
			durable ??= copyOf(host.nodeData());
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
		return copyOf({ ...stored.staticData, ...(durable && withNodeData(stored.nodeName, durable)) });
	}

	function setStaticData(data: IDataObject): void {
		stored.staticData = copyOf(data);
		durable = undefined;
	}

	return {
		activate: async (mode = 'activate') => await activate(mode),
		async restart() {
			host.reload();
			executions.forgetProcess();
			await activate('init');
		},
		async poll() {
			if (!active) throw new Error('The workflow is not active');
			const opened = isDurable ? open('update') : active;
			await run(opened, false).catch((error: Error) => opened.context.__emitError(error));
		},
		async runManually() {
			const items = await execute('manual', [{ json: {} }]);
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
		cursor: () => nodeDataOf(staticData(), stored.nodeName).systemLog as IDataObject | undefined,
		editCursor(changes) {
			const edit = (cursor: unknown) => ({ ...(cursor as IDataObject), ...changes });
			const { [`node:${stored.nodeName}`]: nodeData, global, ...others } = staticData();
			const globalEntries = Object.entries(global as IDataObject);
			setStaticData({
				...others,
				...withNodeData(stored.nodeName, {
					systemLog: edit((nodeData as IDataObject).systemLog),
				}),
				global: Object.fromEntries(globalEntries.map(([key, cursor]) => [key, edit(cursor)])),
			});
		},
		setParameters(changed) {
			stored.parameters = changed;
		},
		setCredential: (changes) => host.changeCredential(changes),
		renameNode(name) {
			stored.nodeName = name;
		},
		log: () => host.log.entries,
	};
}
