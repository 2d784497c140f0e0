import type { N8nRest, Workflow, WorkflowInput } from './rest';
import { waitFor } from './wait-for';

/** n8n retries a failing trigger for about half a minute before it gives up. */
const SETTLE_WITHIN_MS = 120_000;

interface PublicationStatus {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	liveVersionId: string | null;
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

/** n8n couldn't register the workflow's triggers. The message is the one that a user would see. */
export class ActivationError extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'ActivationError';
	}
}

/**
 * Activates a workflow (on 2.x, publishes its latest saved version) and waits until its triggers are
 * registered.
 *
 * @throws {ActivationError} if a trigger couldn't be registered (2.x)
 * @throws {N8nRestError} if n8n rejects the call (on 1.x, also if a trigger failed)
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
 * Deactivates a workflow and waits until n8n has deregistered its triggers or given up. Callers must check what's
 * left in Okta.
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
	// 1.x registers an active workflow again when it's saved.
	if (!versionCli.startsWith('1.')) await activate(rest, workflowId);
	return workflow;
}

/** `undefined` if this n8n does everything within the call. */
async function settledStatus(
	rest: N8nRest,
	workflowId: string,
): Promise<PublicationStatus | undefined> {
	const { useWorkflowPublicationService } = await rest.settings();
	if (useWorkflowPublicationService !== true) return undefined;
	const path = `/rest/workflows/${workflowId}/publication-status`;
	const getStatus = async () => await rest.call<PublicationStatus>('GET', path);
	await waitFor('n8n to register the triggers', SETTLE_WITHIN_MS, async () =>
		(await getStatus()).status === 'in_progress' ? undefined : true,
	);
	// On PostgreSQL, the first such response can be partly outdated, because n8n reads two tables in parallel.
	return await getStatus();
}
