import type { NodeContext } from './context';

function nodeOf(context: NodeContext): string {
	return `${context.getWorkflow().id}/${context.getNode().id}`;
}

/** The key of a node's test in n8n's editor, beside the key of the node itself. */
export function testKeyOf(nodeKey: string): string {
	return `${nodeKey}/test`;
}

/** Names this node of this workflow within one n8n. A test in the editor has a key of its own. */
export function nodeKeyOf(context: NodeContext, isTest = context.getMode() === 'manual'): string {
	const key = nodeOf(context);
	return isTest ? testKeyOf(key) : key;
}

/**
 * Names this node of this workflow on this n8n. A copy of n8n, made from a backup for instance, has the
 * same name: only its address differs.
 */
export function ownerOf(context: NodeContext): string {
	return `${context.getInstanceId()}/${nodeOf(context)}`;
}
