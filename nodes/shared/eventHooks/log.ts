import type { NodeContext } from '../context';

/** Writes a warning to n8n's log that names the workflow and the node. */
export function warn(
	context: NodeContext,
	message: string,
	details: { hookId?: string } = {},
): void {
	const { id } = context.getWorkflow();
	context.logger.warn(message, { workflowId: id, nodeName: context.getNode().name, ...details });
}
