/**
 * The parts of n8n that a webhook trigger uses. n8n-core's own contexts and request helpers, including OAuth
 * signing and refresh, run around an HTTP server. Credentials, static data, executions, and deduplication
 * data are in memory. The order of calls, what is saved when, and the responses follow n8n 2.41. The
 * end-to-end tests run real n8n versions.
 */
import type { Request, Response } from 'express';
import type { PollContext } from 'n8n-core';
import type {
	IDataObject,
	IRun,
	IWebhookDescription,
	Workflow,
	WorkflowActivateMode,
} from 'n8n-workflow';

import { hookContext, pollContext, webhookContext, webhooksOf } from './contexts';
import type { Engine, EngineOptions } from './engine-types';
import { Executions } from './executions';
import { NODE_ID, WEBHOOK_ID } from './node-workflow';
import { pollNode } from './poll-node';
import { ProcessedData } from './processed-data';
import { copyOf, withNodeData } from './static-data';
import { WebhookServer } from './webhook-server';
import { WorkflowHost } from './workflow-host';

let workflows = 0;

/** Starts an engine with one workflow that starts with one of the package's nodes. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
	workflows += 1;
	const { workflowId = `wf${workflows}`, parameters = {}, oauthTokenData } = options;
	const isV1 = options.version === '1.123';
	const host = new WorkflowHost({
		node: options.nodeType ?? 'OktaUserMfaTrigger',
		nodeType: options.sharesProcessWith?.nodeType,
		sleep: options.sleep,
		hasWorker: options.hasWorker,
		credential: { ...options.credential, ...(oauthTokenData && { oauthTokenData }) },
		workflow: {
			workflowId,
			workflowName: options.workflowName ?? 'Watch MFA',
			parameters,
			webhookId: options.lacksWebhookId ? undefined : WEBHOOK_ID,
			staticData: {},
		},
	});
	const { workflow: stored } = host;
	const processed = new ProcessedData();
	const executions = new Executions(
		async (items, mode) =>
			await host.execute(
				host.open(),
				items,
				mode,
				async (ids, _scope, settings) => await processed.checkAndRecord(NODE_ID, ids, settings),
			),
	);
	const server = new WebhookServer();
	let savedForTest: IDataObject = {};
	let active: PollContext | undefined;
	/** Executions that polls started and that aren't held. */
	const polled = new Set<Promise<unknown>>();

	async function respond(
		webhook: IWebhookDescription,
		request: Request,
		response: Response,
		isTest: boolean,
	): Promise<void> {
		const workflow = host.open(isTest ? savedForTest : stored.staticData);
		const context = webhookContext(workflow, host.environment({ request, response }), {
			webhookName: webhook.name,
			isTest,
		});
		const save = () => {
			if (!isTest) host.save(workflow);
		};
		const result = (await host.nodeType.webhook?.call(context)) ?? {};
		if (result.noWebhookResponse) {
			save();
			return;
		}
		if (!result.workflowData)
			throw new Error('The node left the response to n8n but returned no items');
		const acknowledge = () => {
			save();
			response.status(Number(webhook.responseCode)).end();
		};
		if (isV1) acknowledge();
		const run = await executions.store(result.workflowData[0], context.getMode());
		if (!isV1) acknowledge();
		// No one is notified of a canceled execution.
		run().catch(() => {});
	}

	/** The context of all polls until the workflow is unpublished or published again. */
	function openPoll(workflow: Workflow, mode: WorkflowActivateMode): PollContext {
		return pollContext(workflow, host.environment(), mode, {
			emit([items], _responsePromise, donePromise) {
				host.save(workflow);
				const isHeld = executions.gate.isClosed;
				const execution = (async () => {
					let run: () => Promise<IRun>;
					try {
						run = await executions.store(items, 'trigger');
					} catch (error) {
						if (!isV1) donePromise?.reject(error as Error);
						return;
					}
					await run().then(donePromise?.resolve, donePromise?.reject);
				})();
				if (!isHeld) polled.add(execution);
			},
			emitError: (error) => executions.failures.push(error.message),
		});
	}

	async function poll(context: PollContext): Promise<void> {
		await pollNode(host.nodeType, context);
		await Promise.all(polled);
		polled.clear();
	}

	async function register(mode: WorkflowActivateMode): Promise<void> {
		const workflow = host.open();
		active = undefined;
		const methods = host.nodeType.webhookMethods?.default;
		if (!methods) {
			active = openPoll(workflow, mode);
			await poll(active);
			host.save(workflow);
			return;
		}
		const context = hookContext(workflow, host.environment(), mode);
		server.registered.webhook = true;
		try {
			if (!(await methods.checkExists.call(context))) await methods.create.call(context);
			host.save(workflow);
			active = openPoll(workflow, mode);
		} catch (error) {
			if (options.cleansUp !== false) {
				await methods.delete
					.call(context)
					.catch((clearError: Error) => host.log.entries.push(clearError.message));
			}
			host.save(workflow);
			server.registered.webhook = false;
			throw error;
		}
	}

	async function unregister(): Promise<void> {
		const workflow = host.open();
		server.registered.webhook = false;
		active = undefined;
		const methods = host.nodeType.webhookMethods?.default;
		await methods?.delete.call(hookContext(workflow, host.environment(), 'update'));
		host.save(workflow);
	}

	async function test(method: 'create' | 'delete'): Promise<void> {
		const workflow = host.open(savedForTest);
		server.registered['webhook-test'] = method === 'create';
		// n8n uses different modes to start and end a test.
		const context =
			method === 'create'
				? hookContext(workflow, host.environment(), 'manual', { mode: 'manual', isTest: true })
				: hookContext(workflow, host.environment(), 'update', { mode: 'internal', isTest: true });
		try {
			await host.nodeType.webhookMethods?.default?.[method].call(context);
		} finally {
			savedForTest = copyOf(workflow.staticData);
		}
	}

	await server.start(webhooksOf(host.open()), respond, options.webhookUrl);
	host.baseUrl = server.baseUrl;

	return {
		get webhookUrl() {
			return server.webhookUrl;
		},
		address: server.address,
		workflowId,
		get nodeType() {
			return host.nodeType;
		},
		publish: async (mode = 'activate') => await register(mode),
		unpublish: unregister,
		async restart(webhookUrl = host.baseUrl) {
			server.baseUrl = webhookUrl;
			host.baseUrl = webhookUrl;
			server.registered['webhook-test'] = false;
			savedForTest = {};
			host.reload();
			await register('init');
		},
		startTest: async () => await test('create'),
		endTest: async () => await test('delete'),
		poll: async () => await poll(active ?? openPoll(host.open(), 'activate')),
		failures: () => executions.failures,
		isListening: () => server.registered.webhook,
		executions: () => executions.stored,
		items: () => executions.stored.flat(),
		failToStore(count) {
			executions.upcomingFailures = count;
		},
		cancelExecutions(count) {
			executions.upcomingCancellations = count;
		},
		setReachable(isReachable) {
			server.isReachable = isReachable;
		},
		holdRequests: () => server.gate.close(),
		requestCount: () => server.requestCount,
		openCount: () => server.openCount,
		heldCount: () => executions.heldCount,
		holdExecutions: () => executions.gate.close(),
		stopHeldExecutions: () => executions.gate.abandon(),
		staticData: () => host.nodeData(),
		setStaticData(data) {
			stored.staticData = withNodeData(stored.nodeName, data);
		},
		setParameters(changed) {
			stored.parameters = changed;
		},
		setCredential: (changes) => host.changeCredential(changes),
		savedCredential: () => host.savedCredential(),
		log: () => host.log.entries,
		warnings: () => host.log.warnings,
		stop: async () => await server.stop(),
	};
}
