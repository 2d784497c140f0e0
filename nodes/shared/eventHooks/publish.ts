import type { IHookFunctions } from 'n8n-workflow';

import { messageOf } from '../errors';
import { seenEvents } from '../events/seen';
import { openOkta } from '../okta/client';
import { eventHooksApi } from '../okta/eventHooksApi';
import { EVENT_HOOKS_PAGE } from '../okta/resources';
import type { EventHooksApi } from '../okta/eventHooksApi';
import type { EventHook } from '../okta/types';
import { eventPredicateFor } from '../oktaEvent/eventPredicate';
import type { Filter } from '../oktaEvent/filter';
import { assertCatchUpPossible, misdeliveryError, prepareCatchUp } from './catchUp';
import { isCatchUpOn } from './catchUpParameter';
import { makePlan, warnAboutCopies } from './plan';
import { readHookSpec } from './hookSpec';
import type { HookSpec } from './hookSpec';
import { warn } from './log';
import { fingerprint, parseMark } from './mark';
import { rememberNode, leftNothingInOkta } from './memory';
import type { Probe } from './reconcile';
import {
	assertReachable,
	assertHasWebhookId,
	newSecret,
	register,
	rollBackAfter,
	secretTimeOf,
} from './register';
import { deliverSample } from './sample';
import { hashSecret } from './secret';
import { forgetSource } from './secretSource';
import { isInOrg, planInputFor } from './planInput';
import { readOwnRegistration, storeRegistration } from './staticData';
import { forgetPaths, listenForVerification, trafficOf } from './traffic';

/** Deletes unused hooks. Failing is harmless, since n8n rejects their deliveries. */
async function removeUnused(
	context: IHookFunctions,
	api: EventHooksApi,
	hooks: EventHook[],
): Promise<void> {
	for (const { id } of hooks) {
		await api.remove(id).catch((error: unknown) => {
			warn(context, `Couldn't delete unused event hook ${id} in Okta: ${messageOf(error)}`);
		});
	}
}

/** Warns about hooks of others that deliver to this node without its secret. */
function warnAboutForeignHooks(context: IHookFunctions, spec: HookSpec, hooks: EventHook[]): void {
	const owner = fingerprint(spec.owner);
	for (const { id, uri, description } of hooks) {
		const mark = parseMark(description);
		if (uri !== spec.uri || mark === undefined || mark.owner === owner) continue;
		warn(
			context,
			`Event hook ${id} also points to this trigger, but another workflow or n8n instance created it, so n8n rejects its events with 401. If nothing else uses it, delete it in ${EVENT_HOOKS_PAGE}.`,
			{ hookId: id },
		);
	}
}

/** Warns if Okta's verification request arrived without the secret that Okta sends with it. */
function warnAboutProxy(
	context: IHookFunctions,
	authorization: string[] | undefined,
	secret: string,
): void {
	if (authorization === undefined || authorization.join() === secret) return;
	const verb = authorization.length === 0 ? 'removes' : 'replaces';
	warn(
		context,
		`A reverse proxy between Okta and n8n ${verb} the Authorization header, so n8n will reject every event with 401. Configure it to forward the header unchanged.`,
	);
}

/**
 * Registers the event hook of a node that is being published or tested, and starts to maintain it.
 *
 * @param uri the node's webhook URL
 * @param key `nodeKeyOf`
 * @throws NodeApiError or NodeOperationError that explains what happened, what to do, and what may remain
 */
export async function publish(
	context: IHookFunctions,
	filters: readonly Filter[],
	uri: string,
	key: string,
): Promise<void> {
	assertHasWebhookId(context);
	eventPredicateFor(context, filters);
	assertCatchUpPossible(context, key);
	const spec = readHookSpec(context, filters, uri);
	const okta = await openOkta(context);
	assertReachable(okta, spec.uri);
	const api = eventHooksApi(okta);
	const orgId = await okta.readOrgId();
	const storePosition = await prepareCatchUp(context, okta, filters, spec, key);
	const hooks = await api.list();
	const registration = readOwnRegistration(context);

	const probes = new Map<string, Probe>();
	const input = planInputFor('publish', key, spec, hooks, registration?.hookId);
	const { action, remove: unused } = await makePlan(api, key, probes, input);
	const existing = action.do === 'replace' ? action.hook : undefined;
	const secret = newSecret(okta, spec, secretTimeOf(existing), registration?.secretTime);
	const receivedAuthorization = listenForVerification(key);
	let registered = await register(okta, api, spec, secret, existing, hooks);
	if (!('error' in registered)) {
		const error = misdeliveryError(context, key, receivedAuthorization());
		if (error) registered = await rollBackAfter(error, okta, api, spec, registered.id);
	}
	if ('error' in registered) {
		if (!registered.isClean) leftNothingInOkta.delete(key);
		throw registered.error;
	}
	warnAboutProxy(context, receivedAuthorization(), secret.value);
	warnAboutCopies(context, probes, new Set());
	warnAboutForeignHooks(context, spec, hooks);
	if (registration && !(await isInOrg(registration, okta, hooks))) {
		warn(
			context,
			`Event hook ${registration.hookId} is still in ${registration.orgUrl}, which the credential no longer points to. Delete it there, in ${EVENT_HOOKS_PAGE}.`,
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
	storePosition();
	forgetSource(key);
	forgetPaths();
	// Earlier rejections say nothing about the new secret.
	trafficOf(key).rejected = undefined;
	if (spec.isTest) {
		seenEvents.forget(key);
		if (isCatchUpOn(context)) void deliverSample(context, okta, filters, registered, secret.value);
	} else {
		rememberNode(key, {
			address: spec.uri,
			orgUrl: okta.orgUrl,
			spec,
			lastWrite: registered,
			secretHash,
			probes,
		});
	}
	await removeUnused(context, api, unused);
}
