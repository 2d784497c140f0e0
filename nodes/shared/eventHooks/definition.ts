import { createHash } from 'node:crypto';

import type { EventHook, EventHookDefinition } from '../okta/types';

/** Okta's limit for the name of an event hook. */
const MAX_NAME_LENGTH = 255;

interface Origin {
	workflowName: string;
	nodeName: string;
	eventTypes: string[];
	webhookUrl: string;
	/** Who registers the hook: `ownerOf`. */
	owner: string;
}

/** Cut to Okta's limit, without half a character (an emoji takes two places) at the end. */
function truncate(name: string): string {
	return name.slice(0, MAX_NAME_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
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
export function defineEventHook(origin: Origin, secretHash: string): EventHookDefinition {
	const { workflowName, nodeName, eventTypes, webhookUrl, owner } = origin;
	return {
		name: truncate(`n8n: ${workflowName} / ${nodeName}`),
		description: `Starts a workflow in n8n, which created this hook and removes it when the workflow is unpublished. ${ownerMark(owner)} ${fingerprint(secretHash)}]`,
		eventTypes,
		uri: webhookUrl,
	};
}

/** Whether a hook in Okta sends the right events to the right place, with the secret n8n knows. */
export function isSameDefinition(hook: EventHook, definition: EventHookDefinition): boolean {
	const actual = new Set(hook.eventTypes);
	return (
		hook.uri === definition.uri &&
		hook.authHeader === 'authorization' &&
		!hook.isFiltered &&
		hook.description === definition.description &&
		actual.size === definition.eventTypes.length &&
		definition.eventTypes.every((type) => actual.has(type))
	);
}

/** Whether Okta delivers to the hook: only to active and verified ones. */
export function isUp(hook: EventHook): boolean {
	return hook.status === 'ACTIVE' && hook.verificationStatus === 'VERIFIED';
}
