import { oktaId } from './ids';

/** The codes that this org answers with: status and summary. */
const ERRORS = {
	E0000001: [400, 'Api validation failed'],
	E0000003: [400, 'The request body was not well-formed.'],
	E0000005: [401, 'Invalid session'],
	E0000006: [403, 'You do not have permission to perform the requested action'],
	E0000007: [404, 'Not found'],
	E0000009: [500, 'Internal Server Error'],
	E0000010: [503, 'Service is in read only mode.'],
	E0000011: [401, 'Invalid token provided'],
	E0000021: [
		415,
		'Bad request. Accept and/or Content-Type headers likely do not match supported values.',
	],
	E0000022: [405, 'The endpoint does not support the provided HTTP method'],
	E0000031: [400, 'Invalid search criteria.'],
	E0000047: [429, 'API call exceeded rate limit due to too many requests.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERRORS;

export interface OktaErrorBody {
	errorCode: string;
	errorSummary: string;
	errorLink: string;
	errorId: string;
	errorCauses: Array<{ errorSummary: string }>;
}

/**
 * An error as the Management API answers it.
 *
 * @see https://developer.okta.com/docs/reference/error-codes/
 */
export class OktaApiError extends Error {
	readonly status: number;

	readonly body: OktaErrorBody;

	constructor(
		code: ErrorCode,
		{
			subject,
			causes = [],
			headers = {},
		}: { subject?: string; causes?: string[]; headers?: Record<string, string> } = {},
	) {
		const [status, summary] = ERRORS[code];
		const errorSummary = subject === undefined ? summary : `${summary}: ${subject}`;
		super([`${code}: ${errorSummary}`, ...causes].join('; '));
		this.name = 'OktaApiError';
		this.status = status;
		this.headers = headers;
		this.body = {
			errorCode: code,
			errorSummary,
			errorLink: code,
			errorId: oktaId('oae', 22),
			errorCauses: causes.map((cause) => ({ errorSummary: cause })),
		};
	}

	readonly headers: Record<string, string>;
}

/** A broken rule of an event hook. */
export function eventHookInvalid(...causes: string[]): OktaApiError {
	return new OktaApiError('E0000001', { subject: 'eventHook', causes });
}

/** The body Okta usually sends with a status, for faults that name no body of their own. */
export function errorBodyFor(status: number): OktaErrorBody | undefined {
	const codes = Object.keys(ERRORS) as ErrorCode[];
	const code =
		codes.find((candidate) => ERRORS[candidate][0] === status) ??
		(status >= 500 ? 'E0000009' : undefined);
	return code && new OktaApiError(code).body;
}
