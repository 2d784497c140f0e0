import { createHash } from 'node:crypto';

import type { EventHook, EventHookDefinition } from '../okta/types';
import { hookName } from './hookName';

/** What a trigger node wants of its event hook. */
export interface HookOrigin {
	/** The name that a person chose; empty where they did not. */
	chosenName: string;
	workflowName: string;
	nodeName: string;
	/** Whether the hook is there for a test from n8n's editor. */
	isTest: boolean;
	eventTypes: string[];
	/** Which events Okta shall send, in its Expression Language; undefined for all. */
	filterExpression: string | undefined;
	webhookUrl: string;
	/** Who registers the hook: `ownerOf`. */
	owner: string;
}

function fingerprint(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** How a hook's description names its owner, by which a node knows its own hooks. */
function ownerMark(owner: string): string {
	return `[n8n ${fingerprint(owner)}`;
}

/** Whether the hook was registered by this owner, whatever n8n remembers of it. */
export function isOwnedBy(hook: EventHook, owner: string): boolean {
	return hook.description.includes(ownerMark(owner));
}

/**
 * The event hook that a trigger node wants to have in Okta.
 *
 * @param secretHash the description carries a fingerprint of it: Okta never tells the secret, and
 * when n8n is killed before it has stored a new one, this is how the difference shows
 */
export function defineEventHook(origin: HookOrigin, secretHash: string): EventHookDefinition {
	const { eventTypes, filterExpression, webhookUrl, owner } = origin;
	return {
		name: hookName({ ...origin, fingerprint: fingerprint(owner).slice(0, 8) }),
		description: `Starts a workflow in n8n, which created this hook and removes it when the workflow is unpublished. ${ownerMark(owner)} ${fingerprint(secretHash)}]`,
		eventTypes,
		filterExpression,
		uri: webhookUrl,
	};
}

/** Whether a hook in Okta sends exactly the events that the expression lets through. */
function isFilteredBy(hook: EventHook, expression: string | undefined): boolean {
	if (expression === undefined) return hook.filters.size === 0;
	const normalize = (text: string) => text.replace(/\s+/g, ' ').trim();
	return (
		hook.filters.size === hook.eventTypes.length &&
		hook.eventTypes.every(
			(type) => normalize(hook.filters.get(type) ?? '') === normalize(expression),
		)
	);
}

/** Whether a hook in Okta sends the right events to the right place, with the secret n8n knows. */
export function isSameDefinition(hook: EventHook, definition: EventHookDefinition): boolean {
	const actual = new Set(hook.eventTypes);
	return (
		hook.uri === definition.uri &&
		hook.authHeader === 'authorization' &&
		isFilteredBy(hook, definition.filterExpression) &&
		hook.description === definition.description &&
		actual.size === definition.eventTypes.length &&
		definition.eventTypes.every((type) => actual.has(type))
	);
}

/** Whether Okta delivers to the hook: only to active and verified ones. */
export function isUp(hook: EventHook): boolean {
	return hook.status === 'ACTIVE' && hook.verificationStatus === 'VERIFIED';
}
