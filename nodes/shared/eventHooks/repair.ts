import type { IPollFunctions } from 'n8n-workflow';

import { isTransient, messageOf, withMessage } from '../errors';
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
import { expectChallenge, trafficOf } from './traffic';

const HOUR_MS = 3_600_000;

/** Repairs that Okta may reject in a row before the next one waits. */
const QUICK_ATTEMPTS = 3;

/** How long it then waits. */
const ATTEMPT_EVERY_MS = HOUR_MS;

/** One check of one trigger. */
export interface Watch {
	context: IPollFunctions;
	/** `nodeKeyOf` */
	key: string;
	node: PublishedNode;
	/** ms since 1970 */
	now: number;
}

/** What a check works with. */
export interface InOkta {
	okta: Okta;
	api: EventHooksApi;
	spec: HookSpec;
	/** All hooks of the org. */
	hooks: EventHook[];
}

/** Does what the plan says. */
async function carryOut(
	{ context, key, node }: Watch,
	{ okta, api, spec, hooks }: InOkta,
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
			traffic.latestSecretTime,
		);
		node.lastWrite = await write(api, spec, secret, existing, hooks);
		node.secretHash = hashSecret(secret.value);
		forgetSource(key);
		const challenge = expectChallenge(key);
		node.lastWrite = await activateAndVerify(okta, api, node.lastWrite);
		// What was rejected before says nothing about the new secret, unless that doesn't arrive either.
		const arrived = challenge()?.join() ?? secret.value;
		if (arrived === secret.value) traffic.rejected = undefined;
	}
	if (action.do === 'resume') {
		node.lastWrite = await activateAndVerify(okta, api, action.hook);
	}
	if (action.do === 'create' || action.do === 'replace' || action.do === 'resume') {
		const hookId = node.lastWrite?.id;
		const message =
			action.do === 'create'
				? `Created event hook ${hookId} in Okta, since there was none.`
				: `Repaired event hook ${hookId} in Okta: ${differences.join(', ')}.`;
		warn(context, message, { hookId });
	}
	for (const { id } of remove) {
		await api.remove(id);
		warn(context, `Deleted unused event hook ${id} in Okta.`, { hookId: id });
	}
}

/**
 * Does what the plan says. Repairs that Okta keeps rejecting are tried again only once an hour.
 *
 * @throws NodeApiError that says what Okta didn't do, and why
 */
export async function repair(watch: Watch, inOkta: InOkta, plan: Plan): Promise<void> {
	const { node, now } = watch;
	const { okta } = inOkta;
	if (plan.action.do === 'wait' && plan.remove.length === 0) return;
	if (plan.action.do === 'nothing' && plan.remove.length === 0) {
		node.rejection = undefined;
		return;
	}
	const { rejection } = node;
	if (rejection && rejection.times >= QUICK_ATTEMPTS && now - rejection.at < ATTEMPT_EVERY_MS) {
		throw withMessage(okta.node, rejection.error, messageOf(rejection.error));
	}
	try {
		await carryOut(watch, inOkta, plan);
		node.rejection = undefined;
	} catch (error) {
		if (!isTransient(error)) {
			node.rejection = { times: (rejection?.times ?? 0) + 1, at: now, error };
		}
		throw withMessage(okta.node, error, messageOf(error));
	}
}
