import type {
	IExecuteFunctions,
	IHookFunctions,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

/** What n8n gives a node, whatever it runs it for. */
export type NodeContext = IExecuteFunctions | IHookFunctions | IPollFunctions | IWebhookFunctions;
