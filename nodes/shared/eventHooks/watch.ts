import type { IPollFunctions, NodeApiError } from 'n8n-workflow';

import { apiError } from '../errors';
import { openOkta } from '../okta/client';
import type { Okta } from '../okta/client';
import { eventHooksApi } from '../okta/eventHooksApi';
import { EVENT_HOOKS_PAGE } from '../okta/resources';
import type { EventHook } from '../okta/types';
import type { Filter } from '../oktaEvent/filter';
import { authenticate } from './authenticate';
import { makePlan, warnAboutCopies } from './plan';
import { readHookSpec } from './hookSpec';
import type { HookSpec } from './hookSpec';
import { warn } from './log';
import { fingerprint } from './mark';
import type { HookMark } from './mark';
import { publishedNode, runningTests } from './memory';
import type { PublishedNode } from './memory';
import { nodeKeyOf, testKeyOf } from '../owner';
import { report } from '../report';
import { EDITED, findAtAddress } from './reconcile';
import type { Plan } from './reconcile';
import { assertReachable, assertHasWebhookId, canDerive, scopeOf, secretTimeOf } from './register';
import { repair } from './repair';
import type { OktaState, Poll } from './repair';
import { deriveSecret, hashSecret } from './secret';
import { createSource } from './secretSource';
import { explainFailedCheck, explainPlan, explainRequests } from './explainProblems';
import { listenForVerification, trafficOf } from './traffic';

/**
 * How many consecutive checks act on a change that shows only in a hook's `lastUpdated`. If there are more, the
 * org apparently updates it on its own.
 */
const MAX_UNEXPLAINED_EDITS = 2;

const RECOVERY = 'The Okta event hook works again.';

/** Whether the hook sends the secret that n8n would accept without any stored data. */
function isCurrent(mark: HookMark, okta: Okta, spec: HookSpec, node: PublishedNode): boolean {
	if (okta.clientKey === undefined) {
		// A random secret. If another process made it, there's nothing to compare it with.
		return node.secretHash === undefined || fingerprint(node.secretHash) === mark.secret;
	}
	if (mark.secretTime === undefined) return false;
	const { value } = deriveSecret(okta.clientKey, scopeOf(spec), mark.secretTime);
	return fingerprint(hashSecret(value)) === mark.secret;
}

/**
 * Checks whether a hook still has its secret, which Okta sends with a verification request. If a copy of
 * n8n had Okta verify the hook, its `lastUpdated` changed too, which is no reason to replace it.
 *
 * @returns whether the request arrived here with the secret
 */
async function confirmSecret(
	{ key, node, now }: Poll,
	{ okta, api, spec }: OktaState,
	hook: EventHook,
): Promise<boolean> {
	const { clientKey } = okta;
	const receivedAuthorization = listenForVerification(key);
	const verified = await api.verify(hook);
	const authorization = receivedAuthorization();
	if (authorization === undefined) return false;
	const { is } = authenticate(
		authorization,
		node.secretHash === undefined
			? undefined
			: { secretHash: node.secretHash, secretTime: undefined, isForeign: () => false },
		clientKey && createSource(clientKey, scopeOf(spec), now),
	);
	if (is === 'genuine') node.lastWrite = verified;
	else node.lastSeen = verified.lastUpdated;
	return is === 'genuine';
}

/** Warns once if the credential now points to a different org than the one that has the hook. */
function warnAboutOtherOrg({ context, node }: Poll, { okta, hooks }: OktaState): void {
	const { orgUrl, lastWrite } = node;
	node.orgUrl = okta.orgUrl;
	if (orgUrl === undefined || orgUrl === okta.orgUrl || lastWrite === undefined) return;
	// An org can have several URLs.
	if (hooks.some(({ id }) => id === lastWrite.id)) return;
	warn(
		context,
		`Event hook ${lastWrite.id} may still be in ${orgUrl}, which the credential no longer points to. Delete it there, in ${EVENT_HOOKS_PAGE}.`,
		{ hookId: lastWrite.id },
	);
}

/**
 * The hook that the node needs. Reads it once, since an expression could return something else at each check,
 * and again if another main process of this n8n has written the hook since then.
 */
function refreshSpec(
	{ context, node }: Poll,
	filters: readonly Filter[],
	hooks: readonly EventHook[],
): HookSpec {
	const spec = (node.spec ??= readHookSpec(context, filters, node.address));
	const written = secretTimeOf(node.lastWrite);
	const [latest] = findAtAddress(spec, hooks)
		.map(secretTimeOf)
		.filter((time) => time !== undefined)
		.sort((one, other) => other - one);
	if (written === undefined || latest === undefined || latest <= written) return spec;
	node.lastWrite = undefined;
	node.secretHash = undefined;
	node.spec = readHookSpec(context, filters, node.address);
	return node.spec;
}

/** Whether n8n rejects the deliveries of a correct hook and a new secret may help. Only tried once. */
function needsSecret({ key, node }: Poll, { okta, spec }: OktaState, { action }: Plan): boolean {
	if (action.do !== 'nothing' || action.hook === undefined || node.hasRenewedSecret) return false;
	return trafficOf(key).rejected === 'wrong' && spec.repairsHook && canDerive(okta, spec);
}

