import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { ownerOf } from '../owner';

/**
 * What the node keeps in n8n's static data about its event hook. It's a hint: other nodes can overwrite
 * it, and a restored database or a copy of the workflow brings an old one. n8n stores static data with
 * the workflow and with every execution, and takes it along when a workflow is exported.
 */
export interface Registration {
	hookId: string;
	/** SHA-256 of the shared secret, in hexadecimal digits. */
	secretHash: string;
	/** When the secret was derived, in ms since 1970; undefined for a random one. */
	secretTime?: number;
	/** The n8n instance, workflow, and node that registered the hook. */
	owner: string;
	/** Where the hook points. */
	address: string;
	/** Whether the hook serves a test in n8n's editor, for which n8n keeps static data of its own. */
	isTest?: boolean;
	/** The org that has the hook, as an origin. */
	orgUrl: string;
	/** The org's id, which is the same at each of its addresses; undefined if Okta didn't tell. */
	orgId?: string;
}

/** What it takes to check the secret of a delivery. */
export interface StoredSecret extends Pick<Registration, 'secretHash' | 'secretTime'> {
	/** Whether it's of another node or address, for example from the database of a copy of n8n. */
	isForeign(): boolean;
}

const KEYS = [
	'hookId',
	'secretHash',
	'secretTime',
	'owner',
	'address',
	'isTest',
	'orgUrl',
	'orgId',
] as const;

/**
 * The secret as it is stored, whoever made it: a delivery with it is genuine. Reads no more than that,
 * for each delivery does it, and n8n observes every access to static data.
 */
export function readStoredSecret(
	context: IHookFunctions | IWebhookFunctions,
): StoredSecret | undefined {
	const staticData = context.getWorkflowStaticData('node');
	const { secretHash, secretTime } = staticData;
	if (typeof secretHash !== 'string') return undefined;
	return {
		secretHash,
		secretTime: typeof secretTime === 'number' ? secretTime : undefined,
		isForeign: () => {
			const { owner, address } = staticData;
			return owner !== ownerOf(context) || address !== context.getNodeWebhookUrl('default');
		},
	};
}

/** The hook of that secret, as far as it is stored. */
export function readHookId(context: IHookFunctions | IWebhookFunctions): string | undefined {
	const { hookId } = context.getWorkflowStaticData('node');
	return typeof hookId === 'string' ? hookId : undefined;
}

/**
 * The registration of the event hook that this node registered itself. One that came along with a
 * copy of the workflow from elsewhere is not ours to change or remove, and does not count.
 */
export function readOwnRegistration(context: IHookFunctions): Registration | undefined {
	const hookId = readHookId(context);
	const stored = readStoredSecret(context);
	const { owner, address, isTest, orgUrl, orgId } = context.getWorkflowStaticData('node');
	if (hookId === undefined || !stored || owner !== ownerOf(context)) return undefined;
	if (typeof orgUrl !== 'string' || typeof address !== 'string') return undefined;
	const { secretHash, secretTime } = stored;
	return {
		hookId,
		secretHash,
		secretTime,
		owner,
		address,
		isTest: isTest === true,
		orgUrl,
		orgId: typeof orgId === 'string' ? orgId : undefined,
	};
}

/** Has n8n keep the registration with the workflow. */
export function storeRegistration(context: IHookFunctions, registration: Registration): void {
	forgetRegistration(context);
	Object.assign(context.getWorkflowStaticData('node'), registration);
}

/** Leaves nothing of the registration in what n8n keeps. */
export function forgetRegistration(context: IHookFunctions): void {
	const staticData = context.getWorkflowStaticData('node');
	for (const key of KEYS) delete staticData[key];
}
