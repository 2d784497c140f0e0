import type { IPollFunctions, NodeApiError } from 'n8n-workflow';

import { apiError } from '../errors';
import { openOkta } from '../okta/client';
import type { Okta } from '../okta/client';
import { eventHooksApi } from '../okta/eventHooksApi';
import { CONSOLE_PLACE } from '../okta/resources';
import type { EventHook } from '../okta/types';
import type { Filter } from '../oktaEvent/filter';
import { authenticate } from './authenticate';
import { makePlan, warnOfOthers } from './elsewhere';
import { readHookSpec } from './hookSpec';
import type { HookSpec } from './hookSpec';
import { warn } from './log';
import { fingerprint } from './mark';
import type { HookMark } from './mark';
import { publishedNode, runningTests } from './memory';
import type { PublishedNode } from './memory';
import { nodeKeyOf, testKeyOf } from '../owner';
import { EDITED, findAtAddress } from './reconcile';
import type { Plan } from './reconcile';
import { assertReachable, assertSavedInEditor, canDerive, scopeOf, secretTimeOf } from './register';
import { repair } from './repair';
import type { InOkta, Watch } from './repair';
import { deriveSecret, hashSecret } from './secret';
import { createSource } from './secretSource';
import { explainFailedCheck, explainPlan, explainRequests, report } from './report';
import { expectChallenge, trafficOf } from './traffic';

/**
 * Checks in a row that find nothing but another time of a hook's last change, and do something about it.
 * In an org with more of them, that time moves by itself.
 */
const MAX_BLIND_EDITS = 2;

/** Whether the hook sends the secret that this n8n would accept without remembering anything. */
function isCurrent(mark: HookMark, okta: Okta, spec: HookSpec, node: PublishedNode): boolean {
	if (okta.clientKey === undefined) {
		// A random secret. If another process made it, there is nothing to compare with.
		return node.secretHash === undefined || fingerprint(node.secretHash) === mark.secret;
	}
	if (mark.secretTime === undefined) return false;
	const { value } = deriveSecret(okta.clientKey, scopeOf(spec), mark.secretTime);
	return fingerprint(hashSecret(value)) === mark.secret;
}

/**
 * Finds out whether a hook still has its secret: Okta sends it with a verification request. A copy of n8n
 * that had Okta verify the hook has edited it, too, and that is no reason to replace it.
 *
 * @returns whether the request arrived here with the secret
 */
