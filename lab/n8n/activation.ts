import type { N8nRest, Workflow, WorkflowInput } from './rest';
import { waitFor } from './wait-for';

/** n8n tries a failing trigger for about half a minute before it gives up. */
const SETTLE_WITHIN_MS = 120_000;

interface PublicationStatus {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	liveVersionId: string | null;
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

/** n8n could not register the workflow's triggers; the message is what a person would see. */
export class ActivationError extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'ActivationError';
	}
}

/**
 * Activates a workflow (2.x: publishes what was saved last) and waits until its triggers are
 * registered.
 *
 * @throws {ActivationError} when a trigger could not be registered (2.x)
 * @throws {N8nRestError} when n8n refuses right away (1.x: also for a trigger that failed)
 */
export async function activate(rest: N8nRest, workflowId: string): Promise<void> {
	const { versionCli } = await rest.settings();
	if (versionCli.startsWith('1.')) {
		await rest.call('PATCH', `/rest/workflows/${workflowId}`, { active: true });
		return;
	}
	const { versionId, nodes } = await rest.workflow(workflowId);
	await rest.call('POST', `/rest/workflows/${workflowId}/activate`, { versionId });
	const status = await settledStatus(rest, workflowId);
	if (status === undefined) return;

	const failures = status.triggers.filter(({ errorMessage }) => errorMessage !== null);
	if (status.status !== 'published' || failures.length > 0) {
		const nameOf = (id: string) => nodes.find((node) => node.id === id)?.name ?? id;
		const reasons = failures.map(
			({ nodeId, errorMessage }) => `${nameOf(nodeId)}: ${errorMessage}`,
		);
		throw new ActivationError(
			reasons.join('\n') || `The workflow is "${status.status}" after its activation.`,
		);
	}
	if (status.liveVersionId !== versionId) {
		throw new ActivationError(`n8n still runs version ${status.liveVersionId}, not ${versionId}.`);
	}
}

/**
 * Deactivates a workflow and waits until n8n has deregistered its triggers, or given up on that: what
 * is left in Okta then is for the caller to look at.
 */
export async function deactivate(rest: N8nRest, workflowId: string): Promise<void> {
	const { versionCli } = await rest.settings();
	if (versionCli.startsWith('1.')) {
		await rest.call('PATCH', `/rest/workflows/${workflowId}`, { active: false });
		return;
	}
	await rest.call('POST', `/rest/workflows/${workflowId}/deactivate`, {});
	const status = await settledStatus(rest, workflowId);
	if (status !== undefined && status.status !== 'not_published') {
		throw new Error(`The workflow is "${status.status}" after its deactivation.`);
	}
}

/** Changes an active workflow and waits until the change is live. */
export async function republish(
	rest: N8nRest,
	workflowId: string,
	changes: Partial<WorkflowInput>,
): Promise<Workflow> {
	const { versionCli } = await rest.settings();
	const workflow = await rest.updateWorkflow(workflowId, changes);
	// On 1.x saving an active workflow registers it anew.
	if (!versionCli.startsWith('1.')) await activate(rest, workflowId);
	return workflow;
}

/** `undefined` when this n8n does it all within the call. */
async function settledStatus(
	rest: N8nRest,
	workflowId: string,
): Promise<PublicationStatus | undefined> {
	const { useWorkflowPublicationService } = await rest.settings();
	if (useWorkflowPublicationService !== true) return undefined;
	const path = `/rest/workflows/${workflowId}/publication-status`;
	const ask = async () => await rest.call<PublicationStatus>('GET', path);
	await waitFor('n8n to register the triggers', SETTLE_WITHIN_MS, async () =>
		(await ask()).status === 'in_progress' ? undefined : true,
	);
	// On PostgreSQL the first such answer may be half of before: n8n reads two tables side by side.
	return await ask();
}
