import { NodeOperationError } from 'n8n-workflow';
import type { IHookFunctions } from 'n8n-workflow';

import { apiError, messageOf, withMessage } from '../errors';
import { getOrgUrl } from '../okta/client';
import type { EventHooksApi } from '../okta/eventHooksApi';
import type { EventHook, EventHookDefinition } from '../okta/types';
import { isSameDefinition } from './definition';
import { isReachableFrom } from './reachability';
import { ownerOf, storeRegistration } from './registration';
import { createSecret, hashSecret } from './secret';

/** Where a person removes an event hook by hand. */
export const CONSOLE_PLACE = 'the Okta Admin Console under Workflow > Event Hooks';

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

function keep(context: IHookFunctions, hookId: string, secret: string): void {
	storeRegistration(context, { hookId, secretHash: hashSecret(secret), owner: ownerOf(context) });
}

/**
 * Removes what a failed registration left. Without an id, Okta may still have made a hook whose
 * answer was lost: it is found by its URL.
 *
 * @returns a sentence about what could not be removed, or undefined
 */
async function rollBack(
	api: EventHooksApi,
	uri: string,
	hookId: string | undefined,
): Promise<string | undefined> {
	try {
		if (hookId !== undefined) await api.remove(hookId);
		else await removeLeftovers(api, uri);
		return undefined;
	} catch {
		const which = hookId === undefined ? `An event hook for ${uri}` : `Event hook ${hookId}`;
		return `${which} may be left in Okta: the next activation takes it over, or delete it in ${CONSOLE_PLACE}.`;
	}
}

/** Removes every hook that points at the URL. */
export async function removeLeftovers(api: EventHooksApi, uri: string): Promise<void> {
	for (const hook of await api.list()) {
		if (hook.uri === uri) await api.remove(hook.id);
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
	definition: EventHookDefinition,
	existing: EventHook | undefined,
): Promise<void> {
	const secret = createSecret();
	let hookId = existing?.id;
	try {
		const hook = existing
			? await api.replace(existing.id, definition, secret)
			: await api.create(definition, secret);
		hookId = hook.id;
		await bringUp(context, api, hook);
	} catch (error) {
		const leftover = await rollBack(api, definition.uri, hookId);
		const message = [messageOf(error), leftover].filter(Boolean).join(' ');
		throw withMessage(context.getNode(), error, message);
	}
	keep(context, hookId, secret);
}

/**
 * Mends a hook that was changed in Okta, in place. A failure leaves in Okta what there is: a hook
 * that half works is better than none.
 */
export async function repair(
	context: IHookFunctions,
	api: EventHooksApi,
	definition: EventHookDefinition,
	hook: EventHook,
): Promise<void> {
	if (isSameDefinition(hook, definition)) return await bringUp(context, api, hook);
	await assertReachable(context, definition.uri);
	// Okta never tells the old secret, and a replaced channel needs one.
	const secret = createSecret();
	const replaced = await api.replace(hook.id, definition, secret);
	keep(context, hook.id, secret);
	await bringUp(context, api, replaced);
}
