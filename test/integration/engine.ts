/**
 * As much of n8n as a webhook trigger meets: n8n-core's own HookContext, WebhookContext and request
 * helpers (OAuth signing and refresh included) around an HTTP server, with credentials, static data
 * and executions in memory. What the engine itself does (the order of the calls, what it saves when,
 * how it answers) follows n8n 2.41, but for `restart()`, where only older ones ask the node; the
 * end-to-end tests run the real ones.
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
import { Workflow } from 'n8n-workflow';
import type {
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
} from 'n8n-workflow';

import { OktaServiceAppApi } from '../../credentials/OktaServiceAppApi.credentials';
import { OktaUserMfaTrigger } from '../../nodes/OktaUserMfaTrigger/OktaUserMfaTrigger.node';
import { resolveCredential } from '../shared/resolveCredential';

const NODE_TYPE = 'n8n-nodes-okta-mfa.oktaUserMfaTrigger';

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
	/** Whether n8n calls delete() after a create() that failed; it does when left out. */
	cleansUp?: boolean;
}

export interface Engine {
	/** The node's production webhook, as registered in Okta. */
	readonly webhookUrl: string;
	/** Publishes the workflow: the route first, then checkExists() and, if that is false, create(). */
	publish(mode?: WorkflowActivateMode): Promise<void>;
	/** Unpublishes it: the route is taken down, then delete() is called, which may throw. */
	unpublish(): Promise<void>;
	/** Starts again from what is saved, as n8n does after it was stopped or killed. */
	restart(): Promise<void>;
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
	/** How many requests have reached the webhook. */
	requestCount(): number;
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
	stop(): Promise<void>;
}

/** What nodes remember in memory is by workflow: each engine has one of its own. */
let workflows = 0;

/** Starts an engine with one workflow that begins with the Okta User MFA Trigger. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
	const nodeType = new OktaUserMfaTrigger();
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
	let listening = false;
	let failuresToCome = 0;
	let requestCount = 0;
	let heldCount = 0;
	let hold: Promise<void> | undefined;
	const executions: Execution[] = [];
	const failures: string[] = [];
	const log: string[] = [];
	workflows += 1;
	const { workflowId = `wf${workflows}` } = options;

	const app = express();
	const server = createServer(app);
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	const baseUrl = options.webhookUrl ?? `http://127.0.0.1:${port}/`;

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
			webhookId: '7f9c5f52-6a45-4f5d-9d3c-0b5f7d1f1c9e',
			credentials: {
				oktaOAuth2Api: { id: 'cred1', name: 'Okta account' },
				oktaServiceAppApi: { id: 'cred2', name: 'Okta service app' },
			},
		} as INode;
	}

	function openWorkflow(): Workflow {
		return new Workflow({
			id: workflowId,
			name: options.workflowName ?? 'Watch MFA',
			nodes: [node()],
			connections: {},
			active: true,
			nodeTypes,
			staticData: structuredClone(saved),
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

	function webhookData(description: IWebhookDescription): IWebhookData {
		return {
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
			(...entry: unknown[]) => log.push(JSON.stringify([level, ...entry])),
		]),
	);

	function hookContext(workflow: Workflow, mode: WorkflowActivateMode): HookContext {
		const context = new HookContext(
			workflow,
			Object.values(workflow.nodes)[0],
			additionalData(),
			'trigger',
			mode,
			webhookData(deliveryWebhook as IWebhookDescription),
		);
		return Object.defineProperty(context, 'logger', { value: logger });
	}

	function save(workflow: Workflow): void {
		saved = JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject;
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

	async function runWebhook(description: IWebhookDescription, req: Request, res: Response) {
		requestCount += 1;
		const workflow = openWorkflow();
		const context = new WebhookContext(
			workflow,
			Object.values(workflow.nodes)[0],
			additionalData({ req, res }),
			'webhook',
			webhookData(description),
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

	app.use(express.json({ limit: '16mb', strict: false }));
	app.use(express.text());
	for (const description of nodeType.description.webhooks ?? []) {
		const method = description.httpMethod === 'GET' ? 'get' : 'post';
		app[method](`/webhook/:webhookId/${description.path}`, async (req, res) => {
			if (!listening) {
				res.status(404).end();
				return;
			}
			await runWebhook(description, req, res).catch(() => res.status(500).end());
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

	return {
		webhookUrl: `${baseUrl}webhook/${node().webhookId}/webhook`,
		publish: async (mode = 'activate') => await register(mode),
		async unpublish() {
			const workflow = openWorkflow();
			listening = false;
			await nodeType.webhookMethods.default.delete.call(hookContext(workflow, 'update'));
			save(workflow);
		},
		restart: async () => await register('init'),
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
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => {
				server.close(resolve);
			});
		},
	};
}
