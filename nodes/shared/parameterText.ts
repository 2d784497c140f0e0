import type { INode } from 'n8n-workflow';

import { operationError } from './errors';

interface Parameter {
	/** As in the node's panel. Read only for the error. */
	displayName: string;
	getNode: () => INode;
}

function oneText(value: unknown, parameter: Parameter): string {
	if (typeof value !== 'object' || value === null) return String(value ?? '');
	throw operationError(
		parameter.getNode(),
		`The expression in '${parameter.displayName}' returns an object instead of text. Change it so that it returns text, e.g. one property of the object.`,
		'configuration-invalid',
	);
}

/**
 * A parameter's value as text. An expression can return a list, which becomes lines, a number, or nothing
 * at all.
 *
 * @throws NodeOperationError for an object
 */
export function parameterText(value: unknown, parameter: Parameter): string {
	if (!Array.isArray(value)) return oneText(value, parameter);
	return value.map((entry) => oneText(entry, parameter)).join('\n');
}
