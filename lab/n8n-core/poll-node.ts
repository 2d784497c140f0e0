import type { PollContext } from 'n8n-core';
import type { INodeType } from 'n8n-workflow';

/** Has a trigger poll. It hands over what it finds by itself: what it returns, n8n can lose. */
export async function pollNode(nodeType: INodeType, context: PollContext): Promise<void> {
	const returned: unknown = await nodeType.poll?.call(context);
	if (returned !== null) throw new Error(`The poll returned ${JSON.stringify(returned)}`);
}
