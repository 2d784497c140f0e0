import type { IHookFunctions } from 'n8n-workflow';

import { messageOf, withMessage } from '../errors';
import type { Filter } from '../oktaEvent/filter';
import {
	forgetNode,
	publishedNode,
	rememberNode,
	rolledBack,
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

/**
 * Whether n8n registers the trigger again during its start. n8n 1 has all triggers of a workflow remove
 * what they have registered if one of them fails.
 */
function isAgain(context: IHookFunctions, key: string): boolean {
	return context.getActivationMode() === 'init' && unpublished.has(key);
}

/**
 * The webhook methods of a trigger that gets its events from an Okta event hook of its own.
 *
 * @see https://developer.okta.com/docs/concepts/event-hooks/
 */
export function eventHookMethods(filters: readonly Filter[]): EventHookMethods {
	return {
		/**
		 * n8n closes the webhook for good if this fails at its start, or leads to a `create()` that fails.
		 * So it makes no calls then, and leaves everything to the first checks. Otherwise `create()` handles
		 * whatever exists.
		 */
		async checkExists() {
			const key = nodeKeyOf(this);
			if (!isN8nStart(this) || isAgain(this, key)) return false;
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
				await publish(this, filters, webhookUrlOf(this), key);
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
