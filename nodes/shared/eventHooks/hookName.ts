/** Okta's limit for the name of an event hook, in characters. */
export const MAX_NAME_LENGTH = 255;

export interface HookNameParts {
	/** The name that the user entered; empty for the default. */
	chosenName: string;
	workflowName: string;
	nodeName: string;
	/** Distinguishes nodes with the same name, e.g. in copies of a workflow. */
	fingerprint: string;
	/** Whether the hook serves a test in n8n's editor. */
	isTest: boolean;
}

/** Collapses text to one line, since the Okta Admin Console shows only one. */
function oneLine(text: string): string {
	return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** Cuts text to a length without splitting a surrogate pair. */
export function truncate(text: string, length: number): string {
	return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/**
 * The name of an event hook in the Okta Admin Console: the one that the user entered, or a unique one made
 * of the workflow and node names. Hooks for tests are labeled as such.
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
