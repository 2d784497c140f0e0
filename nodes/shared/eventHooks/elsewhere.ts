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
 * Whether a verification request was for this hook. Okta sends the hook's secret with it; anyone can send
 * one without.
 *
 * @param authorization of the request; undefined if there was none
 */
function isFor(hook: EventHook, authorization: string[] = []): boolean {
	const [secret, another] = authorization;
	if (secret === undefined || another !== undefined) return false;
	return fingerprint(hashSecret(secret)) === parseMark(hook.description)?.secret;
}

/** Has Okta verify the hook, and looks at who responds. */
async function findOut(
	api: EventHooksApi,
	hook: EventHook,
	key: string,
): Promise<Elsewhere['who']> {
	const challenge = expectChallenge(key);
	const responds = await api.responds(hook);
	if (isFor(hook, challenge())) return 'us';
	return responds ? 'someone' : 'nobody';
}

/**
 * Makes the plan, and first finds out who responds at other addresses where the plan depends on it.
 *
 * @param key `nodeKeyOf`
 * @param elsewhere what is known of other addresses; what is found out is added
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
		const who = await findOut(api, hook, key);
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
 * Warns of hooks with this node's mark that someone else serves.
 *
 * @param known those that were warned of before, by id
 */
export function warnOfOthers(
	context: IHookFunctions | IPollFunctions,
	elsewhere: ReadonlyMap<string, Elsewhere>,
	known: ReadonlySet<string>,
): void {
	for (const [hookId, { who }] of elsewhere) {
		if (who !== 'someone' || known.has(hookId)) continue;
		warn(
			context,
			`Event hook ${hookId} belongs to another n8n with the same workflow, for example the one that this n8n was copied from. n8n left it alone.`,
			{ hookId },
		);
	}
}
