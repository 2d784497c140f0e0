import type { IHookFunctions, IPollFunctions } from 'n8n-workflow';

import { apiError, messageOf, operationError, withMessage } from '../errors';
import type { Okta } from '../okta/client';
import type { EventHooksApi } from '../okta/eventHooksApi';
import { EVENT_HOOKS_PAGE } from '../okta/resources';
import type { EventHook } from '../okta/types';
import { distinctName, toDefinition } from './hookSpec';
import type { HookSpec } from './hookSpec';
import { parseMark } from './mark';
import { canReach } from './reachability';
import { findAtAddress, isDelivering } from './reconcile';
import { deriveSecret, randomSecret } from './secret';
import type { HookSecret, SecretScope } from './secret';

/** @throws NodeOperationError if Okta can't send requests to the webhook URL */
export function assertReachable({ orgUrl, node }: Okta, webhookUrl: string): void {
	if (canReach(orgUrl, webhookUrl)) return;
	throw operationError(
		node,
		`Okta can't reach n8n at ${webhookUrl}: event hooks require a public HTTPS URL. Set the WEBHOOK_URL environment variable to n8n's public URL, e.g. https://n8n.example.com/, restart n8n, then publish the workflow again.`,
		'configuration-invalid',
	);
}

/**
 * n8n builds the webhook URL from the node's webhook ID. Without one, n8n responds with 404.
 *
 * @throws NodeOperationError if the node has none
 */
export function assertHasWebhookId(context: IHookFunctions | IPollFunctions): void {
	const node = context.getNode();
	if (node.webhookId !== undefined) return;
	throw operationError(
		node,
		`The node '${node.name}' has no webhook ID yet, so Okta can't reach it. Workflows created through the API or imported from the command line can lack one. Open the workflow in the editor, save it, then publish it again.`,
		'configuration-invalid',
	);
}

/** Whether the hook's secret can be derived. Tests are short-lived and use a random one. */
export function canDerive({ clientKey }: Okta, spec: HookSpec): boolean {
	return clientKey !== undefined && !spec.isTest;
}

/** When the hook's secret was derived according to its description, in ms since 1970. */
export function secretTimeOf(hook: EventHook | undefined): number | undefined {
	return hook && parseMark(hook.description)?.secretTime;
}

/** What the hook's derived secret is bound to. */
export function scopeOf({ owner, uri }: HookSpec): SecretScope {
	return { owner, address: uri };
}

/**
 * A new secret for the hook.
 *
 * @param earlier when earlier secrets were derived, in ms since 1970. The new one is always later, even if
 * n8n's clock was set back, since older secrets are rejected
 */
export function newSecret(
	{ clientKey }: Okta,
	spec: HookSpec,
	...earlier: Array<number | undefined>
): HookSecret {
	if (clientKey === undefined || spec.isTest) return randomSecret();
	const time = Math.max(Date.now(), ...earlier.map((each = 0) => each + 1));
	return deriveSecret(clientKey, scopeOf(spec), time);
}

/**
 * Activates and verifies a hook so Okta delivers events to it.
 *
 * @returns the hook as Okta last returned it
 */
export async function activateAndVerify(
	{ node }: Okta,
	api: EventHooksApi,
	hook: EventHook,
): Promise<EventHook> {
	if (hook.status !== 'ACTIVE') await api.activate(hook.id);
	const verified = await api.verify(hook);
	if (isDelivering(verified)) return verified;
	throw apiError(
		node,
		`Okta didn't activate and verify the event hook for ${hook.uri} and gave no reason. Try again.`,
	);
}

/**
 * Writes the hook to Okta with the secret, and returns it as Okta did. It still has to be verified.
 *
 * @param existing the hook to replace; undefined creates one
 * @param others all hooks of the org, whose names are taken
 */
export async function write(
	api: EventHooksApi,
	spec: HookSpec,
	secret: HookSecret,
	existing: EventHook | undefined,
	others: readonly EventHook[],
): Promise<EventHook> {
	const isTaken = others.some(({ id, name }) => id !== existing?.id && name === spec.name);
	const name = isTaken ? distinctName(spec.name, spec) : spec.name;
	const definition = toDefinition({ ...spec, name }, secret);
	return existing
		? await api.replace(existing.id, definition, secret.value)
		: await api.create(definition, secret.value);
}

/**
 * Deletes what a failed registration left behind. Even without an ID, Okta may have created a hook if its
 * response was lost.
 *
 * @returns a sentence about what couldn't be deleted, or undefined
 */
async function rollBack(
	api: EventHooksApi,
	spec: HookSpec,
	hookId: string | undefined,
): Promise<string | undefined> {
	try {
		if (hookId !== undefined) await api.remove(hookId);
		else for (const { id } of findAtAddress(spec, await api.list())) await api.remove(id);
		return undefined;
	} catch {
		const which = hookId === undefined ? `An event hook for ${spec.uri}` : `Event hook ${hookId}`;
		return `${which} may still be in Okta. n8n reuses it the next time you publish the workflow, or you can delete it in ${EVENT_HOOKS_PAGE}.`;
	}
}

/** Why a registration failed, and whether it left nothing in Okta. */
export interface RegistrationFailure {
	error: Error;
	isClean: boolean;
}

/**
 * Rolls back a failed registration, and adds to its error what may still be in Okta.
 *
 * @param hookId undefined if Okta didn't return one
 * @param error why it failed
 */
export async function rollBackAfter(
	error: unknown,
	{ node }: Okta,
	api: EventHooksApi,
	spec: HookSpec,
	hookId: string | undefined,
): Promise<RegistrationFailure> {
	const leftover = await rollBack(api, spec, hookId);
	const message = [messageOf(error), leftover].filter(Boolean).join(' ');
	return { error: withMessage(node, error, message), isClean: leftover === undefined };
}

/** Without this check, an event type that Okta leaves out of the hook would silently never arrive. */
function assertSubscribed({ node }: Okta, spec: HookSpec, { eventTypes }: EventHook): void {
	const missing = spec.eventTypes.filter((type) => !eventTypes.includes(type));
	// Without any event types in the response, there's nothing to compare.
	if (missing.length === 0 || eventTypes.length === 0) return;
	throw apiError(
		node,
		`Okta left ${missing.join(', ')} out of the event hook, so your org may not support it in event hooks. Remove it from 'Okta Events', or use an Okta User MFA Polling Trigger, which receives all events.`,
	);
}

/**
 * Creates or replaces the hook, then has Okta verify it. If a step fails, deletes the hook again.
 *
 * @param existing the hook to reuse; undefined creates one
 * @param others all hooks of the org, whose names are taken
 * @returns the hook, or a NodeApiError that explains what happened, what to do, and what may remain
 */
export async function register(
	okta: Okta,
	api: EventHooksApi,
	spec: HookSpec,
	secret: HookSecret,
	existing: EventHook | undefined,
	others: readonly EventHook[],
): Promise<EventHook | RegistrationFailure> {
	let hookId = existing?.id;
	try {
		const hook = await write(api, spec, secret, existing, others);
		hookId = hook.id;
		assertSubscribed(okta, spec, hook);
		return await activateAndVerify(okta, api, hook);
	} catch (error) {
		return await rollBackAfter(error, okta, api, spec, hookId);
	}
}
