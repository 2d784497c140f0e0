import type { EventHook } from '../okta/types';
import type { Problem } from '../problem';
import type { HookSpec } from './hookSpec';
import type { Probe } from './reconcile';
import { NONE_UNDELIVERED } from './undelivered';
import type { Undelivered } from './undelivered';

/** What this process knows about a published trigger. None of it survives a restart. */
export interface PublishedNode {
	/** The node's webhook URL. Polls can't read it from n8n. */
	address: string;
	/** The credential's org URL at the last check. */
	orgUrl: string | undefined;
	/** Undefined until the first check after n8n has started. */
	spec: HookSpec | undefined;
	/** The hook as Okta returned it for the last write, or as the last check found it to be correct. */
	lastWrite: EventHook | undefined;
	/** Hash of the secret in that write; undefined if another process made it. */
	secretHash: string | undefined;
	/** Who responds at other addresses, by hook ID. */
	probes: Map<string, Probe>;
	/** Whether n8n has just started. The first check is skipped so n8n doesn't wait for Okta. */
	isStarting: boolean;
	/** Set once the node is unpublished. Checks must not write after that. */
	isUnpublished: boolean;
	/** The running check. */
	check: Promise<void> | undefined;
	/** Consecutive checks that found no hook. */
	checksWithoutHook: number;
	/** Consecutive repairs that Okta rejected, and the time (ms since 1970) and error of the last one. */
	rejection: { count: number; at: number; error: unknown } | undefined;
	/** The hook's `lastUpdated` at the last check. */
	lastSeen: string | undefined;
	/** Consecutive checks that found no difference except a new `lastUpdated`. */
	unexplainedEdits: number;
	/** Whether the hook already got a new secret because its deliveries were rejected. That helps at most once. */
	hasRenewedSecret: boolean;
	/** What is wrong with the hook. */
	hookProblem: Problem | undefined;
	/** What is wrong with the requests that arrive. */
	requestProblem: Problem | undefined;
	/** Why it can't read the System Log. */
	logProblem: Problem | undefined;
	/** What is wrong with Okta's deliveries, according to the System Log. */
	deliveryProblem: Problem | undefined;
	/** Events that Okta logged for the hook but that never arrived. */
	undelivered: Undelivered;
}

/** The published triggers of this process, by `nodeKeyOf`. */
const published = new Map<string, PublishedNode>();

/** Keys (`nodeKeyOf`) of the triggers that are being tested in n8n's editor. */
export const runningTests = new Set<string>();

/** Test webhook URLs of triggers that were tested in n8n's editor, by `nodeKeyOf` the published node. */
export const testAddresses = new Map<string, string>();

/**
 * Keys (`nodeKeyOf`) of the triggers that were unpublished in this process. If one trigger of a workflow
 * fails at startup, n8n 1 unpublishes all of them, then registers them again.
 */
export const unpublished = new Set<string>();

/**
 * Keys (`nodeKeyOf`) of the triggers whose registration failed and left nothing in Okta. Also contains a trigger
 * while it's being registered.
 */
export const leftNothingInOkta = new Set<string>();

/** @returns undefined if the trigger isn't published, or was published by another process */
export function publishedNode(key: string): PublishedNode | undefined {
	return published.get(key);
}

/** Remembers a published trigger, replacing any earlier state. */
export function rememberNode(
	key: string,
	known: Pick<PublishedNode, 'address'> & Partial<PublishedNode>,
): void {
	published.set(key, {
		orgUrl: undefined,
		spec: undefined,
		lastWrite: undefined,
		secretHash: undefined,
		probes: new Map(),
		isStarting: false,
		isUnpublished: false,
		check: undefined,
		checksWithoutHook: 0,
		rejection: undefined,
		lastSeen: undefined,
		unexplainedEdits: 0,
		hasRenewedSecret: false,
		hookProblem: undefined,
		requestProblem: undefined,
		logProblem: undefined,
		deliveryProblem: undefined,
		undelivered: NONE_UNDELIVERED,
		...known,
	});
}

/** Forgets a trigger and waits for its running check, which writes nothing from now on. */
export async function forgetNode(key: string): Promise<void> {
	const node = published.get(key);
	if (!node) return;
	node.isUnpublished = true;
	published.delete(key);
	await Promise.allSettled([node.check]);
}
