import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { Failure, INode } from 'n8n-workflow';

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** What an error says besides its message. */
interface ErrorDetails {
	/** HTTP status, as text. */
	httpCode?: string;
	/** Why the call failed, in n8n's terms. n8n 1 doesn't know them, and ignores them. */
	failure?: Failure;
}

/**
 * An error of a call to Okta with just this message. NodeApiError itself replaces a message that
 * holds the name of a connection error, wherever it is from, with a text of its own.
 */
export function apiError(
	node: INode,
	message: string,
	{ httpCode, failure }: ErrorDetails = {},
): NodeApiError {
	const error = new NodeApiError(node, {}, { message, httpCode });
	error.message = message;
	// By assignment, since n8n 1 drops the option of this name.
	if (failure !== undefined) Object.assign(error, { failure });
	return error;
}

/**
 * An error of the node's settings or its credential, found before a call to Okta.
 *
 * @param cause in n8n's terms. n8n 1 ignores it
 */
export function operationError(
	node: INode,
	message: string,
	cause: 'credential-invalid' | 'configuration-invalid',
): NodeOperationError {
	return Object.assign(new NodeOperationError(node, message), { failure: { cause } });
}

/** Why a call failed, in n8n's terms, if the error tells. */
export function failureOf(error: unknown): Failure | undefined {
	const tells = error instanceof NodeApiError || error instanceof NodeOperationError;
	return tells ? error.failure : undefined;
}

/**
 * The error with another message. `new NodeApiError(node, error, { message })` hands a NodeApiError
 * back as it is.
 */
export function withMessage(node: INode, error: unknown, message: string): NodeApiError {
	const httpCode = error instanceof NodeApiError ? (error.httpCode ?? undefined) : undefined;
	return apiError(node, message, { httpCode, failure: failureOf(error) });
}

/** Whether waiting can help: Okta is unavailable or unreachable, or limits the rate of requests. */
export function isTransient(error: unknown): boolean {
	const cause = failureOf(error)?.cause;
	return cause === 'temporarily-unavailable' || cause === 'rate-limited';
}
