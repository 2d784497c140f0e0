import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { Failure, INode } from 'n8n-workflow';

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** What an error carries besides its message. */
interface ErrorDetails {
	/** HTTP status as text. */
	httpCode?: string;
	/** Why the call failed, in n8n's terms. n8n 1 ignores it. */
	failure?: Failure;
}

/**
 * An error for a failed call to Okta, with exactly this message. On its own, n8n's error replaces any message
 * that contains a system error code, even within a word: EACCES is in 'ServiceAccess'.
 */
export function apiError(
	node: INode,
	message: string,
	{ httpCode, failure }: ErrorDetails = {},
): NodeApiError {
	const error = new NodeApiError(node, {}, { message, httpCode });
	error.message = message;
	// Assigned here because n8n 1 ignores the constructor option.
	if (failure !== undefined) Object.assign(error, { failure });
	return error;
}

/**
 * An error in the node's settings or its credential, found before any call to Okta. It has exactly this
 * message, as in `apiError`.
 *
 * @param cause in n8n's terms; n8n 1 ignores it
 */
export function operationError(
	node: INode,
	message: string,
	cause: 'credential-invalid' | 'configuration-invalid',
): NodeOperationError {
	return Object.assign(new NodeOperationError(node, message), { message, failure: { cause } });
}

/** Why a call failed, in n8n's terms, if the error carries a reason. */
export function failureOf(error: unknown): Failure | undefined {
	const isNodeError = error instanceof NodeApiError || error instanceof NodeOperationError;
	return isNodeError ? error.failure : undefined;
}

/**
 * A NodeApiError with this message, and the status and cause of the original error.
 * `new NodeApiError(node, error, { message })` would return a NodeApiError unchanged.
 */
export function withMessage(node: INode, error: unknown, message: string): NodeApiError {
	const httpCode = error instanceof NodeApiError ? (error.httpCode ?? undefined) : undefined;
	return apiError(node, message, { httpCode, failure: failureOf(error) });
}

/** A NodeApiError with the message, status, and cause of the original error. */
export function toApiError(node: INode, error: unknown): NodeApiError {
	return withMessage(node, error, messageOf(error));
}

/** Whether waiting can help: Okta is unavailable, unreachable, or rate limiting. */
export function isTransient(error: unknown): boolean {
	const cause = failureOf(error)?.cause;
	return cause === 'temporarily-unavailable' || cause === 'rate-limited';
}
