import type { NodeContext } from './context';

function nodeOf(context: NodeContext): string {
	return `${context.getWorkflow().id}/${context.getNode().id}`;
}

/** The key for tests of a node in n8n's editor, as opposed to the key of the published node. */
export function testKeyOf(nodeKey: string): string {
	return `${nodeKey}/test`;
}

/** Identifies a node of a workflow within one n8n instance. A test in the editor has its own key. */
export function nodeKeyOf(context: NodeContext, isTest = context.getMode() === 'manual'): string {
	const key = nodeOf(context);
	return isTest ? testKeyOf(key) : key;
}

/**
 * Identifies a node of a workflow of an n8n instance. A copy of n8n, e.g. restored from a backup, has the
 * same identifier. Only its address differs.
 */
export function ownerOf(context: NodeContext): string {
	return `${context.getInstanceId()}/${nodeOf(context)}`;
}
