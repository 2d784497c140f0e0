import { isRecord } from '../isRecord';
import { endWithPeriod } from '../endWithPeriod';
import { isTokenError } from './tokenError';

/** Okta's `WWW-Authenticate` header in a response that rejects an access token or its proof. */
export interface Challenge {
	/** e.g. `insufficient_scope`, `invalid_token`, `invalid_dpop_proof`. */
	error: string;
	/** Okta's own words. */
	description: string | undefined;
}

/** Why a call to Okta failed. */
export interface OktaFailure {
	/** HTTP status of Okta's response; undefined if there was none. */
	status?: number;
	/** Node's error code for a failed connection, e.g. `ECONNREFUSED`. */
	connectionCode?: string;
	/** Okta's error code, e.g. `E0000001`. */
	errorCode?: string;
	/** Okta's own words: summary and causes in one text. */
	summary?: string;
	/** Okta's own words as a list: the causes, or the summary if there are none. */
	causes: string[];
	/** Okta's ID of the error, which Okta Support asks for. */
	errorId?: string;
	/** Undefined if Okta didn't reject the access token or its proof, or didn't send a challenge. */
	challenge?: Challenge;
	/** When the rate limit resets. */
	resetAt?: Date;
	/** Whether the OAuth connection itself is unusable: not connected, expired, or revoked. */
	disconnected: boolean;
	/** The error code of a rejected token request, e.g. `invalid_client`, or its status if n8n keeps only that. */
	oauthError?: string;
	/** Why a service app didn't get an access token, as a message for the user. */
	tokenError?: string;
	/** n8n's own message, for failures that fit none of the above. */
	text: string;
}

/** A full response as n8n's request helper returns it. */
export interface OktaResponse {
	statusCode: number;
	headers: unknown;
	body: unknown;
}

/** How much to read of each text in a response, in characters, and how many causes. */
export const MAX_TEXT_LENGTH = 1_000;
const MAX_CAUSES = 20;

const DISCONNECTED_TEXT =
	/reconnect|not connected|without access token|no refresh token|grant .* or refresh token is invalid/i;

const UNKNOWN_CLIENT_TEXT = /^Client authentication failed/;

/** n8n's message for a rejected token request whose JSON isn't in OAuth's format. */
const OTHER_FORMAT_TEXT = /^HTTP status (40[013])$/;

/** The error and its chain of causes. n8n wraps the HTTP client's error up to twice. */
function errorChain(error: unknown): Array<Record<string, unknown>> {
	const chain: Array<Record<string, unknown>> = [];
	let current = error;
	while (isRecord(current) && !chain.includes(current) && chain.length < 5) {
		chain.push(current);
		current = current.cause ?? current.errorResponse;
	}
	return chain;
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Text from a response, which can be of any length if it isn't Okta's. */
function shortText(value: unknown): string | undefined {
	return text(value)?.slice(0, MAX_TEXT_LENGTH);
}

function parseJson(body: unknown): unknown {
	if (typeof body !== 'string' || !/^\s*\{/.test(body)) return body;
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}

/** Okta's own words from the body of an error. */
function readWords(body: Record<string, unknown>): Pick<OktaFailure, 'summary' | 'causes'> {
	const all: unknown[] = Array.isArray(body.errorCauses) ? body.errorCauses : [];
	const entries = all.slice(0, MAX_CAUSES).filter(isRecord);
	const read = (values: unknown[]) =>
		values
			.map(shortText)
			.filter((words) => words !== undefined)
			.map(endWithPeriod);
	const summary = read([body.errorSummary]);
	const causes = read(entries.map(({ errorSummary }) => errorSummary));
	return {
		summary: [...new Set([...summary, ...causes])].join(' ') || undefined,
		causes: causes.length > 0 ? causes : summary,
	};
}

function readReset(headers: unknown): Date | undefined {
	if (!isRecord(headers)) return undefined;
	const seconds = Number(headers['x-rate-limit-reset']);
	const resetAt = new Date(seconds * 1000);
	return seconds > 0 && !Number.isNaN(resetAt.getTime()) ? resetAt : undefined;
}

/**
 * Reads the challenge of a response. When Okta rejects an access token or its proof, it sends only a
 * challenge, with an empty body.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 * @see https://developer.okta.com/docs/guides/dpop/oktaresourceserver/main/
 */
function readChallenge(headers: unknown): Challenge | undefined {
	const header = isRecord(headers) ? [headers['www-authenticate']].flat().join(', ') : '';
	const [, parameters = ''] = /\b(?:Bearer|DPoP)\s+(.*)/is.exec(header) ?? [];
	const [, error] = /\berror\s*=\s*"?([^",\s]+)/i.exec(parameters) ?? [];
	const [, description] = /\berror_description\s*=\s*"([^"]+)"/i.exec(parameters) ?? [];
	if (error === undefined) return undefined;
	return { error: error.slice(0, MAX_TEXT_LENGTH), description: shortText(description) };
}

