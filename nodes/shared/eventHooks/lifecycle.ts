import type { IHookFunctions } from 'n8n-workflow';

import { messageOf, withMessage } from '../errors';
import { openOkta } from '../okta/client';
import type { Okta } from '../okta/client';
import { CONSOLE_PLACE, eventHooksApi } from '../okta/eventHooksApi';
import type { EventHooksApi } from '../okta/eventHooksApi';
import type { EventHook } from '../okta/types';
import { makePlan, warnOfOthers } from './elsewhere';
import { readHookSpec } from './hookSpec';
import type { HookSpec, HookSubject } from './hookSpec';
import { warn } from './log';
import { fingerprint, parseMark } from './mark';
import {
	forgetNode,
	publishedNode,
	rememberNode,
	rolledBack,
	runningTests,
	testAddresses,
	unpublished,
} from './memory';
import { nodeKeyOf, ownerOf, testKeyOf } from './owner';
import { isReachableFrom } from './reachability';
import type { Elsewhere, Situation } from './reconcile';
import {
	assertReachable,
	assertSavedInEditor,
	newSecret,
	register,
	secretTimeOf,
} from './register';
import { hashSecret } from './secret';
import { forgetSource } from './secretSource';
import { forgetRegistration, readOwnRegistration, storeRegistration } from './staticData';
import type { Registration } from './staticData';
import { forgetPaths, trafficOf } from './traffic';

/** What a node that is unpublished wants in Okta. */
const NOTHING_WANTED = {
	name: '',
	eventTypes: [],
	filterExpression: undefined,
	isRepaired: true,
};

interface EventHookMethods {
	checkExists(this: IHookFunctions): Promise<boolean>;
	create(this: IHookFunctions): Promise<boolean>;
	delete(this: IHookFunctions): Promise<boolean>;
}

function webhookUrlOf(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

/**
 * Whether this is about a test in n8n's editor. n8n says so when it begins one; when it ends one, nothing
 * but the webhook URL differs from unpublishing.
 */
function isTestOf(context: IHookFunctions): boolean {
	if (context.getMode() === 'manual' || readOwnRegistration(context)?.isTest) return true;
	return testAddresses.get(nodeKeyOf(context, false)) === webhookUrlOf(context);
}

/** Whether n8n asks because it has started, or has become the leader of several. */
function isN8nStart(context: IHookFunctions): boolean {
	return ['init', 'leadershipChange'].includes(context.getActivationMode());
}

/** What publishing and unpublishing are decided on, whatever this process did before. */
function situationOf(
	occasion: 'publish' | 'unpublish',
	key: string,
	spec: HookSpec,
	hooks: EventHook[],
	knownId: string | undefined,
): Omit<Situation, 'elsewhere'> {
	return {
		occasion,
		spec,
		hooks,
		knownId,
		lastWrite: undefined,
		isSecretCurrent: () => false,
		canDerive: true,
		missedBefore: 0,
		isTestRunning: runningTests.has(testKeyOf(key)),
		now: Date.now(),
	};
}

/** Whether the credential leads to the org in which the hook was registered, at whatever address. */
async function isOrgOf(
	{ hookId, orgUrl, orgId }: Registration,
	okta: Okta,
	hooks: EventHook[],
): Promise<boolean> {
	if (orgUrl === okta.orgUrl || hooks.some(({ id }) => id === hookId)) return true;
	return orgId !== undefined && orgId === (await okta.readOrgId());
}

/** Removes hooks that do no harm: what they deliver lacks the secret. */
async function removeSurplus(
	context: IHookFunctions,
	api: EventHooksApi,
	hooks: EventHook[],
): Promise<void> {
	for (const { id } of hooks) {
		await api.remove(id).catch((error: unknown) => {
			warn(context, `Couldn't delete surplus event hook ${id}: ${messageOf(error)}`);
		});
	}
}

/** Warns of hooks that deliver to this node without its secret. */
function warnOfStrangers(context: IHookFunctions, spec: HookSpec, hooks: EventHook[]): void {
	const owner = fingerprint(spec.owner);
	for (const { id, uri, description } of hooks) {
		const mark = parseMark(description);
		if (uri !== spec.uri || mark === undefined || mark.owner === owner) continue;
		warn(
			context,
			`Event hook ${id} points to this trigger too, but another workflow or n8n created it, so n8n rejects its events with 401. If nothing else uses it, delete it in ${CONSOLE_PLACE}.`,
			{ hookId: id },
		);
	}
}

/** Warns if Okta's verification request arrived here without the secret that Okta sent with it. */
function warnOfProxy(
	context: IHookFunctions,
	key: string,
	challengesBefore: number,
	secret: string,
): void {
	const { challenges, challengeAuthorization } = trafficOf(key);
	if (challenges === challengesBefore || challengeAuthorization.join() === secret) return;
	const what = challengeAuthorization.length === 0 ? 'removes' : 'replaces';
	warn(
		context,
		`A reverse proxy between Okta and n8n ${what} the Authorization header, so n8n will reject every event with 401. Configure it to pass the header on unchanged.`,
	);
}

/**
 * The webhook methods of a trigger that gets its events from an Okta event hook of its own.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export function eventHookMethods(subject: HookSubject): EventHookMethods {
	return {
		/**
		 * n8n closes the webhook for good if this fails at its start, or leads to a `create()` that fails.
		 * So it makes no calls then, and leaves everything to the first checks. Otherwise `create()` handles
		 * whatever exists.
		 */
		async checkExists() {
			const key = nodeKeyOf(this);
			if (!isN8nStart(this) || unpublished.has(key)) return false;
			rememberNode(key, { address: webhookUrlOf(this), isStarting: true });
			return true;
		},

		/** Registers the hook. One that is this node's already is taken over, with a new secret. */
		async create() {
			const key = nodeKeyOf(this);
			await forgetNode(key);
			unpublished.delete(key);
			rolledBack.add(key);
			if (this.getMode() === 'manual') {
				runningTests.add(key);
				testAddresses.set(nodeKeyOf(this, false), webhookUrlOf(this));
			}
			try {
				await create(this, subject, key);
			} catch (error) {
				runningTests.delete(key);
				throw withMessage(this.getNode(), error, messageOf(error));
			}
			rolledBack.delete(key);
			return true;
		},

		/** Removes the hook, and whatever else this node has in Okta. */
		async delete() {
			const isTest = isTestOf(this);
			const key = nodeKeyOf(this, isTest);
			const remembered = publishedNode(key)?.lastWrite?.id;
			await forgetNode(key);
			try {
				await remove(this, isTest, key, remembered);
			} finally {
				runningTests.delete(key);
			}
			unpublished.add(key);
			forgetSource(key);
			forgetPaths();
			forgetRegistration(this);
			return true;
		},
	};
}

