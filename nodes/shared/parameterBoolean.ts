import type { INode } from 'n8n-workflow';

import { operationError } from './errors';
import { parameterText } from './parameterText';

/**
 * Reads text as a boolean. An expression can return text or a number.
 *
 * @returns undefined if it's neither true nor false; false for empty text
 */
export function parseBoolean(text: string): boolean | undefined {
	switch (text.trim().toLowerCase()) {
		case 'true':
		case '1':
			return true;
		case 'false':
		case '0':
		case '':
			return false;
		default:
			return undefined;
	}
}

/**
 * What the user must change if an expression doesn't return a boolean.
 *
 * @param displayName the parameter's name in the node's panel
 */
export function explainNoBoolean(displayName: string): string {
	return `The expression in '${displayName}' returns neither true nor false. Change it to return one of them.`;
}

/**
 * A parameter's value as a boolean.
 *
 * @param displayName the parameter's name in the node's panel
 * @param fallback if an expression returns nothing
 * @throws NodeOperationError if an expression returns neither true nor false
 */
export function parameterBoolean(
	value: unknown,
	displayName: string,
	context: { getNode: () => INode },
	fallback: boolean,
): boolean {
	const text = parameterText(value, displayName, context).trim();
	if (text === '') return fallback;
	const boolean = parseBoolean(text);
	if (boolean !== undefined) return boolean;
	throw operationError(context.getNode(), explainNoBoolean(displayName), 'configuration-invalid');
}
