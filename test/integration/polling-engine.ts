/**
 * As much of n8n as a polling trigger meets: n8n-core's own PollContext and request helpers around
 * the node, with credentials, static data and executions in memory. When n8n saves the static data
 * follows its code:
 *
 * - `memory`, n8n 1.123 and n8n 2.41 as shipped: all polls share one object. It is saved once the
 *   workflow is activated, and whenever a poll gave items, right before they are handed over.
 * - `durable`, n8n 2.41 with durable cursors: each poll has a copy, saved together with the execution,
 *   or when there were no items; a copy whose items could not be handed over is dropped.
 */
import './engine';

import { AsyncLocalStorage } from 'node:async_hooks';

import { PollContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { OktaUserMfaPollingTrigger } from '../../nodes/OktaUserMfaPollingTrigger/OktaUserMfaPollingTrigger.node';
import { resolveCredential } from '../shared/resolveCredential';
import type { Execution } from './engine';

const NODE_NAME = 'Okta User MFA Polling Trigger';

export type Keeping = 'memory' | 'durable';

export interface PollingEngineOptions {
	/** The OAuth credential: what a person entered, and `oauthTokenData`. */
	credential: IDataObject;
	parameters?: IDataObject;
	/** How n8n keeps the static data. */
	keeping?: Keeping;
	/** ms that n8n gives a poll; not said, as in n8n 1, when left out. */
	budget?: number;
}

export interface PollingEngine {
	/**
	 * Publishes the workflow: the first poll, whose failure is thrown. A change of the parameters or of
	 * the credential reaches the node like this.
	 */
	activate(mode?: WorkflowActivateMode): Promise<void>;
	/** Starts again from what is saved, as n8n does after it was stopped or killed. */
	restart(): Promise<void>;
	/** A poll at its time. What it throws becomes a failed execution. */
	poll(): Promise<void>;
	/** The items that a person sees who runs the node in the editor; throws what the node throws. */
	runManually(): Promise<IDataObject[]>;
	executions(): Execution[];
	/** The items of all executions, in order. */
	items(): IDataObject[];
	/** The messages of all failed executions. */
	failures(): string[];
	/** The next executions cannot be stored, as with a locked database. */
	failToHandOver(executions: number): void;
	/** What n8n has saved for the node. */
	staticData(): IDataObject;
	setStaticData(data: IDataObject): void;
	setParameters(parameters: IDataObject): void;
	setCredential(credential: IDataObject): void;
	/** Everything the node wrote to n8n's log. */
	log(): string[];
}

function copy(data: IDataObject): IDataObject {
	return JSON.parse(JSON.stringify(data)) as IDataObject;
}

/** An engine with one workflow that begins with the Okta User MFA Polling Trigger, not published. */
export function createPollingEngine(options: PollingEngineOptions): PollingEngine {
	const nodeType = new OktaUserMfaPollingTrigger();
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const isDurable = options.keeping === 'durable';
	const staged = new AsyncLocalStorage<IDataObject>();
	let parameters = options.parameters ?? {};
	let credential = options.credential as ICredentialDataDecryptedObject;
	let saved: IDataObject = {};
	let failuresToCome = 0;
	let active: { workflow: Workflow; context: PollContext } | undefined;
	const executions: Execution[] = [];
	const failures: string[] = [];
	const log: string[] = [];
	const logger = Object.fromEntries(
		['debug', 'info', 'warn', 'error'].map((level) => [
			level,
			(...entry: unknown[]) => log.push(JSON.stringify([level, ...entry])),
		]),
	);

	function node(): INode {
		const defaults = nodeType.description.properties
			.filter(({ type }) => type !== 'notice')
			.map(({ name, default: value }) => [name, value]);
		return {
			id: '5d3c0a58-58d4-44a8-9f0c-0b6a3f3f7f10',
			name: NODE_NAME,
			type: 'n8n-nodes-okta-mfa.oktaUserMfaPollingTrigger',
			typeVersion: 2,
			position: [0, 0],
			parameters: { ...Object.fromEntries(defaults), ...parameters },
			credentials: { oktaOAuth2Api: { id: 'cred1', name: 'Okta account' } },
		} as INode;
	}

	const additionalData = {
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

	function open(executionMode: WorkflowExecuteMode, mode: WorkflowActivateMode) {
		const workflow = new Workflow({
			id: 'wf1',
			name: 'Watch MFA',
			nodes: [node()],
			connections: {},
			active: true,
			nodeTypes,
			staticData: { [`node:${NODE_NAME}`]: copy(saved) },
		});
		const [own] = Object.values(workflow.nodes);
		const context = new PollContext(
			workflow,
			own,
			additionalData,
			executionMode,
			mode,
			undefined,
			undefined,
			undefined,
			undefined,
			() => staged.getStore() ?? workflow.getStaticData('node', own),
			() => options.budget ?? Infinity,
		);
		if (options.budget === undefined) Object.assign(context, { getPollBudgetMs: undefined });
		return { workflow, context: Object.defineProperty(context, 'logger', { value: logger }) };
	}

	function save({ workflow }: { workflow: Workflow }): void {
		const isChanged = (workflow.staticData as { __dataChanged?: boolean }).__dataChanged;
		if (!isDurable && isChanged) saved = copy(workflow.getStaticData('node', node()));
	}

	function handOver(result: INodeExecutionData[][]): boolean {
		if (failuresToCome > 0) {
			failuresToCome -= 1;
			return false;
		}
		executions.push(copy({ items: result[0].map(({ json }) => json) }).items as Execution);
		return true;
	}

	async function run({ workflow, context }: { workflow: Workflow; context: PollContext }) {
		const poll = async () => await nodeType.poll.call(context);
		if (!isDurable) {
			const result = await poll();
			if (result === null) return;
			save({ workflow });
			handOver(result);
			return;
		}
		const snapshot = copy(saved);
		const result = await staged.run(snapshot, poll);
		if (result === null || handOver(result)) saved = copy(snapshot);
	}

	async function activate(mode: WorkflowActivateMode): Promise<void> {
		const opened = open('trigger', mode);
		await run(opened);
		save(opened);
		active = opened;
	}

	return {
		activate: async (mode = 'activate') => await activate(mode),
		restart: async () => await activate('init'),
		async poll() {
			if (!active) throw new Error('The workflow is not active');
			await run(active).catch((error: Error) => failures.push(error.message));
		},
		async runManually() {
			const { workflow, context } = open('manual', 'manual');
			const result = await nodeType.poll.call(context);
			// n8n does not save it; here, a test sees what the node did to it.
			save({ workflow });
			return (result?.[0] ?? []).map(({ json }) => json);
		},
		executions: () => executions,
		items: () => executions.flat(),
		failures: () => failures,
		failToHandOver(count) {
			failuresToCome = count;
		},
		staticData: () => copy(saved),
		setStaticData(data) {
			saved = copy(data);
		},
		setParameters(changed) {
			parameters = changed;
		},
		setCredential(changed) {
			credential = { ...credential, ...changed } as ICredentialDataDecryptedObject;
		},
		log: () => log,
	};
}
