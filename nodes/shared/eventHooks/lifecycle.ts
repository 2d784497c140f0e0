import { NodeApiError } from 'n8n-workflow';
import type { IHookFunctions, JsonObject } from 'n8n-workflow';

import { messageOf, withMessage } from '../errors';
import { getOrgUrl } from '../okta/client';
import { eventHooksApi } from '../okta/eventHooksApi';
import type { EventHookDefinition } from '../okta/types';
import { defineEventHook, isSameDefinition, isUp } from './definition';
import { isReachableFrom } from './reachability';
import { assertReachable, CONSOLE_PLACE, register, removeLeftovers, repair } from './register';
import { forgetRegistration, readRegistration } from './registration';

interface EventHookMethods {
	checkExists(this: IHookFunctions): Promise<boolean>;
	create(this: IHookFunctions): Promise<boolean>;
	delete(this: IHookFunctions): Promise<boolean>;
}

function webhookUrlOf(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

function warn(context: IHookFunctions, message: string): void {
	const { id } = context.getWorkflow();
	context.logger.warn(message, { workflowId: id, nodeName: context.getNode().name });
}

/**
 * The webhook methods of a trigger that gets its events from an Okta event hook of its own.
 *
 * @param eventTypes Okta event types, e.g. `user.authentication.auth_via_mfa`
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export function eventHookMethods(eventTypes: string[]): EventHookMethods {
	function definitionFor(context: IHookFunctions): EventHookDefinition {
		return defineEventHook({
			workflowName: context.getWorkflow().name ?? '',
			nodeName: context.getNode().name,
			eventTypes,
			webhookUrl: webhookUrlOf(context),
		});
	}

	return {
		/**
		 * Whether the hook is in Okta as it should be. When n8n starts (older engines ask then), a
		 * hook that Okta cannot or will not tell about counts as working: n8n would otherwise take
		 * the route down, and deliveries would be lost.
		 */
		async checkExists() {
			const registration = readRegistration(this);
			if (!registration) return false;
			const isStart = ['init', 'leadershipChange'].includes(this.getActivationMode());
			const definition = definitionFor(this);
			const api = eventHooksApi(this);
			try {
				const hook = await api.get(registration.hookId);
				if (!hook) {
					forgetRegistration(this);
					return false;
				}
				if (isSameDefinition(hook, definition) && isUp(hook)) return true;
				// create() takes the hook over, and removes it if that fails.
				if (!isStart) return false;
				await repair(this, api, definition, hook);
				return true;
			} catch (error) {
				if (!isStart) throw new NodeApiError(this.getNode(), error as JsonObject);
				warn(
					this,
					`Okta event hook ${registration.hookId} is kept without a check: ${messageOf(error)}`,
				);
				return true;
			}
		},

		/** Registers the hook. One that already points at this node is taken over. */
		async create() {
			const definition = definitionFor(this);
			await assertReachable(this, definition.uri);
			const api = eventHooksApi(this);
			const knownId = readRegistration(this)?.hookId;
			const [existing, ...surplus] = (await api.list()).filter(
				(hook) => hook.id === knownId || hook.uri === definition.uri,
			);
			for (const hook of surplus) await api.remove(hook.id);
			await register(this, api, definition, existing);
			return true;
		},

		/** Removes the hook. */
		async delete() {
			const hookId = readRegistration(this)?.hookId;
			if (hookId === undefined) {
				await deleteUnregistered(this);
				return true;
			}
			try {
				await eventHooksApi(this).remove(hookId);
			} catch (error) {
				throw withMessage(
					this.getNode(),
					error,
					`Event hook ${hookId} is still in Okta: delete it in ${CONSOLE_PLACE}, or activate and deactivate the workflow once more. ${messageOf(error)}`,
				);
			}
			forgetRegistration(this);
			return true;
		},
	};
}

/**
 * Without a registration, a hook of this node can still be in Okta: n8n was killed before it could
 * store the registration. Most likely there is none, so a failure stops nobody.
 */
async function deleteUnregistered(context: IHookFunctions): Promise<void> {
	const webhookUrl = webhookUrlOf(context);
	try {
		if (!isReachableFrom(await getOrgUrl(context), webhookUrl)) return;
		await removeLeftovers(eventHooksApi(context), webhookUrl);
	} catch (error) {
		warn(context, `Okta could not be asked for a leftover event hook: ${messageOf(error)}`);
	}
}
