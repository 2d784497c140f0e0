import type { IHookFunctions, IPollFunctions } from 'n8n-workflow';

import type { EventHooksApi } from '../okta/eventHooksApi';
import type { EventHook } from '../okta/types';
import { warn } from './log';
import { fingerprint, parseMark } from './mark';
import { reconcile } from './reconcile';
import type { Elsewhere, Plan, Situation } from './reconcile';
import { hashSecret } from './secret';
import { expectChallenge } from './traffic';

/**
 * Whether a verification request was for this hook. Okta sends it with the hook's secret. Anyone can send
 * one without it.
 *
 * @param authorization of the request; undefined if none arrived
 */
function isFor(hook: EventHook, authorization: string[] = []): boolean {
	const [secret, another] = authorization;
	if (secret === undefined || another !== undefined) return false;
	return fingerprint(hashSecret(secret)) === parseMark(hook.description)?.secret;
}

/** Has Okta verify the hook, and checks who responds. */
async function probe(api: EventHooksApi, hook: EventHook, key: string): Promise<Elsewhere['who']> {
	const challenge = expectChallenge(key);
	const responds = await api.responds(hook);
	if (isFor(hook, challenge())) return 'us';
	return responds ? 'someone' : 'nobody';
}

/**
 * Makes the plan. If it depends on who responds at other addresses, checks that first.
 *
 * @param key `nodeKeyOf`
 * @param elsewhere what is known about other addresses; new findings are added
 */
export async function makePlan(
	api: EventHooksApi,
	key: string,
	elsewhere: Map<string, Elsewhere>,
	situation: Omit<Situation, 'elsewhere'>,
): Promise<Plan> {
	const plan = reconcile({ ...situation, elsewhere });
	if (plan.ask.length === 0) return plan;
	for (const hook of plan.ask) {
		const who = await probe(api, hook, key);
		const known = elsewhere.get(hook.id);
		const wasDead = known?.who === 'nobody' && who === 'nobody';
		elsewhere.set(hook.id, {
			who,
			askedAt: situation.now,
			deadSince: wasDead ? known.deadSince : situation.now,
		});
	}
	return reconcile({ ...situation, elsewhere });
}

/**
 * Warns about hooks with this node's mark that another n8n instance responds for.
 *
 * @param known IDs of hooks that it already warned about
 */
export function warnAboutCopies(
	context: IHookFunctions | IPollFunctions,
	elsewhere: ReadonlyMap<string, Elsewhere>,
	known: ReadonlySet<string>,
): void {
	for (const [hookId, { who }] of elsewhere) {
		if (who !== 'someone' || known.has(hookId)) continue;
		warn(
			context,
			`Event hook ${hookId} belongs to another n8n instance with the same workflow, e.g. the one that this instance was copied from. n8n left it alone.`,
			{ hookId },
		);
	}
}
