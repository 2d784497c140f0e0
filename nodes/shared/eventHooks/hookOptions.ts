import type { IHookFunctions } from 'n8n-workflow';

/** What a person has set about the event hook itself. */
export interface HookOptions {
	/** Empty where none was chosen. */
	hookName: string;
	/** A condition in Okta's Expression Language; undefined where there is none. */
	filterExpression: string | undefined;
}

/** Reads the options that `parameters.ts` shows. */
export function readHookOptions(context: IHookFunctions): HookOptions {
	const read = (name: string) =>
		String(context.getNodeParameter(`options.${name}`, '') ?? '').trim();
	return { hookName: read('hookName'), filterExpression: read('filterExpression') || undefined };
}
