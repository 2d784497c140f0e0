import type { NodeParameterValueType } from 'n8n-workflow';

import type { NodeContext } from './context';

/**
 * Reads a parameter in any context. One that runs has n8n evaluate expressions for an item: the first,
 * since a trigger's parameters don't depend on items.
 *
 * @param isRaw whether to leave expressions as they are
 * @throws if an expression fails
 */
export function readParameter(
	context: NodeContext,
	name: string,
	fallback: NodeParameterValueType,
	isRaw = false,
): NodeParameterValueType | object {
	const options = isRaw ? { rawExpressions: true } : undefined;
	return 'getInputData' in context
		? context.getNodeParameter(name, 0, fallback, options)
		: context.getNodeParameter(name, fallback, options);
}
