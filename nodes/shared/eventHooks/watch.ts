import { NodeApiError } from 'n8n-workflow';
import type { IPollFunctions } from 'n8n-workflow';

import { apiError, isTransient, messageOf, withMessage } from '../errors';
import { openOkta } from '../okta/client';
import type { Okta } from '../okta/client';
import { credentialOf } from '../okta/credential';
import { eventHooksApi } from '../okta/eventHooksApi';
import type { EventHooksApi } from '../okta/eventHooksApi';
import { isDue, seenAgain } from './alarm';
import type { Trouble } from './alarm';
import { makePlan, warnOfOthers } from './elsewhere';
import { readHookSpec } from './hookSpec';
import type { HookSpec, HookSubject } from './hookSpec';
import { warn } from './log';
import { fingerprint } from './mark';
import type { HookMark } from './mark';
import { publishedNode, runningTests } from './memory';
import type { PublishedNode } from './memory';
import { nodeKeyOf, testKeyOf } from './owner';
import { EDITED } from './reconcile';
import type { Plan } from './reconcile';
import { activateAndVerify, canDerive, newSecret, write } from './register';
import { deriveSecret, hashSecret } from './secret';
import { forgetSource } from './secretSource';
import { trafficOf } from './traffic';
import { noteCheck } from './unwatched';

const HOUR_MS = 3_600_000;

/** Repairs that may fail in a row before the next one waits. */
const QUICK_ATTEMPTS = 3;

/** How long it then waits. */
const ATTEMPT_EVERY_MS = HOUR_MS;

/**
 * Repairs in a row for nothing but the time of a hook's last change. It moves by itself in an org in
 * which more than that doesn't help.
 */
const MAX_BLIND_REPAIRS = 2;

/** One check of one trigger. */
interface Watch {
	context: IPollFunctions;
	/** `nodeKeyOf` */
	key: string;
	node: PublishedNode;
	/** ms since 1970 */
	now: number;
}

/** Whether the hook sends the secret that this n8n would accept without remembering anything. */
function isCurrent(mark: HookMark, okta: Okta, spec: HookSpec, node: PublishedNode): boolean {
	if (okta.clientKey === undefined) {
		// A random secret. If another process made it, there is nothing to compare with.
		return node.secretHash === undefined || fingerprint(node.secretHash) === mark.secret;
	}
	if (mark.secretTime === undefined) return false;
	const scope = { owner: spec.owner, address: spec.uri };
	const { value } = deriveSecret(okta.clientKey, scope, mark.secretTime);
	return fingerprint(hashSecret(value)) === mark.secret;
}

/** What a user needs to know, and hears of in a failed execution. */
function report(plan: Plan, spec: HookSpec): string | undefined {
	const { action, differences } = plan;
	if (action.do !== 'report') return undefined;
	const what = action.hook
		? `Event hook ${action.hook.id} was changed in Okta: ${differences.join(', ')}. Events may no longer start this workflow.`
		: `The event hook for ${spec.uri} is no longer in Okta, so events don't start this workflow.`;
	return action.why === 'no key'
		? `${what} n8n can't repair it, because the credential has no client secret of 16 characters or more. Unpublish and publish the workflow.`
		: `${what} n8n didn't repair it, because 'Repair Hook' is off. Turn it on under 'Options', or unpublish and publish the workflow.`;
}

/** Does what the plan says. */
async function carryOut(
	{ context, key, node }: Watch,
	okta: Okta,
	api: EventHooksApi,
	spec: HookSpec,
	{ action, differences, remove }: Plan,
): Promise<void> {
	if (action.do === 'create' || action.do === 'replace') {
		const secret = newSecret(okta, spec);
		const existing = action.do === 'replace' ? action.hook : undefined;
		node.lastWrite = await write(api, spec, secret, existing);
		node.secretHash = hashSecret(secret.value);
		forgetSource(key);
		node.lastWrite = await activateAndVerify(okta, api, node.lastWrite);
		// What was rejected before says nothing about the new secret.
		trafficOf(key).rejected = undefined;
	}
	if (action.do === 'resume') {
		node.lastWrite = await activateAndVerify(okta, api, action.hook);
	}
	if (action.do === 'create' || action.do === 'replace' || action.do === 'resume') {
		const what = action.do === 'create' ? ['it was gone'] : differences;
		const hookId = node.lastWrite?.id;
		warn(context, `Repaired event hook ${hookId} in Okta: ${what.join(', ')}.`, { hookId });
	}
	for (const { id } of remove) {
		await api.remove(id);
		warn(context, `Deleted event hook ${id} in Okta, which served nobody.`, { hookId: id });
	}
}

/** The same, but after repairs that failed again and again only once an hour. */
async function tryToCarryOut(
	watch: Watch,
	okta: Okta,
	api: EventHooksApi,
	spec: HookSpec,
	plan: Plan,
): Promise<void> {
	const { node, now } = watch;
	const { failed } = node;
	if (failed && failed.times >= QUICK_ATTEMPTS && now - failed.at < ATTEMPT_EVERY_MS) {
		throw withMessage(okta.node, failed.error, messageOf(failed.error));
	}
	try {
		await carryOut(watch, okta, api, spec, plan);
		node.failed = undefined;
	} catch (error) {
		node.failed = { times: (failed?.times ?? 0) + 1, at: now, error };
		throw withMessage(okta.node, error, messageOf(error));
	}
}

