import { NodeApiError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/**
 * The error with another message. `new NodeApiError(node, error, { message })` does not do: it hands
 * a NodeApiError back as it is.
 */
export function withMessage(node: INode, error: unknown, message: string): NodeApiError {
	const { description, httpCode } = error instanceof NodeApiError ? error : {};
	return new NodeApiError(
		node,
		{},
		{ message, description: description ?? undefined, httpCode: httpCode ?? undefined },
	);
}
