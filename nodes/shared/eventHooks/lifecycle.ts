import type { IHookFunctions } from 'n8n-workflow';

import { apiError, messageOf, withMessage } from '../errors';
import { getOrgUrl } from '../okta/client';
import { eventHooksApi } from '../okta/eventHooksApi';
import { defineEventHook, isSameDefinition, isUp } from './definition';
import { readHookOptions } from './hookOptions';
import { isReachableFrom } from './reachability';
import { assertReachable, CONSOLE_PLACE, register, removeLeftovers, repair } from './register';
import type { Define } from './register';
import { forgetRegistration, ownerOf, readOwn } from './registration';

interface EventHookMethods {
	checkExists(this: IHookFunctions): Promise<boolean>;
	create(this: IHookFunctions): Promise<boolean>;
	delete(this: IHookFunctions): Promise<boolean>;
}

function webhookUrlOf(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

/** One condition that holds when both do. */
function both(first: string | undefined, second: string | undefined): string | undefined {
	if (first === undefined || second === undefined) return first ?? second;
	return `(${first}) && (${second})`;
}

function warn(context: IHookFunctions, message: string): void {
	const { id } = context.getWorkflow();
	context.logger.warn(message, { workflowId: id, nodeName: context.getNode().name });
}

/**
 * The webhook methods of a trigger that gets its events from an Okta event hook of its own.
 *
 * @param eventTypes Okta event types, e.g. `user.authentication.auth_via_mfa`
 * @param chooseCondition a condition in Okta's Expression Language that events must meet beside the
 * 'Filter Expression', or undefined
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export function eventHookMethods(
	eventTypes: string[],
	chooseCondition: (context: IHookFunctions) => string | undefined,
): EventHookMethods {
	function definerFor(context: IHookFunctions): Define {
		const { hookName, filterExpression } = readHookOptions(context);
		const origin = {
			chosenName: hookName,
			isTest: context.getMode() === 'manual',
			filterExpression: both(filterExpression, chooseCondition(context)),
			workflowName: context.getWorkflow().name ?? '',
			nodeName: context.getNode().name,
			eventTypes,
			webhookUrl: webhookUrlOf(context),
			owner: ownerOf(context),
		};
		return (secretHash) => defineEventHook(origin, secretHash);
	}

	return {
		/**
		 * Whether the hook is in Okta as it should be. When n8n starts (older engines ask then), a
		 * hook that Okta cannot or will not tell about counts as working: n8n would otherwise take
		 * the route down, and deliveries would be lost.
		 */
		async checkExists() {
			const registration = readOwn(this);
			if (!registration) return false;
			const { hookId, secretHash, orgUrl } = registration;
			const isStart = ['init', 'leadershipChange'].includes(this.getActivationMode());
			try {
				const define = definerFor(this);
				const api = eventHooksApi(this);
				if (orgUrl !== (await getOrgUrl(this))) {
					warn(
						this,
						`Event hook ${hookId} stays in ${orgUrl}, to which the credential no longer leads: delete it there, in ${CONSOLE_PLACE}.`,
					);
					forgetRegistration(this);
					return false;
				}
				const hook = await api.get(hookId);
				if (!hook) {
					forgetRegistration(this);
					return false;
				}
				const isSame = isSameDefinition(hook, define(secretHash));
				if (isSame && isUp(hook)) return true;
				// create() takes the hook over, and removes it if that fails.
				if (!isStart) return false;
				await repair(this, api, define, hook, isSame);
				return true;
			} catch (error) {
				if (!isStart) throw withMessage(this.getNode(), error, messageOf(error));
				warn(this, `Okta event hook ${hookId} is kept without a check: ${messageOf(error)}`);
				return true;
			}
		},

		/** Registers the hook. One that already points at this node is taken over. */
		async create() {
			const webhookUrl = webhookUrlOf(this);
			await assertReachable(this, webhookUrl);
			const api = eventHooksApi(this);
			const knownId = readOwn(this)?.hookId;
			const [existing, ...surplus] = (await api.list()).filter(
				(hook) => hook.id === knownId || hook.uri === webhookUrl,
			);
			await register(this, api, definerFor(this), existing);
			for (const { id } of surplus) {
				// It does no harm: what it delivers lacks the secret.
				await api.remove(id).catch((error: unknown) => {
					warn(this, `Surplus event hook ${id} is still in Okta: ${messageOf(error)}`);
				});
			}
			return true;
		},

		/** Removes the hook. */
		async delete() {
			const registration = readOwn(this);
			if (!registration) {
				await deleteUnregistered(this);
				return true;
			}
			const { hookId, orgUrl } = registration;
			try {
				if (orgUrl !== (await getOrgUrl(this))) {
					const reason = `The credential now leads to another org than ${orgUrl}, which has it.`;
					throw apiError(this.getNode(), reason);
				}
				await eventHooksApi(this).remove(hookId);
			} catch (error) {
				throw withMessage(
					this.getNode(),
					error,
					`Event hook ${hookId} is still in Okta: delete it in ${CONSOLE_PLACE}, or publish and unpublish the workflow once more. ${messageOf(error)}`,
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
		await removeLeftovers(context, eventHooksApi(context), webhookUrl);
	} catch (error) {
		warn(context, `Okta could not be asked for a leftover event hook: ${messageOf(error)}`);
	}
}
