import { NodeApiError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/**
 * An error of a call to Okta with just this message. NodeApiError itself replaces a message that
 * holds the name of a connection error, wherever it is from, with a text of its own.
 *
 * @param httpCode HTTP status, as text
 */
export function apiError(node: INode, message: string, httpCode?: string): NodeApiError {
	const error = new NodeApiError(node, {}, { message, httpCode });
	error.message = message;
	return error;
}

/**
 * The error with another message. `new NodeApiError(node, error, { message })` does not do: it hands
 * a NodeApiError back as it is.
 */
export function withMessage(node: INode, error: unknown, message: string): NodeApiError {
	const httpCode = error instanceof NodeApiError ? error.httpCode : null;
	return apiError(node, message, httpCode ?? undefined);
}
