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
	/** The org that has the hook, as an origin. */
	orgUrl: string;
}

/** Names this node of this workflow on this n8n, as in {@link Registration.owner}. */
export function ownerOf(context: IHookFunctions): string {
	return [context.getInstanceId(), context.getWorkflow().id, context.getNode().id].join('/');
}

/** The registration as it is stored, whoever made it: a delivery with its secret is genuine. */
export function readStored(
	context: IHookFunctions | IWebhookFunctions,
): Pick<Registration, 'hookId' | 'secretHash'> | undefined {
	const { hookId, secretHash } = context.getWorkflowStaticData('node');
	if (typeof hookId !== 'string' || typeof secretHash !== 'string') return undefined;
	return { hookId, secretHash };
}

/**
 * The registration of the event hook that this node registered itself. One that came along with a
 * copy of the workflow from elsewhere is not ours to change or remove, and does not count.
 */
export function readOwn(context: IHookFunctions): Registration | undefined {
	const stored = readStored(context);
	const { owner, orgUrl } = context.getWorkflowStaticData('node');
	if (!stored || owner !== ownerOf(context) || typeof orgUrl !== 'string') return undefined;
	return { ...stored, owner, orgUrl };
}

/** Has n8n keep the registration with the workflow. */
export function storeRegistration(context: IHookFunctions, registration: Registration): void {
	Object.assign(context.getWorkflowStaticData('node'), registration);
}

/** Leaves nothing of the registration in what n8n keeps. */
export function forgetRegistration(context: IHookFunctions): void {
	const staticData = context.getWorkflowStaticData('node');
	for (const key of ['hookId', 'secretHash', 'owner', 'orgUrl']) delete staticData[key];
}