async function create(context: IHookFunctions, subject: HookSubject, key: string): Promise<void> {
	assertSavedInEditor(context);
	const spec = readHookSpec(context, subject, webhookUrlOf(context));
	const okta = await openOkta(context);
	assertReachable(okta, spec.uri);
	const api = eventHooksApi(okta);
	const orgId = await okta.readOrgId();
	const hooks = await api.list();
	const registration = readOwnRegistration(context);

	const elsewhere = new Map<string, Elsewhere>();
	const situation = situationOf('publish', key, spec, hooks, registration?.hookId);
	const { action, remove: surplus } = await makePlan(api, key, elsewhere, situation);
	const existing = action.do === 'replace' ? action.hook : undefined;
	const secret = newSecret(okta, spec, secretTimeOf(existing), registration?.secretTime);
	const challengesBefore = trafficOf(key).challenges;
	const registered = await register(okta, api, spec, secret, existing, hooks);
	if ('error' in registered) {
		if (!registered.isClean) rolledBack.delete(key);
		throw registered.error;
	}

	warnOfProxy(context, key, challengesBefore, secret.value);
	warnOfOthers(context, elsewhere, new Set());
	warnOfStrangers(context, spec, hooks);
	if (registration && !(await isOrgOf(registration, okta, hooks))) {
		warn(
			context,
			`Event hook ${registration.hookId} is still in ${registration.orgUrl}, which the credential no longer points to: delete it there, in ${CONSOLE_PLACE}.`,
		);
	}
	const secretHash = hashSecret(secret.value);
	storeRegistration(context, {
		hookId: registered.id,
		secretHash,
		secretTime: secret.time,
		owner: spec.owner,
		address: spec.uri,
		...(spec.isTest && { isTest: true }),
		orgUrl: okta.orgUrl,
		orgId,
	});
	forgetSource(key);
	forgetPaths();
	// What was rejected before says nothing about the new secret.
	trafficOf(key).rejected = undefined;
	if (!spec.isTest) {
		rememberNode(key, {
			address: spec.uri,
			orgUrl: okta.orgUrl,
			spec,
			lastWrite: registered,
			secretHash,
			elsewhere,
		});
	}
	await removeSurplus(context, api, surplus);
}

/**
 * Deactivates and deletes every hook of this node, going by what is in Okta.
 *
 * @param rememberedId the hook, as far as this process knows
 */
async function remove(
	context: IHookFunctions,
	isTest: boolean,
	key: string,
	rememberedId: string | undefined,
): Promise<void> {
	const uri = webhookUrlOf(context);
	const registration = readOwnRegistration(context);
	const knownId = registration?.hookId ?? rememberedId;
	let left = knownId === undefined ? [] : [knownId];
	const failed: unknown[] = [];
	// The registration failed and was rolled back: most likely there is nothing to remove.
	const isOptional = knownId === undefined && rolledBack.has(key);
	try {
		const okta = await openOkta(context);
		if (isOptional && !isReachableFrom(okta.orgUrl, uri)) return;
		const api = eventHooksApi(okta);
		const hooks = await api.list();
		const spec = { ...NOTHING_WANTED, owner: ownerOf(context), isTest, uri };
		const situation = situationOf('unpublish', key, spec, hooks, knownId);
		const plan = await makePlan(api, key, new Map(), situation);
		left = plan.remove.map(({ id }) => id);
		for (const id of [...left]) {
			try {
				await api.remove(id);
				left = left.filter((each) => each !== id);
			} catch (error) {
				failed.push(error);
			}
		}
		if (failed.length === 0 && registration && !(await isOrgOf(registration, okta, hooks))) {
			left = [registration.hookId];
			failed.push(
				`The credential now points to another org than ${registration.orgUrl}, which has the hook.`,
			);
		}
	} catch (error) {
		failed.push(error);
	}
	if (failed.length === 0) return;
	const reason = messageOf(failed[0]);
	if (isOptional) {
		warn(context, `Couldn't check Okta for a leftover event hook: ${reason}`);
		return;
	}
	const which =
		left.length > 0
			? `Event hook ${left.join(', ')} is still`
			: `An event hook for ${uri} may still be`;
	throw withMessage(
		context.getNode(),
		failed[0],
		`${which} in Okta: delete it in ${CONSOLE_PLACE}, or publish and unpublish the workflow once more. ${reason}`,
	);
}
