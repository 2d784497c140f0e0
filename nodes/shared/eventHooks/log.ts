import type { IHookFunctions, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';

type Context = IHookFunctions | IPollFunctions | IWebhookFunctions;

/** Writes a warning to n8n's log that names the workflow and the node. */
export function warn(context: Context, message: string, details: { hookId?: string } = {}): void {
	const { id } = context.getWorkflow();
	context.logger.warn(message, { workflowId: id, nodeName: context.getNode().name, ...details });
}
