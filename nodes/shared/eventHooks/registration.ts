import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

/**
 * What the node keeps in n8n's static data about its event hook. n8n stores static data with the
 * workflow and with every execution, and takes it along when a workflow is exported.
 */
export interface Registration {
	hookId: string;
	/** SHA-256 of the shared secret, in hexadecimal digits. */
	secretHash: string;
	/** The n8n instance, workflow and node that registered the hook. */
	owner: string;
}

type Context = IHookFunctions | IWebhookFunctions;

/** Names this node of this workflow on this n8n, as in {@link Registration.owner}. */
export function ownerOf(context: Context): string {
	return [context.getInstanceId(), context.getWorkflow().id, context.getNode().id].join('/');
}

/**
 * The registration of the event hook that this node registered itself. One that came along with a
 * copy of the workflow from elsewhere is not ours to change or remove, and does not count.
 */
export function readRegistration(context: Context): Registration | undefined {
	const { hookId, secretHash, owner } = context.getWorkflowStaticData('node');
	if (typeof hookId !== 'string' || typeof secretHash !== 'string') return undefined;
	return owner === ownerOf(context) ? { hookId, secretHash, owner } : undefined;
}

export function storeRegistration(context: IHookFunctions, registration: Registration): void {
	Object.assign(context.getWorkflowStaticData('node'), registration);
}

export function forgetRegistration(context: IHookFunctions): void {
	const staticData = context.getWorkflowStaticData('node');
	delete staticData.hookId;
	delete staticData.secretHash;
	delete staticData.owner;
}
