import type { NodeParameterValueType } from 'n8n-workflow';

import type { NodeContext } from './context';

const RAW = { rawExpressions: true };

/**
 * Reads a parameter in any context. In an execution, n8n evaluates expressions for an item. This uses the
 * first one because a trigger's parameters don't depend on items.
 *
 * @param isRaw whether to return expressions unevaluated
 * @throws if an expression fails
 */
export function readParameter(
	context: NodeContext,
	name: string,
	fallback: NodeParameterValueType,
	isRaw = false,
): NodeParameterValueType | object {
	const options = isRaw ? RAW : undefined;
	return 'getInputData' in context
		? context.getNodeParameter(name, 0, fallback, options)
		: context.getNodeParameter(name, fallback, options);
}
