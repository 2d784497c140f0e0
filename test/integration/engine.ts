/**
 * As much of n8n as a webhook trigger meets: n8n-core's own contexts for hooks, webhooks, polls and
 * executions, and its request helpers (OAuth signing and refresh included) around an HTTP server, with
 * credentials, static data, executions and the memory for deduplication in memory. What the engine itself
 * does (the order of the calls, what it saves when, how it answers) follows n8n 2.41; the end-to-end tests
 * run the real ones.
 */
import 'reflect-metadata';

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const userFolder = mkdtempSync(join(tmpdir(), 'n8n-core-'));
process.env.N8N_USER_FOLDER = userFolder;
afterAll(() => rmSync(userFolder, { recursive: true, force: true }));
process.env.N8N_ENCRYPTION_KEY ??= 'of no worth';

import express from 'express';
import type { Request, Response } from 'express';
import { ExecuteContext, HookContext, PollContext, WebhookContext } from 'n8n-core';
import * as n8nWorkflow from 'n8n-workflow';
import type {
	Workflow,
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	INode,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeTypes,
	IRun,
	IRunExecutionData,
	IWebhookData,
	IWebhookDescription,
	IWorkflowExecuteAdditionalData,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { OktaServiceAppApi } from '../../credentials/OktaServiceAppApi.credentials';
import type { OktaUserMfaTrigger } from '../../nodes/OktaUserMfaTrigger/OktaUserMfaTrigger.node';
import { resolveCredential } from '../shared/resolveCredential';

const NODE_TYPE = 'n8n-nodes-okta-mfa.oktaUserMfaTrigger';

const WEBHOOK_ID = '7f9c5f52-6a45-4f5d-9d3c-0b5f7d1f1c9e';

const CREDENTIAL_TYPES = { oAuth2: 'oktaOAuth2Api', serviceApp: 'oktaServiceAppApi' } as const;
type CredentialType = (typeof CREDENTIAL_TYPES)[keyof typeof CREDENTIAL_TYPES];

/** One production execution: the items that came out of the trigger, or that it started with until it ran. */
export type Execution = IDataObject[];

export interface EngineOptions {
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
	readonly nodeType: OktaUserMfaTrigger;
	/** Where the engine really listens, whatever its public address is: `http://127.0.0.1:PORT`. */
	readonly address: string;
	readonly workflowId: string;
	/** Publishes the workflow: the route first, then checkExists() and, if that is false, create(). */
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
	 * A poll at its time: the trigger looks after its hook. Waits for the executions that it starts, unless
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

let workflows = 0;

/**
 * Makes others wait.
 *
 * @param set gets what they wait for, and undefined once nobody has to
 * @returns lets them go on
 */
function closeGate(set: (gate: Promise<void> | undefined) => void): () => void {
	let release = () => {};
	set(
		new Promise((resolve) => {
			release = resolve;
		}),
	);
	return () => {
		set(undefined);
		release();
	};
}

/** The node as a new process loads it: nothing is in its memory. */
function loadNode({ sleep = n8nWorkflow.sleep }: EngineOptions): OktaUserMfaTrigger {
	let node: OktaUserMfaTrigger | undefined;
	jest.isolateModules(() => {
		// Loaded once: it remembers nothing.
		jest.doMock('n8n-workflow', () => ({ ...n8nWorkflow, sleep }));
		const nodeFile = jest.requireActual<{ OktaUserMfaTrigger: new () => OktaUserMfaTrigger }>(
			'../../nodes/OktaUserMfaTrigger/OktaUserMfaTrigger.node',
		);
		node = new nodeFile.OktaUserMfaTrigger();
	});
	jest.dontMock('n8n-workflow');
	return node as unknown as OktaUserMfaTrigger;
}

/** Starts an engine with one workflow that begins with the Okta User MFA Trigger. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
	let nodeType = options.sharesProcessWith?.nodeType ?? loadNode(options);
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	let parameters = options.parameters ?? {};
	const serviceApp = new OktaServiceAppApi();
	const credentials: Record<CredentialType, ICredentialDataDecryptedObject> = {
		oktaOAuth2Api: {},
		oktaServiceAppApi: {},
	};
	changeCredential({
		...options.credential,
		...(options.oauthTokenData && { oauthTokenData: options.oauthTokenData }),
	});
	const worker = options.hasWorker ? loadNode(options) : undefined;
	let saved: IDataObject = {};
	let savedForTest: IDataObject = {};
	/** The ids of events that n8n knows from executions of the node. */
	let processed: string[] = [];
	let active: PollContext | undefined;
	let isReachable = true;
	let door: Promise<void> | undefined;
	let cancellationsToCome = 0;
	/** Executions that polls have started, and that aren't held back. */
	const polled = new Set<Promise<unknown>>();
	let listening = false;
	let testing = false;
	let failuresToCome = 0;
	let requestCount = 0;
	let openCount = 0;
	let heldCount = 0;
	let hold: Promise<void> | undefined;
	const executions: Execution[] = [];
	const failures: string[] = [];
	const log: string[] = [];
	const warnings: string[] = [];
	workflows += 1;
	const { workflowId = `wf${workflows}` } = options;

	const app = express();
	const server = createServer(app);
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	let baseUrl = options.webhookUrl ?? `http://127.0.0.1:${port}/`;

	function credentialInUse(): CredentialType {
		return CREDENTIAL_TYPES[parameters.authentication === 'serviceApp' ? 'serviceApp' : 'oAuth2'];
	}

	function changeCredential(changes: IDataObject): void {
		Object.assign(credentials[credentialInUse()], changes);
	}

	/** The credential as n8n gives it to a node: with defaults, expressions evaluated. */
	function decrypt(type: CredentialType): ICredentialDataDecryptedObject {
		const stored = structuredClone(credentials[type]);
		if (type === 'oktaOAuth2Api') return resolveCredential(stored);
		const defaults = serviceApp.properties.map(({ name, default: value }) => [name, value]);
		return { ...Object.fromEntries(defaults), ...stored } as ICredentialDataDecryptedObject;
	}

	function node(): INode {
		const defaults = nodeType.description.properties
			.filter(({ type }) => type !== 'notice')
			.map(({ name, default: value }) => [name, value]);
		return {
			id: '1b7f4f0e-5c5b-4f0a-8d8b-2f8d3f6f3a11',
			name: 'Okta User MFA Trigger',
			type: NODE_TYPE,
			typeVersion: 2,
			position: [0, 0],
			parameters: { ...Object.fromEntries(defaults), ...parameters },
			...(!options.lacksWebhookId && { webhookId: WEBHOOK_ID }),
			credentials: {
				oktaOAuth2Api: { id: 'cred1', name: 'Okta account' },
				oktaServiceAppApi: { id: 'cred2', name: 'Okta service app' },
			},
		} as INode;
	}

	function openWorkflow(staticData = saved): Workflow {
		return new n8nWorkflow.Workflow({
			id: workflowId,
			name: options.workflowName ?? 'Watch MFA',
			nodes: [node()],
			connections: {},
			active: true,
			nodeTypes,
			staticData: structuredClone(staticData),
		});
	}

	function additionalData(http?: { req: Request; res: Response }) {
		return {
			webhookBaseUrl: `${baseUrl}webhook`,
			webhookTestBaseUrl: `${baseUrl}webhook-test`,
			httpRequest: http?.req,
			httpResponse: http?.res,
			credentialsHelper: {
				getParentTypes: (type: CredentialType) => (type === 'oktaOAuth2Api' ? ['oAuth2Api'] : []),
				isCredentialUsableByNode: () => true,
				getDecrypted: async (_data: unknown, _details: unknown, type: CredentialType) =>
					decrypt(type),
				preAuthentication: async (
					helpers: IHttpRequestHelper,
					decrypted: ICredentialDataDecryptedObject,
					type: CredentialType,
					_node: INode,
					isExpired: boolean,
				) => {
					const hasToken = decrypted.accessToken !== '';
					if (type !== 'oktaServiceAppApi' || (hasToken && !isExpired)) return undefined;
					const output = await serviceApp.preAuthentication.call(helpers, decrypted);
					Object.assign(credentials[type], output);
					return Object.assign(decrypted, output);
				},
				authenticate: async (
					decrypted: ICredentialDataDecryptedObject,
					_type: CredentialType,
					request: IHttpRequestOptions,
				) => await serviceApp.authenticate(decrypted, request),
				runPreAuthentication: async () => undefined,
				updateCredentialsOauthTokenData: async (
					_details: unknown,
					_type: string,
					data: ICredentialDataDecryptedObject,
				) => {
					credentials.oktaOAuth2Api.oauthTokenData = data.oauthTokenData;
				},
			},
		} as unknown as IWorkflowExecuteAdditionalData;
	}

	function webhookData(description: IWebhookDescription, isTest = false): IWebhookData {
		return {
			isTest,
			httpMethod: description.httpMethod,
			node: node().name,
			path: description.path,
			webhookDescription: description,
			workflowId,
			workflowExecuteAdditionalData: {},
		} as unknown as IWebhookData;
	}

	const deliveryWebhook = nodeType.description.webhooks?.find(({ name }) => name === 'default');
	if (!deliveryWebhook) throw new Error('The node declares no webhook for deliveries');

	const logger = Object.fromEntries(
		['debug', 'info', 'warn', 'error'].map((level) => [
			level,
			(...entry: unknown[]) => {
				log.push(JSON.stringify([level, ...entry]));
				if (level === 'warn') warnings.push(String(entry[0]));
			},
		]),
	);

	function hookContext(
		workflow: Workflow,
		mode: WorkflowActivateMode,
		executionMode: WorkflowExecuteMode = 'trigger',
		isTest = false,
	): HookContext {
		const context = new HookContext(
			workflow,
			Object.values(workflow.nodes)[0],
			additionalData(),
			executionMode,
			mode,
			webhookData(deliveryWebhook as IWebhookDescription, isTest),
		);
		return Object.defineProperty(context, 'logger', { value: logger });
	}

	function copyOf(staticData: IDataObject): IDataObject {
		return JSON.parse(JSON.stringify(staticData)) as IDataObject;
	}

	/** Saves the static data if it was changed in this workflow object, as n8n does. */
	function save({ staticData }: Workflow): void {
		if (!staticData.__dataChanged) return;
		saved = copyOf(staticData);
		staticData.__dataChanged = false;
	}

	/** n8n's, which reads and writes the list without a lock. */
	const checkProcessedAndRecord: IExecuteFunctions['helpers']['checkProcessedAndRecord'] = async (
		ids,
		_scope,
		{ maxEntries },
	) => {
		const known = new Set<unknown>(processed);
		await new Promise(setImmediate);
		const fresh = ids.filter((id) => !known.has(id));
		processed = [...(known as Set<string>), ...fresh.map(String)].slice(-(maxEntries ?? 0));
		return { new: fresh, processed: ids.filter((id) => known.has(id)) };
	};

	/** Runs the trigger node of an execution. */
	async function execute(
		items: INodeExecutionData[],
		mode: WorkflowExecuteMode,
	): Promise<INodeExecutionData[]> {
		const workflow = openWorkflow();
		const [own] = Object.values(workflow.nodes);
		const data = { main: [items] };
		const context = new ExecuteContext(
			workflow,
			own,
			additionalData(),
			mode,
			{ resultData: { runData: {} } } as IRunExecutionData,
			0,
			items,
			data,
			{ node: own, data, source: null },
			[],
		);
		Object.defineProperty(context, 'logger', { value: logger });
		Object.assign(context.helpers, { checkProcessedAndRecord });
		const runner = mode === 'manual' ? nodeType : (worker ?? nodeType);
		const [output] = await runner.execute.call(context);
		return output;
	}

	/**
	 * Stores an execution.
	 *
	 * @returns runs it
	 */
	async function store(
		items: INodeExecutionData[],
		mode: WorkflowExecuteMode,
	): Promise<() => Promise<IRun>> {
		heldCount += 1;
		await hold;
		heldCount -= 1;
		if (failuresToCome > 0) {
			failuresToCome -= 1;
			throw new Error('SQLITE_BUSY: database is locked');
		}
		const place = executions.push(items.map(({ json }) => json)) - 1;
		const isCanceled = cancellationsToCome > 0;
		cancellationsToCome -= Number(isCanceled);
		return async () => {
			if (isCanceled) throw new n8nWorkflow.ManualExecutionCancelledError(String(place));
			try {
				const output = await execute(structuredClone(items), mode);
				executions[place] = output.map(({ json }) => json);
			} catch (error) {
				failures.push((error as Error).message);
			}
			return { mode, finished: true, status: 'success' } as IRun;
		};
	}

	async function runWebhook(
		description: IWebhookDescription,
		req: Request,
		res: Response,
		isTest: boolean,
	) {
		requestCount += 1;
		openCount += 1;
		res.once('close', () => (openCount -= 1));
		const workflow = openWorkflow(isTest ? savedForTest : saved);
		const context = new WebhookContext(
			workflow,
			Object.values(workflow.nodes)[0],
			additionalData({ req, res }),
			isTest ? 'manual' : 'webhook',
			webhookData(description, isTest),
			[],
			null,
		);
		Object.defineProperty(context, 'logger', { value: logger });
		const result = await nodeType.webhook.call(context);
		if (!result.noWebhookResponse) {
			if (!result.workflowData) throw new Error('The node left the answer to n8n without items');
			const acknowledge = () => {
				if (!isTest) save(workflow);
				res.status(Number(description.responseCode)).end();
			};
			if (options.version === '1.123') acknowledge();
			const run = await store(result.workflowData[0], context.getMode());
			if (options.version !== '1.123') acknowledge();
			// A canceled one, nobody hears of.
			run().catch(() => {});
		} else if (!isTest) save(workflow);
	}

	/** What n8n polls a workflow with, from when it's published until it's unpublished or published again. */
	function pollContext(workflow: Workflow, mode: WorkflowActivateMode): PollContext {
		const context = new PollContext(
			workflow,
			Object.values(workflow.nodes)[0],
			additionalData(),
			'trigger',
			mode,
			([items], _responsePromise, donePromise) => {
				save(workflow);
				const isHeld = hold !== undefined;
				const execution = (async () => {
					let run: () => Promise<IRun>;
					try {
						run = await store(items, 'trigger');
					} catch (error) {
						if (options.version !== '1.123') donePromise?.reject(error as Error);
						return;
					}
					await run().then(donePromise?.resolve, donePromise?.reject);
				})();
				if (!isHeld) polled.add(execution);
			},
			(error) => failures.push(error.message),
		);
		return Object.defineProperty(context, 'logger', { value: logger });
	}

	app.use(async (req, _res, next) => {
		await door;
		if (isReachable) next();
		else req.socket.destroy();
	});
	app.use((req, res, next) => {
		const path = new URL(baseUrl).pathname;
		if (req.url.startsWith(path)) req.url = `/${req.url.slice(path.length)}`;
		else return void res.status(404).end();
		next();
	});
	app.use(express.json({ limit: '16mb', strict: false }));
	app.use(express.text());
	for (const description of nodeType.description.webhooks ?? []) {
		const method = description.httpMethod === 'GET' ? 'get' : 'post';
		app[method](`/:kind/:webhookId/${description.path}`, async (req, res) => {
			const isTest = req.params.kind === 'webhook-test';
			if (!(isTest ? testing : listening)) {
				res.status(404).end();
				return;
			}
			await runWebhook(description, req, res, isTest).catch(() => {
				if (!res.headersSent) res.status(500).end();
			});
		});
	}

	async function register(mode: WorkflowActivateMode): Promise<void> {
		const workflow = openWorkflow();
		const context = hookContext(workflow, mode);
		active = undefined;
		listening = true;
		try {
			const { checkExists, create } = nodeType.webhookMethods.default;
			if (!(await checkExists.call(context))) await create.call(context);
			save(workflow);
			active = pollContext(workflow, mode);
		} catch (error) {
			if (options.cleansUp !== false) {
				await nodeType.webhookMethods.default.delete
					.call(context)
					.catch((clearError: Error) => log.push(clearError.message));
			}
			save(workflow);
			listening = false;
			throw error;
		}
	}

	async function test(method: 'create' | 'delete'): Promise<void> {
		const workflow = openWorkflow(savedForTest);
		testing = method === 'create';
		// n8n ends a test in other modes than it begins one.
		const context =
			method === 'create'
				? hookContext(workflow, 'manual', 'manual', true)
				: hookContext(workflow, 'update', 'internal', true);
		try {
			await nodeType.webhookMethods.default[method].call(context);
		} finally {
			savedForTest = copyOf(workflow.staticData);
		}
	}

	return {
		get webhookUrl() {
			return `${baseUrl}webhook/${WEBHOOK_ID}/webhook`;
		},
		address: `http://127.0.0.1:${port}`,
		workflowId,
		get nodeType() {
			return nodeType;
		},
		publish: async (mode = 'activate') => await register(mode),
		async unpublish() {
			const workflow = openWorkflow();
			listening = false;
			active = undefined;
			await nodeType.webhookMethods.default.delete.call(hookContext(workflow, 'update'));
			save(workflow);
		},
		async restart(webhookUrl = baseUrl) {
			baseUrl = webhookUrl;
			testing = false;
			savedForTest = {};
			nodeType = loadNode(options);
			await register('init');
		},
		startTest: async () => await test('create'),
		endTest: async () => await test('delete'),
		async poll() {
			const context = active ?? pollContext(openWorkflow(), 'activate');
			expect(await nodeType.poll.call(context)).toBeNull();
			await Promise.all(polled);
			polled.clear();
		},
		failures: () => failures,
		isListening: () => listening,
		executions: () => executions,
		items: () => executions.flat(),
		failToStore(count) {
			failuresToCome = count;
		},
		cancelExecutions(count) {
			cancellationsToCome = count;
		},
		setReachable(changed) {
			isReachable = changed;
		},
		holdRequests: () => closeGate((gate) => (door = gate)),
		requestCount: () => requestCount,
		openCount: () => openCount,
		heldCount: () => heldCount,
		holdExecutions: () => closeGate((gate) => (hold = gate)),
		stopHeldExecutions() {
			hold = undefined;
		},
		staticData: () => (saved[`node:${node().name}`] ?? {}) as IDataObject,
		setStaticData(data) {
			saved = { [`node:${node().name}`]: data };
		},
		setParameters(changed) {
			parameters = changed;
		},
		setCredential: changeCredential,
		savedCredential: () => structuredClone(credentials[credentialInUse()]),
		log: () => log,
		warnings: () => warnings,
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => {
				server.close(resolve);
			});
		},
	};
}
