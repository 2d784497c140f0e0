import './n8n-user-folder';
import 'reflect-metadata';

import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { Request, Response } from 'express';
import { HookContext, PollContext, WebhookContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	IDataObject,
	IHttpRequestOptions,
	INode,
	INodeType,
	INodeTypes,
	IWebhookData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { hashSecret } from '../../nodes/shared/eventHooks/secret';
import { ALL_FILTERS } from '../shared/events';

const DIST = join(__dirname, '../../dist/nodes');
const requireBuilt = createRequire(__filename);
const SECRET = 'a1'.repeat(32);
const ORG_URL = 'https://example.okta.com';
const HEADERS = {
	accept: 'application/json',
	'user-agent': 'Okta-Integrations',
	'x-okta-request-id': 'YmVuY2gtYmVuY2gtYmVuY2g',
	authorization: SECRET,
	'content-type': 'application/json',
	host: 'n8n.example.com',
	connection: 'close',
};

/** A node as it's shipped, in an n8n-core workflow. */
interface Opened {
	nodeType: INodeType;
	workflow: Workflow;
	node: INode;
}

function open(name: string, parameters: IDataObject, staticData: IDataObject): Opened {
	const built = requireBuilt(join(DIST, name, `${name}.node.js`)) as Record<
		string,
		new () => INodeType
	>;
	const nodeType = new built[name]();
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const defaults = nodeType.description.properties
		.filter(({ type }) => type !== 'notice')
		.map(({ name: property, default: value }) => [property, value]);
	const node = {
		id: '1b7f4f0e-5c5b-4f0a-8d8b-2f8d3f6f3a11',
		webhookId: '7f9c5f52-6a45-4f5d-9d3c-0b5f7d1f1c9e',
		name,
		type: `n8n-nodes-okta-mfa.${name}`,
		typeVersion: 2,
		position: [0, 0],
		parameters: { ...Object.fromEntries(defaults), ...parameters },
		credentials: { oktaOAuth2Api: { id: '1', name: 'Okta account' } },
	} as INode;
	const workflow = new Workflow({
		id: 'bench',
		nodes: [node],
		connections: {},
		active: true,
		nodeTypes,
		staticData: { [`node:${name}`]: staticData },
	});
	return { nodeType, workflow, node: Object.values(workflow.nodes)[0] };
}

/** The trigger's part in a delivery, without n8n's own. */
export interface DeliveryPath {
	/** Creates the context of a request, as n8n does before it calls the node. */
	prepare(body: unknown): void;
	/**
	 * Lets the node handle the request, and then responds as n8n does.
	 *
	 * @returns the number of items
	 */
	handle(): Promise<number>;
}

/** @param isFiltered whether all filters are set. They let every event of the benchmark through. */
export function openDeliveryPath(isFiltered: boolean): DeliveryPath {
	const { nodeType, workflow, node } = open('OktaUserMfaTrigger', isFiltered ? ALL_FILTERS : {}, {
		hookId: 'whobench000000000001',
		secretHash: hashSecret(SECRET),
	});
	const webhookDescription = nodeType.description.webhooks?.find(({ name }) => name === 'default');
	let context: WebhookContext;
	let response: { statusCode: number; end(): unknown; on(): unknown };
	return {
		prepare(body) {
			response = {
				statusCode: 200,
				status(code: number) {
					this.statusCode = code;
					return this;
				},
				end: () => undefined,
				on: () => undefined,
			} as typeof response;
			context = new WebhookContext(
				workflow,
				node,
				{
					httpRequest: {
						path: '/webhook/bench/webhook',
						body,
						headers: HEADERS,
						rawHeaders: Object.entries(HEADERS).flat(),
					},
					httpResponse: response as unknown as Response,
				} as unknown as IWorkflowExecuteAdditionalData & { httpRequest: Request },
				'webhook',
				{ webhookDescription } as unknown as IWebhookData,
				[],
				null,
			);
		},
		async handle() {
			const { workflowData } = (await nodeType.webhook?.call(context)) ?? {};
			response.statusCode = 204;
			response.end();
			return workflowData?.[0].length ?? 0;
		},
	};
}

/**
 * Opens the polling trigger. Each poll finds one page, and its request returns the given events immediately.
 *
 * @returns a function that polls and returns the number of items
 */
export function openPollingPath(): (page: unknown[]) => Promise<number> {
	const start = new Date(Date.UTC(2026, 0, 1)).toISOString();
	const { nodeType, workflow, node } = open('OktaUserMfaPollingTrigger', ALL_FILTERS, {});
	const context = new PollContext(
		workflow,
		node,
		{
			credentialsHelper: {
				getParentTypes: () => ['oAuth2Api'],
				isCredentialUsableByNode: () => true,
				getDecrypted: async () => ({ url: ORG_URL, oauthTokenData: {} }),
			},
		} as unknown as IWorkflowExecuteAdditionalData,
		'trigger',
		'activate',
	);
	let body: unknown[] = [];
	Object.assign(context.helpers, {
		httpRequestWithAuthentication: async () => ({ statusCode: 200, headers: {}, body }),
	});
	return async (page) => {
		body = page;
		Object.assign(context.getWorkflowStaticData('node'), { start });
		const items = await nodeType.poll?.call(context);
		return items?.[0].length ?? 0;
	};
}

/** An unrelated event hook, as Okta's API returns it. */
function otherHook(index: number): IDataObject {
	return {
		id: `whoother${String(index).padStart(12, '0')}`,
		status: 'ACTIVE',
		verificationStatus: 'VERIFIED',
		name: `Other ${index}`,
		description: 'Sends sign-ins to a SIEM',
		created: '2026-01-05T09:00:00.000Z',
		lastUpdated: '2026-01-05T09:00:01.000Z',
		events: { type: 'EVENT_TYPE', items: ['user.session.start'], filter: null },
		channel: {
			type: 'HTTP',
			version: '1.0.0',
			config: { uri: `https://siem.example.com/${index}`, headers: [], method: 'POST' },
		},
	};
}

/**
 * Publishes the trigger in an in-memory org, which responds immediately.
 *
 * @param hookCount the number of event hooks in the org
 * @returns a function that checks the event hook and returns the number of requests it made
 */
export async function openCheckPath(hookCount: number): Promise<() => Promise<number>> {
	const { nodeType, workflow, node } = open('OktaUserMfaTrigger', ALL_FILTERS, {});
	const additionalData = {
		webhookBaseUrl: 'https://n8n.example.com/webhook',
		credentialsHelper: {
			getParentTypes: () => ['oAuth2Api'],
			isCredentialUsableByNode: () => true,
			getDecrypted: async () => ({
				url: ORG_URL,
				clientId: '0oabench',
				clientSecret: 'worthless-but-long-enough',
				oauthTokenData: {},
			}),
		},
	} as unknown as IWorkflowExecuteAdditionalData;
	const hooks = Array.from({ length: hookCount - 1 }, (_, index) => otherHook(index));
	let own: IDataObject | undefined;
	let requests = 0;
	const respond = ({ method, url, body }: IHttpRequestOptions): unknown => {
		requests += 1;
		if (method === 'GET') return JSON.parse(JSON.stringify(own ? [...hooks, own] : hooks));
		if (url.endsWith('/verify')) own = { ...own, verificationStatus: 'VERIFIED' };
		else own = { ...otherHook(0), ...(body as IDataObject), id: 'whobench000000000001' };
		return own;
	};
	const helpers = {
		httpRequest: async () => ({ id: '00obench' }),
		httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) => ({
			statusCode: 200,
			headers: {},
			body: respond(options),
		}),
	};
	const webhookDescription = nodeType.description.webhooks?.find(({ name }) => name === 'default');
	const hookContext = new HookContext(workflow, node, additionalData, 'trigger', 'activate', {
		webhookDescription,
	} as unknown as IWebhookData);
	Object.assign(hookContext.helpers, helpers);
	await nodeType.webhookMethods?.default?.create.call(hookContext);
	const pollContext = new PollContext(workflow, node, additionalData, 'trigger', 'activate');
	Object.assign(pollContext.helpers, helpers);
	return async () => {
		requests = 0;
		await nodeType.poll?.call(pollContext);
		return requests;
	};
}
