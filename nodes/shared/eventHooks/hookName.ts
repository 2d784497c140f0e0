/** Okta's limit for the name of an event hook, in characters. */
export const MAX_NAME_LENGTH = 255;

export interface HookNameParts {
	/** What a person chose to call it; empty where they did not. */
	chosenName: string;
	workflowName: string;
	nodeName: string;
	/** Tells nodes of the same name apart, e.g. in copies of a workflow. */
	fingerprint: string;
	/** Whether the hook is there for a test from n8n's editor. */
	isTest: boolean;
}

/** One line of text: Okta's console has no place for more. */
function oneLine(text: string): string {
	return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** Cut to a length, without half a character (an emoji takes two places) at the end. */
export function truncate(text: string, length: number): string {
	return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/**
 * The name of an event hook in Okta's console: the one that a person chose, or one that tells which
 * workflow and node it belongs to and is no other node's. A test's hook says that it is one.
 *
 * @returns at most 255 characters
 */
export function hookName(parts: HookNameParts): string {
	const { chosenName, workflowName, nodeName, fingerprint, isTest } = parts;
	const custom = oneLine(chosenName);
	if (custom !== '') {
		const mark = isTest ? ' (n8n test)' : '';
		return truncate(custom, MAX_NAME_LENGTH - mark.length) + mark;
	}
	const prefix = isTest ? 'n8n test: ' : 'n8n: ';
	const suffix = ` (${fingerprint})`;
	const origin = [workflowName, nodeName].map(oneLine).filter(Boolean).join(' / ');
	return prefix + truncate(origin, MAX_NAME_LENGTH - prefix.length - suffix.length) + suffix;
}
