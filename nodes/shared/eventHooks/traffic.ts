import type { IWebhookFunctions } from 'n8n-workflow';

import { nodeKeyOf } from '../owner';

/** What is wrong with a request's Authorization header. */
export type BadAuthorization = 'missing' | 'wrong';

/** What this process knows about the requests to a trigger's webhook. */
export interface Traffic {
	/** `nodeKeyOf` */
	key: string;
	/** How many verification requests have arrived. */
	challenges: number;
	/** The Authorization headers of the latest verification request. */
	challengeAuthorization: string[];
	/** What was wrong with the latest delivery that names this node's hook; undefined if it was accepted. */
	rejected: BadAuthorization | undefined;
	/**
	 * When the stored secret was derived, as of the last delivery that didn't match it, in ms since 1970; 0 if
	 * unknown.
	 */
	mismatchedSecretTime: number;
	/** When a genuine delivery last arrived, in ms since 1970; 0 if none has. */
	arrivedAt: number;
	/** When this process last checked the hook or, if it hasn't yet, when it started, in ms since 1970. */
	checkedAt: number;
	/** Whether n8n has logged that nothing checks the hook. */
	isWarned: boolean;
}

const startedAt = Date.now();

/** By `nodeKeyOf`. */
const byNode = new Map<string, Traffic>();

/** By webhook path. Evicted entries are rebuilt on demand. */
const byPath = new Map<string, { workflowId: string; traffic: Traffic }>();

/** Far more webhooks than any n8n instance has. */
const MAX_PATHS = 10_000;

/** @param key `nodeKeyOf` */
export function trafficOf(key: string): Traffic {
	let traffic = byNode.get(key);
	if (!traffic) {
		traffic = {
			key,
			challenges: 0,
			challengeAuthorization: [],
			rejected: undefined,
			mismatchedSecretTime: 0,
			arrivedAt: 0,
			checkedAt: startedAt,
			isWarned: false,
		};
		byNode.set(key, traffic);
	}
	return traffic;
}

/**
 * Starts to listen for verification requests to a trigger's webhook.
 *
 * @param key `nodeKeyOf`
 * @returns a function that returns the Authorization headers of the latest request since then, or undefined
 * if none reached this process
 */
export function listenForVerification(key: string): () => string[] | undefined {
	const traffic = trafficOf(key);
	const { challenges } = traffic;
	return () => (traffic.challenges > challenges ? traffic.challengeAuthorization : undefined);
}

/** Forgets which path belongs to which trigger. Publishing can change it. */
export function forgetPaths(): void {
	byPath.clear();
}

/**
 * `trafficOf` the trigger that a request is for. Reading a node's ID makes n8n copy the whole node, which
 * takes half as long as a delivery. So this reads it only once per path.
 */
export function trafficOfRequest(context: IWebhookFunctions): Traffic {
	const { path } = context.getRequestObject();
	const workflowId = String(context.getWorkflow().id);
	const known = byPath.get(path);
	if (known?.workflowId === workflowId) return known.traffic;
	if (byPath.size >= MAX_PATHS) byPath.clear();
	const traffic = trafficOf(nodeKeyOf(context));
	byPath.set(path, { workflowId, traffic });
	return traffic;
}
