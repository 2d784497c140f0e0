import type { EventHook, EventHookDefinition } from '../okta/types';

/** Okta's limit for the name of an event hook. */
const MAX_NAME_LENGTH = 255;

interface Origin {
	workflowName: string;
	nodeName: string;
	eventTypes: string[];
	webhookUrl: string;
}

/** Cut to Okta's limit, without half a character (an emoji takes two places) at the end. */
function truncate(name: string): string {
	return name.slice(0, MAX_NAME_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
}

/** The event hook that a trigger node wants to have in Okta. */
export function defineEventHook(origin: Origin): EventHookDefinition {
	const { workflowName, nodeName, eventTypes, webhookUrl } = origin;
	return {
		name: truncate(`n8n: ${workflowName} / ${nodeName}`),
		description:
			'Starts a workflow in n8n, which created this hook and removes it when the workflow is deactivated.',
		eventTypes,
		uri: webhookUrl,
	};
}

/** Whether a hook in Okta sends the right events to the right place. */
export function isSameDefinition(hook: EventHook, definition: EventHookDefinition): boolean {
	const actual = new Set(hook.eventTypes);
	return (
		hook.uri === definition.uri &&
		actual.size === definition.eventTypes.length &&
		definition.eventTypes.every((type) => actual.has(type))
	);
}

/** Whether Okta delivers to the hook: only to active and verified ones. */
export function isUp(hook: EventHook): boolean {
	return hook.status === 'ACTIVE' && hook.verificationStatus === 'VERIFIED';
}
