import type { IWebhookFunctions } from 'n8n-workflow';

import { nodeKeyOf } from '../owner';

/** What is wrong with the Authorization header of a request. */
export type BadAuthorization = 'missing' | 'wrong';

/** What this process knows of the requests to a trigger's webhook. */
export interface Traffic {
	/** `nodeKeyOf` */
	key: string;
	/** Verification requests so far. */
	challenges: number;
	/** The Authorization headers of the latest verification request. */
	challengeAuthorization: string[];
	/**
	 * What was wrong with the latest delivery that names this node's hook as its source; undefined if it
	 * was accepted.
	 */
	rejected: BadAuthorization | undefined;
	/** When the secret was derived that such a delivery was too old for, in ms since 1970; else 0. */
	latestSecretTime: number;
	/** When a genuine delivery last arrived, in ms since 1970; else 0. */
	arrivedAt: number;
	/** When this process last checked the hook, or was started, in ms since 1970. */
	checkedAt: number;
	/** Whether there was a warning that nothing checks the hook. */
	isWarned: boolean;
}

const startedAt = Date.now();

/** By `nodeKeyOf`. */
const byNode = new Map<string, Traffic>();

/** By the path of the webhook, and for which workflow. What is forgotten is found again. */
const byPath = new Map<string, { workflowId: string; traffic: Traffic }>();

/** More than one n8n has webhooks. */
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
			latestSecretTime: 0,
			arrivedAt: 0,
			checkedAt: startedAt,
			isWarned: false,
		};
		byNode.set(key, traffic);
	}
	return traffic;
}

/**
 * Begins to wait for a verification request to a trigger's webhook.
 *
 * @param key `nodeKeyOf`
 * @returns the Authorization headers of the latest one since, or undefined if none arrived in this process
 */
export function expectChallenge(key: string): () => string[] | undefined {
	const traffic = trafficOf(key);
	const { challenges } = traffic;
	return () => (traffic.challenges > challenges ? traffic.challengeAuthorization : undefined);
}

/** Forgets which path leads to which trigger: a published change can make it another one. */
export function forgetPaths(): void {
	byPath.clear();
}

/**
 * `trafficOf` the trigger that a request is for. n8n copies the whole node to tell its id, which takes as
 * long as half a delivery, so it's asked once for each path.
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
