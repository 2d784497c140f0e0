import type {
	IExecuteFunctions,
	IHookFunctions,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

/** What n8n passes to a node, regardless of why it runs the node. */
export type NodeContext = IExecuteFunctions | IHookFunctions | IPollFunctions | IWebhookFunctions;
