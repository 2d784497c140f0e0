import { activate } from './activation';
import { waitForExecutions } from './executions';
import type { N8nRest } from './rest';

const TELL = 'Tell';

/**
 * Creates a workflow that notes the message that its owner would be told of, for the setting
 * `errorWorkflow` of another one.
 *
 * @returns its id
 */
export async function createErrorWorkflow(rest: N8nRest): Promise<string> {
	const message = {
		id: 'message',
		name: 'message',
		type: 'string',
		value: '={{ $json.trigger?.error?.message ?? $json.execution.error.message }}',
	};
	const { id } = await rest.createWorkflow({
		name: 'Tell me of errors',
		nodes: [
			{
				id: 'trigger',
				name: 'Error Trigger',
				type: 'n8n-nodes-base.errorTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				id: 'tell',
				name: TELL,
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				position: [240, 0],
				parameters: { assignments: { assignments: [message] } },
			},
		],
		connections: { 'Error Trigger': { main: [[{ node: TELL, type: 'main', index: 0 }]] } },
	});
	// n8n 1 runs error workflows that aren't active, and refuses to activate them.
	const { versionCli } = await rest.settings();
	if (!versionCli.startsWith('1.')) await activate(rest, id);
	return id;
}

/** Waits until the owner was told that many times, and returns all messages, the oldest first. */
export async function messagesTold(
	rest: N8nRest,
	errorWorkflow: string,
	count: number,
): Promise<unknown[]> {
	const told = await waitForExecutions(rest, errorWorkflow, count);
	return told.flatMap((each) => each.itemsOf(TELL)).map(({ message }) => message);
}