/** Replaces the plan if only the hook's secret can tell whether a repair is needed. */
async function refinePlan(poll: Poll, oktaState: OktaState, plan: Plan): Promise<Plan> {
	const { node } = poll;
	const { hook } = plan.action;
	const unchanged: Plan = { ...plan, action: { do: 'nothing', hook }, differences: [] };
	const isUnexplained = plan.differences.join() === EDITED;
	const isNewEdit = isUnexplained && hook?.lastUpdated !== node.lastSeen;
	node.lastSeen = hook?.lastUpdated;
	node.unexplainedEdits = isUnexplained ? node.unexplainedEdits + Number(isNewEdit) : 0;
	if (node.unexplainedEdits > MAX_UNEXPLAINED_EDITS) return unchanged;
	if (isNewEdit && hook && (await confirmSecret(poll, oktaState, hook))) {
		return { ...unchanged, action: { do: 'nothing', hook: node.lastWrite } };
	}
	if (!needsSecret(poll, oktaState, plan) || !hook) return plan;
	node.hasRenewedSecret = true;
	if (await confirmSecret(poll, oktaState, hook)) {
		const isTooOld = trafficOf(poll.key).mismatchedSecretTime > (secretTimeOf(hook) ?? 0);
		if (!isTooOld) return { ...unchanged, action: { do: 'nothing', hook: node.lastWrite } };
	}
	return { ...plan, action: { do: 'replace', hook }, differences: ['it sent a different secret'] };
}

/**
 * Compares the hook in Okta with the one that the node needs, and repairs any differences.
 *
 * @returns an explanation of what n8n can't or must not repair; undefined if there's nothing
 */
async function checkHook(poll: Poll, filters: readonly Filter[]): Promise<string | undefined> {
	const { context, key, node, now } = poll;
	const okta = await openOkta(context);
	assertHasWebhookId(context);
	assertReachable(okta, node.address);
	const api = eventHooksApi(okta, () => {
		if (node.isUnpublished) throw apiError(okta.node, 'The workflow was unpublished.');
	});
	const hooks = await api.list();
	const spec = refreshSpec(poll, filters, hooks);
	const oktaState: OktaState = { okta, api, spec, hooks };
	warnAboutOtherOrg(poll, oktaState);
	const knownBefore = new Set(node.probes.keys());
	const firstPlan = await makePlan(api, key, node.probes, {
		operation: 'watch',
		spec,
		hooks,
		knownId: node.lastWrite?.id,
		lastWrite: node.lastWrite,
		isSecretCurrent: (mark) => isCurrent(mark, okta, spec, node),
		canDerive: canDerive(okta, spec),
		checksWithoutHook: node.checksWithoutHook,
		isTestRunning: runningTests.has(testKeyOf(key)),
		now,
	});
	warnAboutCopies(context, node.probes, knownBefore);
	node.checksWithoutHook = firstPlan.action.hook === undefined ? node.checksWithoutHook + 1 : 0;

	const plan = await refinePlan(poll, oktaState, firstPlan);
	const { action } = plan;
	if (action.do === 'nothing') node.lastWrite = action.hook;
	if (action.do !== 'report') {
		await repair(poll, oktaState, plan);
		return undefined;
	}
	await repair(poll, oktaState, { ...plan, action: { do: 'wait' } });
	return explainPlan(plan, spec);
}

async function check(poll: Poll, filters: readonly Filter[]): Promise<void> {
	const { context, key, node } = poll;
	const toError = (message: string) => apiError(context.getNode(), message);
	let problem: NodeApiError | undefined;
	try {
		const message = await checkHook(poll, filters);
		problem = message === undefined ? undefined : toError(message);
	} catch (error) {
		problem = explainFailedCheck(context, error);
	}
	if (node.isUnpublished) return;
	node.hookProblem = report(poll, node.hookProblem, problem, RECOVERY);
	if (problem !== undefined) return;
	const rejected = explainRequests(key);
	const error = rejected ? toError(rejected) : undefined;
	node.requestProblem = report(poll, node.requestProblem, error, RECOVERY);
}

/**
 * Checks the event hook of a published trigger, which takes one call to Okta if it's correct. Repairs any
 * differences and reports what it can't repair as a failed execution.
 *
 * Relies only on what `create()` and `checkExists()` have stored in this process's memory, not on n8n's static
 * data or poll cursors. Without it, does nothing.
 *
 * @returns whether it checked the hook
 */
export async function watchEventHook(
	context: IPollFunctions,
	filters: readonly Filter[],
): Promise<boolean> {
	const key = nodeKeyOf(context);
	const now = Date.now();
	const node = publishedNode(key);
	if (!node || node.check) return false;
	trafficOf(key).checkedAt = now;
	if (node.isStarting) {
		node.isStarting = false;
		return false;
	}
	node.check = check({ context, key, node, now }, filters).finally(() => {
		node.check = undefined;
	});
	await node.check;
	return true;
}
