/** What is wrong with the Authorization header of a request. */
export type BadAuthorization = 'missing' | 'wrong';

/** What the requests to a trigger's webhook say about the way from Okta to this process. */
export interface Traffic {
	/** Verification requests so far. */
	challenges: number;
	/** The Authorization headers of the latest verification request. */
	challengeAuthorization: string[];
	/**
	 * What was wrong with the latest delivery that names this node's hook as its source; undefined if it
	 * was accepted.
	 */
	rejected: BadAuthorization | undefined;
}

const traffic = new Map<string, Traffic>();

/** @param key `nodeKeyOf` */
export function trafficOf(key: string): Traffic {
	let known = traffic.get(key);
	if (!known) {
		known = { challenges: 0, challengeAuthorization: [], rejected: undefined };
		traffic.set(key, known);
	}
	return known;
}
