import type { PollContext } from 'n8n-core';
import type { INodeType } from 'n8n-workflow';

/**
 * Runs a trigger's poll.
 *
 * @throws {Error} if it returns items instead of emitting them, because n8n can lose returned items
 */
export async function pollNode(nodeType: INodeType, context: PollContext): Promise<void> {
	const returned: unknown = await nodeType.poll?.call(context);
	if (returned !== null) throw new Error(`The poll returned ${JSON.stringify(returned)}`);
}
