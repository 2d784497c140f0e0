import type { IHookFunctions } from 'n8n-workflow';

import { toApiError } from '../errors';
import type { Filter } from '../oktaEvent/filter';
import {
	forgetNode,
	publishedNode,
	rememberNode,
	leftNothingInOkta,
	runningTests,
	testAddresses,
	unpublished,
} from './memory';
import { nodeKeyOf } from '../owner';
import { publish } from './publish';
import { forgetSource } from './secretSource';
import { forgetRegistration, readOwnRegistration } from './staticData';
import { forgetPaths } from './traffic';
import { unpublish } from './unpublish';

interface EventHookMethods {
	checkExists(this: IHookFunctions): Promise<boolean>;
	create(this: IHookFunctions): Promise<boolean>;
	delete(this: IHookFunctions): Promise<boolean>;
}

function webhookUrlOf(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

/**
 * Whether this call is for a test in n8n's editor. When a test starts, the mode shows it. When it ends, only
 * the webhook URL differs from unpublishing.
 */
function isForTest(context: IHookFunctions): boolean {
	if (context.getMode() === 'manual' || readOwnRegistration(context)?.isTest) return true;
	return testAddresses.get(nodeKeyOf(context, false)) === webhookUrlOf(context);
}

/** Whether n8n is starting, or has become the leader of several main processes. */
function isN8nStart(context: IHookFunctions): boolean {
	return ['init', 'leadershipChange'].includes(context.getActivationMode());
}

/**
 * Whether n8n registers the trigger again during startup. If one trigger of a workflow fails, n8n 1
 * unregisters all of them and tries again.
 */
function isReregistration(context: IHookFunctions, key: string): boolean {
	return context.getActivationMode() === 'init' && unpublished.has(key);
}

/**
 * The webhook methods of a trigger that has its own Okta event hook.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export function eventHookMethods(filters: readonly Filter[]): EventHookMethods {
	return {
		/**
		 * If this fails while n8n starts, or if the `create()` that follows does, n8n closes the webhook for
		 * good. So this makes no calls at startup and leaves the rest to the first checks. At any other time,
		 * `create()` handles hooks that already exist.
		 */
		async checkExists() {
			const key = nodeKeyOf(this);
			if (!isN8nStart(this) || isReregistration(this, key)) return false;
			rememberNode(key, { address: webhookUrlOf(this), isStarting: true });
			return true;
		},

		/** Registers the hook. Reuses an existing hook of this node, with a new secret. */
		async create() {
			const key = nodeKeyOf(this);
			await forgetNode(key);
			unpublished.delete(key);
			leftNothingInOkta.add(key);
			if (this.getMode() === 'manual') {
				runningTests.add(key);
				testAddresses.set(nodeKeyOf(this, false), webhookUrlOf(this));
			}
			try {
				await publish(this, filters, webhookUrlOf(this), key);
			} catch (error) {
				runningTests.delete(key);
				throw toApiError(this.getNode(), error);
			}
			leftNothingInOkta.delete(key);
			return true;
		},

		/** Deletes all hooks of this node in Okta. */
		async delete() {
			const isTest = isForTest(this);
			const key = nodeKeyOf(this, isTest);
			const remembered = publishedNode(key)?.lastWrite?.id;
			await forgetNode(key);
			try {
				await unpublish(this, { isTest, uri: webhookUrlOf(this) }, key, remembered);
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
