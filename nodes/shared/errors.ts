import { NodeApiError } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';

interface ErrorDetails {
	description?: string | null;
	/** HTTP status, as text. */
	httpCode?: string | null;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/**
 * An error of a call to Okta with just this message. NodeApiError itself replaces a message that
 * holds the name of a connection error, wherever it is from, with a text of its own.
 */
export function apiError(node: INode, message: string, details: ErrorDetails = {}): NodeApiError {
	const description = details.description ?? undefined;
	const httpCode = details.httpCode ?? undefined;
	const error = new NodeApiError(node, {}, { message, description, httpCode });
	error.message = message;
	return error;
}

/**
 * The error with another message. `new NodeApiError(node, error, { message })` does not do: it hands
 * a NodeApiError back as it is.
 */
export function withMessage(node: INode, error: unknown, message: string): NodeApiError {
	return apiError(node, message, error instanceof NodeApiError ? error : {});
}
