import { activate } from './activation';
import { waitForExecutions } from './executions';
import type { N8nRest } from './rest';

const REPORT = 'Report Error';

/**
 * Creates a workflow that reports error messages, for the setting `errorWorkflow` of another workflow.
 *
 * @returns its ID
 */
export async function createErrorWorkflow(rest: N8nRest): Promise<string> {
	const message = {
		id: 'message',
		name: 'message',
		type: 'string',
		value: '={{ $json.trigger?.error?.message ?? $json.execution.error.message }}',
	};
	const { id } = await rest.createWorkflow({
		name: 'Report errors',
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
				id: 'report',
				name: REPORT,
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				position: [240, 0],
				parameters: { assignments: { assignments: [message] } },
			},
		],
		connections: { 'Error Trigger': { main: [[{ node: REPORT, type: 'main', index: 0 }]] } },
	});
	// n8n 1 runs error workflows that aren't active, and can't activate them.
	const { versionCli } = await rest.settings();
	if (!versionCli.startsWith('1.')) await activate(rest, id);
	return id;
}

/** Waits until the workflow has reported that many errors, and returns all messages, oldest first. */
export async function reportedMessages(
	rest: N8nRest,
	errorWorkflow: string,
	count: number,
): Promise<unknown[]> {
	const executions = await waitForExecutions(rest, errorWorkflow, count);
	return executions.flatMap((each) => each.itemsOf(REPORT)).map(({ message }) => message);
}
