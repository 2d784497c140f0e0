import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { ownerOf } from '../owner';

/**
 * What the node stores about its event hook in n8n's static data. It's only a hint: other nodes can overwrite
 * it, and a restored database or a copied workflow brings an outdated one. n8n stores static data with the
 * workflow and with every execution, and includes it in exports.
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
	/** Whether the hook serves a test in n8n's editor, which has its own static data. */
	isTest?: boolean;
	/** Origin of the org that has the hook. */
	orgUrl: string;
	/** The org's ID, which is the same for all of its URLs; undefined if Okta didn't return it. */
	orgId?: string;
}

/** Everything needed to check the secret of a delivery. */
export interface StoredSecret extends Pick<Registration, 'secretHash' | 'secretTime'> {
	/** Whether it belongs to another node or address, e.g. in a copy of n8n's database. */
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
 * The stored secret, no matter who stored it: deliveries that match it are genuine. Every delivery calls
 * this, and n8n observes each access to static data, so it reads nothing else.
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

/** The stored ID of the hook, if any. */
export function readHookId(context: IHookFunctions | IWebhookFunctions): string | undefined {
	const { hookId } = context.getWorkflowStaticData('node');
	return typeof hookId === 'string' ? hookId : undefined;
}

/**
 * The registration of the event hook that this node registered itself. Ignores one that was copied with the
 * workflow, since its hook isn't ours to change or delete.
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

/** Stores the registration in the workflow's static data. */
export function storeRegistration(context: IHookFunctions, registration: Registration): void {
	forgetRegistration(context);
	Object.assign(context.getWorkflowStaticData('node'), registration);
}

/** Removes the registration from static data. */
export function forgetRegistration(context: IHookFunctions): void {
	const staticData = context.getWorkflowStaticData('node');
	for (const key of KEYS) delete staticData[key];
}
