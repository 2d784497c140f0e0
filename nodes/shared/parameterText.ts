import type { INode } from 'n8n-workflow';

import { operationError } from './errors';

interface Context {
	getNode: () => INode;
}

function scalarText(value: unknown, displayName: string, context: Context): string {
	if (typeof value !== 'object' || value === null) return String(value ?? '');
	throw operationError(
		context.getNode(),
		`The expression in '${displayName}' returns an object instead of text. Change it to return text, e.g. one property of the object.`,
		'configuration-invalid',
	);
}

/**
 * A parameter's value as text. An expression can return a number, nothing, or an array, whose entries are joined
 * with line breaks.
 *
 * @param displayName the parameter's name in the node's panel
 * @throws NodeOperationError for an object
 */
export function parameterText(value: unknown, displayName: string, context: Context): string {
	if (typeof value === 'string') return value;
	if (!Array.isArray(value)) return scalarText(value, displayName, context);
	return value.map((entry) => scalarText(entry, displayName, context)).join('\n');
}
