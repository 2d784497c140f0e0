import './n8n-user-folder';
import 'reflect-metadata';

import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { Request, Response } from 'express';
import { PollContext, WebhookContext } from 'n8n-core';
import { Workflow } from 'n8n-workflow';
import type {
	IDataObject,
	INode,
	INodeType,
	INodeTypes,
	IWebhookData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { hashSecret } from '../../nodes/shared/eventHooks/secret';
import { FILTERS } from '../n8n/world';

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

/** A node as it is shipped, in a workflow of n8n-core's own. */
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

/** What the trigger does with deliveries, without n8n's own part. */
export interface DeliveryPath {
	/** Makes the context of a request, as n8n does before it asks the node. */
	prepare(body: unknown): void;
	/**
	 * Has the node take the request, and answers it as n8n does then.
	 *
	 * @returns how many items came out
	 */
	take(): Promise<number>;
}

/** @param isFiltered whether all filters are set; they let every event of the benchmark through */
export function openDeliveryPath(isFiltered: boolean): DeliveryPath {
	const { nodeType, workflow, node } = open('OktaUserMfaTrigger', isFiltered ? FILTERS : {}, {
		hookId: 'whobench000000000001',
		secretHash: hashSecret(SECRET),
	});
	const webhookDescription = nodeType.description.webhooks?.find(({ name }) => name === 'default');
	let context: WebhookContext;
	let response: { statusCode: number; end(): unknown };
	return {
		prepare(body) {
			response = {
				statusCode: 200,
				status(code: number) {
					this.statusCode = code;
					return this;
				},
				end: () => undefined,
			} as typeof response;
			context = new WebhookContext(
				workflow,
				node,
				{
					httpRequest: { body, headers: HEADERS, rawHeaders: Object.entries(HEADERS).flat() },
					httpResponse: response as unknown as Response,
				} as unknown as IWorkflowExecuteAdditionalData & { httpRequest: Request },
				'webhook',
				{ webhookDescription } as unknown as IWebhookData,
				[],
				null,
			);
		},
		async take() {
			const { workflowData } = (await nodeType.webhook?.call(context)) ?? {};
			response.statusCode = 204;
			response.end();
			return workflowData?.[0].length ?? 0;
		},
	};
}

/**
 * A poll of the polling trigger that finds one page, its request answered at once with the given events.
 *
 * @returns polls, and tells how many items came out
 */
export function openPollingPath(): (page: unknown[]) => Promise<number> {
	const start = new Date(Date.UTC(2026, 0, 1)).toISOString();
	const { nodeType, workflow, node } = open('OktaUserMfaPollingTrigger', FILTERS, {});
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
