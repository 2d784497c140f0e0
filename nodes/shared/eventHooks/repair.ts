import type { IPollFunctions } from 'n8n-workflow';

import { isTransient, toApiError } from '../errors';
import type { Okta } from '../okta/client';
import type { EventHooksApi } from '../okta/eventHooksApi';
import type { EventHook } from '../okta/types';
import type { HookSpec } from './hookSpec';
import { warn } from './log';
import type { PublishedNode } from './memory';
import type { Plan } from './reconcile';
import { activateAndVerify, newSecret, secretTimeOf, write } from './register';
import { hashSecret } from './secret';
import { forgetSource } from './secretSource';
import { listenForVerification, trafficOf } from './traffic';

const HOUR_MS = 3_600_000;

/** How many consecutive repairs Okta may reject before the next one has to wait. */
const QUICK_ATTEMPTS = 3;

/** How long to wait between repairs after that. */
const SLOW_RETRY_MS = HOUR_MS;

/** One poll of one trigger. */
export interface Poll {
	context: IPollFunctions;
	/** `nodeKeyOf` */
	key: string;
	node: PublishedNode;
	/** ms since 1970 */
	now: number;
}

/** The hook that a trigger needs, and the org's hooks. */
export interface OktaState {
	okta: Okta;
	api: EventHooksApi;
	spec: HookSpec;
	/** All hooks of the org. */
	hooks: EventHook[];
}

/** Makes the planned changes in Okta, and logs each of them. */
async function applyPlan(
	{ context, key, node }: Poll,
	{ okta, api, spec, hooks }: OktaState,
	{ action, differences, remove }: Plan,
): Promise<void> {
	if (action.do === 'create' || action.do === 'replace') {
		const existing = action.do === 'replace' ? action.hook : undefined;
		const traffic = trafficOf(key);
		const secret = newSecret(
			okta,
			spec,
			secretTimeOf(existing),
			secretTimeOf(node.lastWrite),
			traffic.mismatchedSecretTime,
		);
		node.lastWrite = await write(api, spec, secret, existing, hooks);
		node.secretHash = hashSecret(secret.value);
		forgetSource(key);
		const receivedAuthorization = listenForVerification(key);
		node.lastWrite = await activateAndVerify(okta, api, node.lastWrite);
		// Earlier rejections say nothing about the new secret, unless that doesn't arrive either.
		const arrived = receivedAuthorization()?.join() ?? secret.value;
		if (arrived === secret.value) traffic.rejected = undefined;
	}
	if (action.do === 'resume') {
		node.lastWrite = await activateAndVerify(okta, api, action.hook);
	}
	if (action.do === 'create' || action.do === 'replace' || action.do === 'resume') {
		const hookId = node.lastWrite?.id;
		const message =
			action.do === 'create'
				? `Created event hook ${hookId} in Okta because it was missing.`
				: `Repaired event hook ${hookId} in Okta: ${differences.join(', ')}.`;
		warn(context, message, { hookId });
	}
	for (const { id } of remove) {
		await api.remove(id);
		warn(context, `Deleted unused event hook ${id} in Okta.`, { hookId: id });
	}
}

/**
 * Carries out the plan. Retries repairs that Okta keeps rejecting only once an hour.
 *
 * @throws NodeApiError that explains what Okta didn't do, and why
 */
export async function repair(poll: Poll, oktaState: OktaState, plan: Plan): Promise<void> {
	const { node, now } = poll;
	const { okta } = oktaState;
	if (plan.action.do === 'wait' && plan.remove.length === 0) return;
	if (plan.action.do === 'nothing' && plan.remove.length === 0) {
		node.rejection = undefined;
		return;
	}
	const { rejection } = node;
	if (rejection && rejection.count >= QUICK_ATTEMPTS && now - rejection.at < SLOW_RETRY_MS) {
		throw toApiError(okta.node, rejection.error);
	}
	try {
		await applyPlan(poll, oktaState, plan);
		node.rejection = undefined;
	} catch (error) {
		if (!isTransient(error)) {
			node.rejection = { count: (rejection?.count ?? 0) + 1, at: now, error };
		}
		throw toApiError(okta.node, error);
	}
}