async function confirmSecret(
	{ key, node, now }: Watch,
	{ okta, api, spec }: InOkta,
	hook: EventHook,
): Promise<boolean> {
	const { clientKey } = okta;
	const challenge = expectChallenge(key);
	const verified = await api.verify(hook);
	const authorization = challenge();
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

/** Warns once if the credential was changed to an org other than the one that has the hook. */
function warnOfOtherOrg({ context, node }: Watch, { okta, hooks }: InOkta): void {
	const { orgUrl, lastWrite } = node;
	node.orgUrl = okta.orgUrl;
	if (orgUrl === undefined || orgUrl === okta.orgUrl || lastWrite === undefined) return;
	// One org can have several addresses.
	if (hooks.some(({ id }) => id === lastWrite.id)) return;
	warn(
		context,
		`Event hook ${lastWrite.id} may still be in ${orgUrl}, which the credential no longer points to: delete it there, in ${CONSOLE_PLACE}.`,
		{ hookId: lastWrite.id },
	);
}

/**
 * The hook that the node wants. It's read once, since an expression could give something else at each
 * check, and again if another main of this n8n has written the hook since, after a change.
 */
function specOf(
	{ context, node }: Watch,
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

/** Whether deliveries of a hook that looks right are rejected, and another secret may help, for once. */
function needsSecret({ key, node }: Watch, { okta, spec }: InOkta, { action }: Plan): boolean {
	if (action.do !== 'nothing' || action.hook === undefined || node.hasRenewedSecret) return false;
	return trafficOf(key).rejected === 'wrong' && spec.isRepaired && canDerive(okta, spec);
}

/** The plan, if nothing but the time of the hook's last change says that it's needed. */
async function reconsider(watch: Watch, inOkta: InOkta, plan: Plan): Promise<Plan> {
	const { node } = watch;
	const { hook } = plan.action;
	const asItIs: Plan = { ...plan, action: { do: 'nothing', hook }, differences: [] };
	const isBlind = plan.differences.join() === EDITED;
	const hasMoved = isBlind && hook?.lastUpdated !== node.lastSeen;
	node.lastSeen = hook?.lastUpdated;
	node.blindEdits = isBlind ? node.blindEdits + Number(hasMoved) : 0;
	if (node.blindEdits > MAX_BLIND_EDITS) return asItIs;
	if (hasMoved && hook && (await confirmSecret(watch, inOkta, hook))) {
		return { ...asItIs, action: { do: 'nothing', hook: node.lastWrite } };
	}
	if (!needsSecret(watch, inOkta, plan) || !hook) return plan;
	node.hasRenewedSecret = true;
	if (await confirmSecret(watch, inOkta, hook)) {
		const isTooOld = trafficOf(watch.key).latestSecretTime > (secretTimeOf(hook) ?? 0);
		if (!isTooOld) return { ...asItIs, action: { do: 'nothing', hook: node.lastWrite } };
	}
	return { ...plan, action: { do: 'replace', hook }, differences: ['it sent another secret'] };
}

/**
 * Compares what Okta has with what the node wants, and repairs what differs.
 *
 * @returns what n8n can't or mustn't repair; undefined if all is in order
 */
async function checkHook(watch: Watch, filters: readonly Filter[]): Promise<string | undefined> {
	const { context, key, node, now } = watch;
	const okta = await openOkta(context);
	assertSavedInEditor(context);
	assertReachable(okta, node.address);
	const api = eventHooksApi(okta, () => {
		if (node.isUnpublished) throw apiError(okta.node, 'The workflow was unpublished.');
	});
	const hooks = await api.list();
	const spec = specOf(watch, filters, hooks);
	const inOkta: InOkta = { okta, api, spec, hooks };
	warnOfOtherOrg(watch, inOkta);
	const knownBefore = new Set(node.elsewhere.keys());
	const made = await makePlan(api, key, node.elsewhere, {
		occasion: 'watch',
		spec,
		hooks,
		knownId: node.lastWrite?.id,
		lastWrite: node.lastWrite,
		isSecretCurrent: (mark) => isCurrent(mark, okta, spec, node),
		canDerive: canDerive(okta, spec),
		missedBefore: node.missed,
		isTestRunning: runningTests.has(testKeyOf(key)),
		now,
	});
	warnOfOthers(context, node.elsewhere, knownBefore);
	node.missed = made.action.hook === undefined ? node.missed + 1 : 0;

	const plan = await reconsider(watch, inOkta, made);
	const { action } = plan;
	if (action.do === 'nothing') node.lastWrite = action.hook;
	if (action.do !== 'report') {
		await repair(watch, inOkta, plan);
		return undefined;
	}
	await repair(watch, inOkta, { ...plan, action: { do: 'wait' } });
	return explainPlan(plan, spec);
}

async function check(watch: Watch, filters: readonly Filter[]): Promise<void> {
	const { context, key, node } = watch;
	const toError = (message: string) => apiError(context.getNode(), message);
	let problem: NodeApiError | undefined;
	try {
		const message = await checkHook(watch, filters);
		problem = message === undefined ? undefined : toError(message);
	} catch (error) {
		problem = explainFailedCheck(context, error);
	}
	if (node.isUnpublished) return;
	node.hookProblem = report(watch, node.hookProblem, problem);
	if (problem !== undefined) return;
	const rejected = explainRequests(key);
	node.requestProblem = report(
		watch,
		node.requestProblem,
		rejected ? toError(rejected) : undefined,
	);
}

/**
 * Looks after the event hook of a published trigger: one call to Okta if all is in order, repairs
 * otherwise, and a failed execution for what can't be repaired.
 *
 * It works by what `create()` and `checkExists()` have left in this process's memory; without that, it
 * does nothing. So it depends neither on n8n's static data nor on n8n's poll cursors.
 *
 * @returns whether it did
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
