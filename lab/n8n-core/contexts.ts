/** n8n-core's contexts, which a node gets as `this`. */
import './user-folder';
import 'reflect-metadata';

import { ExecuteContext, HookContext, PollContext, WebhookContext } from 'n8n-core';
import { createRunExecutionData } from 'n8n-workflow';
import type {
	IDataObject,
	INodeExecutionData,
	IPollFunctions,
	IWebhookData,
	IWebhookDescription,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { nodeIn } from './node-workflow';

/** The parts of n8n that a node's context exposes. */
export interface N8nEnvironment {
	additionalData: IWorkflowExecuteAdditionalData;
	/** Default: n8n's own logger. */
	logger?: unknown;
	/** Default: the instance ID from n8n's user folder. */
	instanceId?: string;
}

function applyEnvironment<Context extends object>(
	context: Context,
	{ logger, instanceId }: N8nEnvironment,
): Context {
	if (logger !== undefined) Object.defineProperty(context, 'logger', { value: logger });
	if (instanceId !== undefined) Object.assign(context, { getInstanceId: () => instanceId });
	return context;
}

/** The webhooks of the workflow's node. */
export function webhooksOf(workflow: Workflow): IWebhookDescription[] {
	const { type, typeVersion } = nodeIn(workflow);
	return workflow.nodeTypes.getByNameAndVersion(type, typeVersion).description.webhooks ?? [];
}

/** The webhook with this name. `default` is the one for deliveries. */
function webhookNamed(workflow: Workflow, name: string): IWebhookDescription {
	const description = webhooksOf(workflow).find((webhook) => webhook.name === name);
	if (!description) throw new Error(`The node has no webhook named ${name}`);
	return description;
}

function webhookData(
	workflow: Workflow,
	description: IWebhookDescription,
	isTest: boolean,
): IWebhookData {
	return {
		isTest,
		httpMethod: description.httpMethod,
		node: nodeIn(workflow).name,
		path: description.path,
		webhookDescription: description,
		workflowId: workflow.id,
		workflowExecuteAdditionalData: {},
	} as unknown as IWebhookData;
}

export interface HookOptions {
	mode?: WorkflowExecuteMode;
	isTest?: boolean;
}

/** For `checkExists`, `create`, and `delete`. */
export function hookContext(
	workflow: Workflow,
	environment: N8nEnvironment,
	activation: WorkflowActivateMode,
	{ mode = 'trigger', isTest = false }: HookOptions = {},
): HookContext {
	const context = new HookContext(
		workflow,
		nodeIn(workflow),
		environment.additionalData,
		mode,
		activation,
		webhookData(workflow, webhookNamed(workflow, 'default'), isTest),
	);
	return applyEnvironment(context, environment);
}

export interface WebhookOptions {
	/** Default: `default`, the one for deliveries. */
	webhookName?: string;
	isTest?: boolean;
}

/** For a request to a webhook. The request is in the additional data. */
export function webhookContext(
	workflow: Workflow,
	environment: N8nEnvironment,
	{ webhookName = 'default', isTest = false }: WebhookOptions = {},
): WebhookContext {
	const context = new WebhookContext(
		workflow,
		nodeIn(workflow),
		environment.additionalData,
		isTest ? 'manual' : 'webhook',
		webhookData(workflow, webhookNamed(workflow, webhookName), isTest),
		[],
		null,
	);
	return applyEnvironment(context, environment);
}

/** How n8n handles a poll and what it finds. */
export interface PollOptions {
	emit?: IPollFunctions['__emit'];
	emitError?: IPollFunctions['__emitError'];
	/** The node's static data, if n8n stores it separately from the workflow's. */
	nodeStaticData?: () => IDataObject;
	/** How much time n8n allows a poll, in ms. `false` if n8n doesn't report that, like n8n 1. */
	budget?: (() => number) | false;
}

/** For polls. */
export function pollContext(
	workflow: Workflow,
	environment: N8nEnvironment,
	activation: WorkflowActivateMode,
	{ emit, emitError, nodeStaticData, budget }: PollOptions = {},
): PollContext {
	const context = new PollContext(
		workflow,
		nodeIn(workflow),
		environment.additionalData,
		'trigger',
		activation,
		emit,
		emitError,
		undefined,
		undefined,
		nodeStaticData,
		budget === false ? undefined : budget,
	);
	if (budget === false) Object.assign(context, { getPollBudgetMs: undefined });
	return applyEnvironment(context, environment);
}

/** For the node's part of an execution. */
export function executeContext(
	workflow: Workflow,
	environment: N8nEnvironment,
	mode: WorkflowExecuteMode,
	items: INodeExecutionData[],
): ExecuteContext {
	const node = nodeIn(workflow);
	const data = { main: [items] };
	const context = new ExecuteContext(
		workflow,
		node,
		environment.additionalData,
		mode,
		createRunExecutionData(),
		0,
		items,
		data,
		{ node, data, source: null },
		[],
	);
	return applyEnvironment(context, environment);
}
