import type { IWebhookFunctions, IWorkflowExecuteAdditionalData } from 'n8n-workflow';

import { webhookContext } from '../../lab/n8n-core/contexts';
import { hashSecret } from '../../nodes/shared/eventHooks/secret';
import { ALL_FILTERS } from '../shared/events';
import { openBuiltNode } from './built-node';

const SECRET = 'a1'.repeat(32);
const HEADERS = {
	accept: 'application/json',
	'user-agent': 'Okta-Integrations',
	'x-okta-request-id': 'YmVuY2gtYmVuY2gtYmVuY2g',
	authorization: SECRET,
	'content-type': 'application/json',
	host: 'n8n.example.com',
	connection: 'close',
};

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
	const { nodeType, workflow } = openBuiltNode(
		'OktaUserMfaTrigger',
		isFiltered ? ALL_FILTERS : {},
		{
			hookId: 'whobench000000000001',
			secretHash: hashSecret(SECRET),
		},
	);
	let context: IWebhookFunctions;
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
			context = webhookContext(workflow, {
				additionalData: {
					httpRequest: {
						path: '/webhook/bench/webhook',
						body,
						headers: HEADERS,
						rawHeaders: Object.entries(HEADERS).flat(),
					},
					httpResponse: response,
				} as unknown as IWorkflowExecuteAdditionalData,
			});
		},
		async handle() {
			const { workflowData } = (await nodeType.webhook?.call(context)) ?? {};
			response.statusCode = 204;
			response.end();
			return workflowData?.[0].length ?? 0;
		},
	};
}