/** Okta's own words and codes from the body of a response, parsed or not. */
function readBody(
	body: unknown,
): Pick<OktaFailure, 'errorCode' | 'summary' | 'causes' | 'errorId'> {
	const parsed = parseJson(body);
	const from = isRecord(parsed) ? parsed : {};
	return {
		errorCode: shortText(from.errorCode),
		...readWords(from),
		errorId: shortText(from.errorId),
	};
}

/**
 * Reads a response with any status other than 2xx.
 *
 * @see https://developer.okta.com/docs/reference/error-codes/
 */
export function readErrorResponse({ statusCode, headers, body }: OktaResponse): OktaFailure {
	return {
		status: statusCode,
		...readBody(body),
		challenge: readChallenge(headers),
		resetAt: readReset(headers),
		disconnected: false,
		text: `HTTP ${statusCode}`,
	};
}

/**
 * Reads an error thrown by `httpRequestWithAuthentication`. Copies only what is safe to show: the error
 * itself contains the request, including the access token and the event hook's secret.
 *
 * n8n 2 keeps the HTTP client's error as the cause. n8n 1 drops it and leaves its status or code in
 * `httpCode` and the body in `context.data`.
 */
export function readFailure(error: unknown): OktaFailure {
	const chain = errorChain(error);
	const [{ httpCode, context } = {}] = chain;
	const response = chain.map((link) => link.response).find(isRecord);
	const message = chain.map((link) => text(link.message)).find((value) => value !== undefined);
	// n8n replaces a message that names a connection error with its own, and keeps the original in `messages`.
	const texts = chain.flatMap((link) => [link.message, link.messages].flat().map(text));
	const code = [...chain.map((link) => link.code), httpCode].map(text).find((value) => value);
	// n8n's OAuth client throws this if it can't refresh the access token.
	const oauthBody = chain.map((link) => link.body).find(isRecord);
	const isUnknownClient = UNKNOWN_CLIENT_TEXT.test(message ?? '');
	const rejected = chain.find((link) => link.code === 'ESTATUS');
	const status = Number(response?.status ?? rejected?.status ?? httpCode);
	const hasResponse = status > 0 || code === 'EAUTH';
	const contextData = isRecord(context) ? context.data : undefined;
	const body = readBody(response?.data ?? rejected?.body ?? contextData);
	// Okta rejects some token requests in the format of its API.
	const [otherFormat] = texts.flatMap((words) => OTHER_FORMAT_TEXT.exec(words ?? '')?.[1] ?? []);
	const otherCode = rejected ? body.errorCode : `HTTP ${otherFormat}`;
	const oauthError =
		shortText(oauthBody?.error) ??
		(isUnknownClient ? 'invalid_client' : undefined) ??
		(otherFormat === undefined ? undefined : otherCode);
	return {
		status: status > 0 ? status : undefined,
		connectionCode: hasResponse ? undefined : code,
		...body,
		summary: body.summary ?? shortText(oauthBody?.error_description),
		challenge: readChallenge(response?.headers),
		resetAt: readReset(response?.headers),
		oauthError,
		disconnected:
			!(status > 0) && (oauthError === 'invalid_grant' || DISCONNECTED_TEXT.test(message ?? '')),
		tokenError: texts.find((words) => words !== undefined && isTokenError(words)),
		text: message ?? 'unknown error',
	};
}
