import type { IHookFunctions, IPollFunctions } from 'n8n-workflow';

import type { EventHooksApi } from '../okta/eventHooksApi';
import type { EventHook } from '../okta/types';
import { warn } from './log';
import { fingerprint, parseMark } from './mark';
import { reconcile } from './reconcile';
import type { Plan, PlanInput, Probe } from './reconcile';
import { hashSecret } from './secret';
import { listenForVerification } from './traffic';

/**
 * Whether a verification request was for this hook. Okta sends it with the hook's secret. Anyone can send
 * one without it.
 *
 * @param authorization of the request; undefined if none arrived
 */
function isVerificationOf(hook: EventHook, authorization: string[] = []): boolean {
	const [secret, another] = authorization;
	if (secret === undefined || another !== undefined) return false;
	return fingerprint(hashSecret(secret)) === parseMark(hook.description)?.secret;
}

/** Has Okta verify the hook, and checks who responds. */
async function probe(
	api: EventHooksApi,
	hook: EventHook,
	key: string,
): Promise<Probe['responder']> {
	const receivedAuthorization = listenForVerification(key);
	const responds = await api.responds(hook);
	if (isVerificationOf(hook, receivedAuthorization())) return 'self';
	return responds ? 'other' : 'none';
}

/**
 * Makes the plan. If it depends on who responds at other addresses, checks that first.
 *
 * @param key `nodeKeyOf`
 * @param probes what is known about other addresses; new findings are added
 */
export async function makePlan(
	api: EventHooksApi,
	key: string,
	probes: Map<string, Probe>,
	input: Omit<PlanInput, 'probes'>,
): Promise<Plan> {
	const plan = reconcile({ ...input, probes });
	if (plan.probe.length === 0) return plan;
	for (const hook of plan.probe) {
		const responder = await probe(api, hook, key);
		const known = probes.get(hook.id);
		const wasDead = known?.responder === 'none' && responder === 'none';
		probes.set(hook.id, {
			responder,
			probedAt: input.now,
			deadSince: wasDead ? known.deadSince : input.now,
		});
	}
	return reconcile({ ...input, probes });
}

/**
 * Warns about hooks with this node's mark at whose address another n8n instance responds.
 *
 * @param known IDs of hooks that it already warned about
 */
export function warnAboutCopies(
	context: IHookFunctions | IPollFunctions,
	probes: ReadonlyMap<string, Probe>,
	known: ReadonlySet<string>,
): void {
	for (const [hookId, { responder }] of probes) {
		if (responder !== 'other' || known.has(hookId)) continue;
		warn(
			context,
			`Event hook ${hookId} belongs to another n8n instance with the same workflow, e.g. the one that this instance was copied from. n8n left it alone.`,
			{ hookId },
		);
	}
}
