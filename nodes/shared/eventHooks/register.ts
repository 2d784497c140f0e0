import { NodeOperationError } from 'n8n-workflow';
import type { IHookFunctions } from 'n8n-workflow';

import { apiError, messageOf, withMessage } from '../errors';
import { getOrgUrl } from '../okta/client';
import type { EventHooksApi } from '../okta/eventHooksApi';
import type { EventHook, EventHookDefinition } from '../okta/types';
import { isOwnedBy } from './definition';
import { isReachableFrom } from './reachability';
import { ownerOf, storeRegistration } from './registration';
import { createSecret, hashSecret } from './secret';

/** Where a person removes an event hook by hand. */
export const CONSOLE_PLACE = 'the Okta Admin Console under Workflow > Event Hooks';

/** The definition of the hook for a secret with this hash. */
export type Define = (secretHash: string) => EventHookDefinition;

/**
 * @throws NodeOperationError where Okta could not send requests to the webhook URL
 */
export async function assertReachable(context: IHookFunctions, webhookUrl: string): Promise<void> {
	if (isReachableFrom(await getOrgUrl(context), webhookUrl)) return;
	throw new NodeOperationError(
		context.getNode(),
		`Okta cannot reach this n8n at ${webhookUrl}: it needs a public https address. Set the environment variable WEBHOOK_URL to the address under which the internet reaches n8n, e.g. https://n8n.example.com/, restart n8n, then publish the workflow again.`,
	);
}

/** Brings a hook into the state in which Okta delivers events: active and verified. */
async function bringUp(
	context: IHookFunctions,
	api: EventHooksApi,
	hook: EventHook,
): Promise<void> {
	if (hook.status !== 'ACTIVE') await api.activate(hook.id);
	const { verificationStatus } = await api.verify(hook);
	if (verificationStatus === 'VERIFIED') return;
	throw apiError(
		context.getNode(),
		`Okta did not verify the webhook URL ${hook.uri} and gave no reason. Try again.`,
	);
}

async function keep(context: IHookFunctions, hookId: string, secretHash: string): Promise<void> {
	const orgUrl = await getOrgUrl(context);
	storeRegistration(context, { hookId, secretHash, owner: ownerOf(context), orgUrl });
}

/**
 * Removes what a failed registration left. Without an id, Okta may still have made a hook whose
 * answer was lost.
 *
 * @returns a sentence about what could not be removed, or undefined
 */
async function rollBack(
	context: IHookFunctions,
	api: EventHooksApi,
	uri: string,
	hookId: string | undefined,
): Promise<string | undefined> {
	try {
		if (hookId !== undefined) await api.remove(hookId);
		else await removeLeftovers(context, api, uri);
		return undefined;
	} catch {
		const which = hookId === undefined ? `An event hook for ${uri}` : `Event hook ${hookId}`;
		return `${which} may be left in Okta: the next activation takes it over, or delete it in ${CONSOLE_PLACE}.`;
	}
}

/** Removes every hook for the URL that this node registered, going by what stands in Okta. */
export async function removeLeftovers(
	context: IHookFunctions,
	api: EventHooksApi,
	uri: string,
): Promise<void> {
	for (const hook of await api.list()) {
		if (hook.uri === uri && isOwnedBy(hook, ownerOf(context))) await api.remove(hook.id);
	}
}

/**
 * Registers the hook: takes over the existing one, if any, with a new secret, else creates one; has
 * it verified; keeps the registration. If anything fails, nothing is left in Okta.
 *
 * @throws NodeApiError that says what happened, what to do, and what may be left after all
 */
export async function register(
	context: IHookFunctions,
	api: EventHooksApi,
	define: Define,
	existing: EventHook | undefined,
): Promise<void> {
	const secret = createSecret();
	const secretHash = hashSecret(secret);
	const definition = define(secretHash);
	let hookId = existing?.id;
	try {
		const hook = existing
			? await api.replace(existing.id, definition, secret)
			: await api.create(definition, secret);
		hookId = hook.id;
		await bringUp(context, api, hook);
		await keep(context, hook.id, secretHash);
	} catch (error) {
		const leftover = await rollBack(context, api, definition.uri, hookId);
		const message = [messageOf(error), leftover].filter(Boolean).join(' ');
		throw withMessage(context.getNode(), error, message);
	}
}

/**
 * Mends a hook that was changed in Okta, in place. A failure leaves in Okta what there is: a hook
 * that half works is better than none.
 *
 * Okta never tells a secret, and a hook that is not verified may have got another one by hand: unless
 * it was only switched off, the hook gets a new secret.
 *
 * @param isSame whether the hook is as defined, but for its state
 */
export async function repair(
	context: IHookFunctions,
	api: EventHooksApi,
	define: Define,
	hook: EventHook,
	isSame: boolean,
): Promise<void> {
	if (isSame && hook.verificationStatus === 'VERIFIED') return await bringUp(context, api, hook);
	const secret = createSecret();
	const secretHash = hashSecret(secret);
	const definition = define(secretHash);
	await assertReachable(context, definition.uri);
	const replaced = await api.replace(hook.id, definition, secret);
	await keep(context, hook.id, secretHash);
	await bringUp(context, api, replaced);
}