/**
 * Compares what Okta has with what the node wants, and repairs what differs.
 *
 * @returns what n8n can't or mustn't repair; undefined if all is in order
 */
async function checkHook(watch: Watch, subject: HookSubject): Promise<string | undefined> {
	const { context, key, node, now } = watch;
	const spec = (node.spec ??= readHookSpec(context, subject, node.address));
	const okta = await openOkta(context);
	const api = eventHooksApi(okta, () => {
		if (node.isGone) throw apiError(okta.node, 'The workflow was unpublished.');
	});
	const knownBefore = new Set(node.elsewhere.keys());
	const plan = await makePlan(api, key, node.elsewhere, {
		occasion: 'watch',
		spec,
		hooks: await api.list(),
		knownId: node.lastWrite?.id,
		lastWrite: node.lastWrite,
		isSecretCurrent: (mark) => isCurrent(mark, okta, spec, node),
		canDerive: canDerive(okta, spec),
		missedBefore: node.missed,
		isTestRunning: runningTests.has(testKeyOf(key)),
		now,
	});
	warnOfOthers(context, node.elsewhere, knownBefore);
	const { action } = plan;
	const hook = 'hook' in action ? action.hook : undefined;
	node.missed = hook === undefined ? node.missed + 1 : 0;
	if (action.do === 'report') return report(plan, spec);

	const isBlind = plan.differences.join() === EDITED;
	if (isBlind && node.blindRepairs >= MAX_BLIND_REPAIRS) {
		node.lastWrite = hook;
		return undefined;
	}
	node.blindRepairs = isBlind ? node.blindRepairs + 1 : 0;
	if (action.do === 'nothing') node.lastWrite = hook;
	await tryToCarryOut(watch, okta, api, spec, plan);
	return undefined;
}

/** What a check that failed means to the user. */
function explain(context: IPollFunctions, error: unknown): NodeApiError {
	const { type, name: typeName } = credentialOf(context);
	const name = context.getNode().credentials?.[type]?.name ?? typeName;
	const isDead = error instanceof NodeApiError && error.failure?.cause === 'credential-invalid';
	const what = isDead
		? `The credential '${name}' no longer works, so n8n can't look after the event hook.`
		: "n8n can't look after the event hook in Okta.";
	return withMessage(context.getNode(), error, `${what} ${messageOf(error)}`);
}

/** What the requests that arrive mean to the user, if they lack the secret. */
function explainRequests(key: string): string | undefined {
	const { rejected } = trafficOf(key);
	if (rejected === undefined) return undefined;
	const [found, verb] =
		rejected === 'missing'
			? ['without an Authorization header', 'removes']
			: ["with an Authorization header that isn't the event hook's secret", 'replaces'];
	return `Events from Okta arrive ${found}, so n8n rejects them with 401 and they don't start this workflow. Most likely a reverse proxy between Okta and n8n ${verb} the header. Configure it to pass Authorization on unchanged. If there is no proxy, unpublish and publish the workflow.`;
}

/**
 * Tells the user of a problem in a failed execution, which n8n's error workflow picks up: not at once,
 * and not at each check.
 *
 * @returns what to remember of it until the next check
 */
function tell(
	{ context, now }: Watch,
	trouble: Trouble | undefined,
	problem: NodeApiError | undefined,
): Trouble | undefined {
	if (problem === undefined) {
		if (trouble?.toldAt !== undefined) context.logger.info('The Okta event hook works again.');
		return undefined;
	}
	const seen = seenAgain(trouble, now);
	if (!isDue(seen, isTransient(problem), now)) return seen;
	// Thrown, it would discard what else a poll found, and n8n could poll less often.
	context.__emitError(problem);
	return { ...seen, toldAt: now };
}

async function check(watch: Watch, subject: HookSubject): Promise<void> {
	const { context, key, node } = watch;
	const toError = (message: string) => apiError(context.getNode(), message);
	let problem: NodeApiError | undefined;
	try {
		const message = await checkHook(watch, subject);
		problem = message === undefined ? undefined : toError(message);
	} catch (error) {
		problem = explain(context, error);
	}
	if (node.isGone) return;
	node.hookTrouble = tell(watch, node.hookTrouble, problem);
	const rejected = problem === undefined ? explainRequests(key) : undefined;
	node.requestTrouble = tell(watch, node.requestTrouble, rejected ? toError(rejected) : undefined);
}

/**
 * Looks after the event hook of a published trigger: one call to Okta if all is in order, repairs
 * otherwise, and a failed execution for what can't be repaired. Never throws.
 *
 * It works by what `create()` and `checkExists()` have left in this process's memory; without that, it
 * does nothing. So it depends neither on n8n's static data nor on n8n's poll cursors.
 */
export async function watchEventHook(context: IPollFunctions, subject: HookSubject): Promise<void> {
	const key = nodeKeyOf(context);
	const now = Date.now();
	noteCheck(key, now);
	const node = publishedNode(key);
	if (!node || node.check) return;
	if (node.isStarting) {
		node.isStarting = false;
		return;
	}
	node.check = check({ context, key, node, now }, subject);
	await node.check;
	node.check = undefined;
}
