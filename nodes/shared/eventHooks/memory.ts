import type { EventHook } from '../okta/types';
import type { Problem } from './alarm';
import type { HookSpec } from './hookSpec';
import type { Elsewhere } from './reconcile';
import { NONE_UNDELIVERED } from './undelivered';
import type { Undelivered } from './undelivered';

/** A published trigger, as this process knows it. Nothing of it outlives the process. */
export interface PublishedNode {
	/** The node's webhook URL. Polls can't ask n8n for it. */
	address: string;
	/** The org's address in the credential, as of the last check. */
	orgUrl: string | undefined;
	/** Undefined until the first check after a start of n8n. */
	spec: HookSpec | undefined;
	/** What Okta responded to the last write, or what a check found in order. */
	lastWrite: EventHook | undefined;
	/** The hash of the secret of that write; undefined if another process made it. */
	secretHash: string | undefined;
	/** Who responds at other addresses, by hook id. */
	elsewhere: Map<string, Elsewhere>;
	/** Whether n8n has just started: the first check is skipped, so that n8n doesn't wait for Okta. */
	isStarting: boolean;
	/** Set once the node is unpublished: no check may write any more. */
	isUnpublished: boolean;
	/** The check that is running. */
	check: Promise<void> | undefined;
	/** Checks in a row that found no hook. */
	missed: number;
	/** Repairs in a row that Okta rejected: how many, when the last one was (ms since 1970), and why. */
	rejection: { times: number; at: number; error: unknown } | undefined;
	/** `lastUpdated` of the hook when it was last looked at. */
	lastSeen: string | undefined;
	/** Checks in a row that found nothing but another `lastUpdated`. */
	blindEdits: number;
	/** Whether the hook got another secret because its deliveries were rejected. That helps once or never. */
	hasRenewedSecret: boolean;
	/** What is wrong with the hook. */
	hookProblem: Problem | undefined;
	/** What is wrong with the requests that arrive. */
	requestProblem: Problem | undefined;
	/** What keeps it from reading the System Log. */
	logProblem: Problem | undefined;
	/** What is wrong with Okta's deliveries, as the System Log shows. */
	deliveryProblem: Problem | undefined;
	/** Events that Okta logged for the hook, and that never arrived. */
	undelivered: Undelivered;
}

/** The published triggers of this process, by `nodeKeyOf`. */
const published = new Map<string, PublishedNode>();

/** The triggers that are being tested in n8n's editor, by `nodeKeyOf`. */
export const runningTests = new Set<string>();

/** The webhook URLs of triggers that were tested in n8n's editor, by `nodeKeyOf` the trigger itself. */
export const testAddresses = new Map<string, string>();

/**
 * The triggers that were unpublished in this process, by `nodeKeyOf`. At its start, n8n 1 does that to all
 * triggers of a workflow if one of them fails, and then registers them again.
 */
export const unpublished = new Set<string>();

/** The triggers whose registration failed and left nothing in Okta, by `nodeKeyOf`. */
export const rolledBack = new Set<string>();

/** @returns undefined if the trigger isn't published, or only known to another process */
export function publishedNode(key: string): PublishedNode | undefined {
	return published.get(key);
}

/** Begins to remember a published trigger, in place of what was remembered of it. */
export function rememberNode(
	key: string,
	known: Pick<PublishedNode, 'address'> & Partial<PublishedNode>,
): void {
	published.set(key, {
		orgUrl: undefined,
		spec: undefined,
		lastWrite: undefined,
		secretHash: undefined,
		elsewhere: new Map(),
		isStarting: false,
		isUnpublished: false,
		check: undefined,
		missed: 0,
		rejection: undefined,
		lastSeen: undefined,
		blindEdits: 0,
		hasRenewedSecret: false,
		hookProblem: undefined,
		requestProblem: undefined,
		logProblem: undefined,
		deliveryProblem: undefined,
		undelivered: NONE_UNDELIVERED,
		...known,
	});
}

/** Forgets a trigger, and waits for a check of it that is running, which no longer writes. */
export async function forgetNode(key: string): Promise<void> {
	const node = published.get(key);
	if (!node) return;
	node.isUnpublished = true;
	published.delete(key);
	await Promise.allSettled([node.check]);
}
