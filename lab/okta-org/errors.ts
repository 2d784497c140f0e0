import type { Request, Response } from 'express';
import { oktaId } from './ids';
import type { OrgState } from './state';

/** The status and summary of each code that this org returns. */
const ERRORS = {
	E0000001: [400, 'Api validation failed'],
	E0000003: [400, 'The request body was not well-formed.'],
	E0000005: [401, 'Invalid session'],
	E0000006: [403, 'You do not have permission to perform the requested action'],
	E0000007: [404, 'Not found'],
	E0000009: [500, 'Internal Server Error'],
	E0000010: [503, 'Service is in read only mode.'],
	E0000015: [401, 'You do not have permission to access the feature you are requesting'],
	E0000021: [
		415,
		'Bad request. Accept and/or Content-Type headers likely do not match supported values.',
	],
	E0000022: [405, 'The endpoint does not support the provided HTTP method'],
	E0000030: [
		400,
		"Bad request. Invalid date. Dates must be of the form yyyy-MM-dd'T'HH:mm:ss.SSSZZ, e.g. 2013-01-01T12:00:00.000-07:00.",
	],
	E0000031: [400, 'Invalid search criteria.'],
	E0000047: [429, 'API call exceeded rate limit due to too many requests.'],
	E0000056: [403, 'Delete application forbidden.'],
	E0000166: [403, 'The count limit of this resource is reached.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERRORS;

/** Our own wording. Clients must rely on the codes, not on the texts. */
const FRENCH: Partial<Record<ErrorCode, string>> = {
	E0000001: 'La demande n’est pas valide',
	E0000005: 'La session n’est pas valide',
	E0000006: 'Vous n’avez pas le droit de faire cette opération',
	E0000007: 'Introuvable',
	E0000015: 'Cette fonctionnalité n’est pas activée pour votre organisation',
	E0000047: 'Trop de demandes ont été envoyées.',
	E0000056: 'Suppression refusée.',
	E0000166: 'Le nombre maximal est atteint.',
};

export interface OktaErrorBody {
	errorCode: string;
	errorSummary: string;
	errorLink: string;
	errorId: string;
	errorCauses: Array<{ errorSummary: string }>;
}

/**
 * An error as the Management API returns it.
 *
 * @see https://developer.okta.com/docs/reference/error-codes/
 */
export class OktaApiError extends Error {
	readonly status: number;

	private readonly subject?: string;

	private readonly causes: string[];

	constructor(
		readonly code: ErrorCode,
		{ subject, causes = [] }: { subject?: string; causes?: string[] } = {},
	) {
		const [status, summary] = ERRORS[code];
		super([`${code}: ${withSubject(summary, subject)}`, ...causes].join('; '));
		this.name = 'OktaApiError';
		this.status = status;
		this.subject = subject;
		this.causes = causes;
	}

	body(language: 'en' | 'fr'): OktaErrorBody {
		const summary = (language === 'fr' && FRENCH[this.code]) || ERRORS[this.code][1];
		return {
			errorCode: this.code,
			errorSummary: withSubject(summary, this.subject),
			errorLink: this.code,
			errorId: oktaId('oae', 22),
			errorCauses: this.causes.map((errorSummary) => ({ errorSummary })),
		};
	}
}

function withSubject(summary: string, subject: string | undefined): string {
	return subject === undefined ? summary : `${summary}: ${subject}`;
}

/** Sends an error, in the org's language or the one that the caller asks for. */
export function sendApiError(
	org: OrgState,
	request: Request,
	response: Response,
	error: OktaApiError,
	status: number = error.status,
): void {
	const wantsEnglish = /^en\b/i.test(request.get('accept-language') ?? '');
	response.status(status).json(error.body(wantsEnglish ? 'en' : org.language));
}

/** The error for an event hook that breaks a rule. */
export function eventHookInvalid(...causes: string[]): OktaApiError {
	return new OktaApiError('E0000001', { subject: 'eventHook', causes });
}

/** The error that Okta usually returns with a status. A rejected token (401) has no body. */
export function defaultError(status: number): OktaApiError | undefined {
	if (status === 401) return undefined;
	const code = (Object.keys(ERRORS) as ErrorCode[]).find(
		(candidate) => ERRORS[candidate][0] === status,
	);
	if (code) return new OktaApiError(code);
	return status >= 500 ? new OktaApiError('E0000009') : undefined;
}
