/**
 * As much of n8n as a webhook trigger meets: n8n-core's own HookContext, WebhookContext and request
 * helpers (OAuth signing and refresh included) around an HTTP server, with credentials, static data
 * and executions in memory. What the engine itself does (the order of the calls, what it saves when,
 * how it answers) follows n8n 2.41; the end-to-end tests run the real ones.
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
import { HookContext, PollContext, WebhookContext } from 'n8n-core';
import * as n8nWorkflow from 'n8n-workflow';
import type {
	Workflow,
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeTypes,
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

/** One production execution: the items the trigger started it with. */
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
	/** A poll at its time: the trigger looks after its hook. */
	poll(): Promise<void>;
	/** The messages of all failed executions that polls have started. */
	failures(): string[];
	/** Whether n8n answers requests to the webhook. */
	isListening(): boolean;
	executions(): Execution[];
	/** The items of all executions, in order. */
	items(): IDataObject[];
	/** The next executions cannot be stored, and n8n answers 500, as with a locked database. */
	failToStore(executions: number): void;
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
	/** What n8n has saved for the workflow. */
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
	let saved: IDataObject = {};
	let savedForTest: IDataObject = {};
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

	function save(workflow: Workflow): void {
		saved = copyOf(workflow.staticData);
	}

	async function store(items: INodeExecutionData[]): Promise<void> {
		heldCount += 1;
		await hold;
		heldCount -= 1;
		if (failuresToCome > 0) {
			failuresToCome -= 1;
			throw new Error('SQLITE_BUSY: database is locked');
		}
		executions.push(items.map(({ json }) => json));
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
		if (result.noWebhookResponse) return;
		if (!result.workflowData) throw new Error('The node left the answer to n8n without any items');
		await store(result.workflowData[0]);
		res.status(Number(description.responseCode)).end();
	}

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
			await runWebhook(description, req, res, isTest).catch(() => res.status(500).end());
		});
	}

	async function register(mode: WorkflowActivateMode): Promise<void> {
		const workflow = openWorkflow();
		const context = hookContext(workflow, mode);
		listening = true;
		try {
			const { checkExists, create } = nodeType.webhookMethods.default;
			if (!(await checkExists.call(context))) await create.call(context);
			save(workflow);
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
			const workflow = openWorkflow();
			const context = new PollContext(
				workflow,
				Object.values(workflow.nodes)[0],
				additionalData(),
				'trigger',
				'activate',
				() => {
					throw new Error('The node handed on items from a poll');
				},
				(error) => failures.push(error.message),
			);
			Object.defineProperty(context, 'logger', { value: logger });
			expect(await nodeType.poll.call(context)).toBeNull();
		},
		failures: () => failures,
		isListening: () => listening,
		executions: () => executions,
		items: () => executions.flat(),
		failToStore(count) {
			failuresToCome = count;
		},
		requestCount: () => requestCount,
		openCount: () => openCount,
		heldCount: () => heldCount,
		holdExecutions() {
			let release = () => {};
			hold = new Promise((resolve) => {
				release = resolve;
			});
			return () => {
				hold = undefined;
				release();
			};
		},
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
