import { apiError } from '../errors';
import { isRecord } from '../isRecord';
import type { Okta, OktaRequest } from './client';
import type { OktaFailure } from './failure';
import { ORG_URL_HELP } from './orgUrl';
import { SYSTEM_LOG } from './resources';
import type { LogEvent } from './types';

/** How long Okta keeps events, in ms: 90 days. */
export const RETENTION_MS = 90 * 24 * 3_600_000;

/** Okta's maximum number of events per page. */
export const PAGE_SIZE = 1_000;

/** One page of the System Log. */
export interface LogPage {
	events: LogEvent[];
	/**
	 * Path and query of the next page, as Okta sent them. Okta always sends this, so it can also be requested
	 * later to read newer events.
	 */
	next: string | undefined;
}

/** The operations on Okta's System Log that a trigger needs. */
export interface SystemLogApi {
	/**
	 * The page at the `next` position of an earlier page.
	 *
	 * @param maxWaitMs how long to wait for the rate limit to reset, in ms
	 * @returns undefined if Okta no longer knows that position
	 */
	at(next: string, maxWaitMs: number): Promise<LogPage | undefined>;
	/**
	 * The first page of events since a time, in the order in which Okta stored them, so events that were
	 * stored late aren't missed.
	 *
	 * @param maxWaitMs how long to wait for the rate limit to reset, in ms
	 */
	since(time: Date, filter: string, maxWaitMs: number): Promise<LogPage>;
	/** The latest events of the last seven days, newest first. */
	latest(filter: string, limit: number): Promise<LogEvent[]>;
}

function explainSearch({ status, errorCode }: OktaFailure): string | undefined {
	if (status !== 400 || errorCode !== 'E0000031') return undefined;
	return "Okta rejected the System Log search. Check the values in 'Okta Events', 'Other Events', and 'Outcomes', then try again.";
}

function isUnknownPosition({ status, errorCode }: OktaFailure): boolean {
	return errorCode !== undefined && (status === 400 || status === 404 || status === 410);
}

/** The URL of the next page in a `Link` header (RFC 8288), as path and query. */
function readNext(header: unknown): string | undefined {
	const links = [header].flat().join(', ');
	const [, url = ''] = /<([^<>]*)>\s*;\s*rel="?next"?/.exec(links) ?? [];
	if (!URL.canParse(url)) return undefined;
	// Its host can be another domain of the org. The access token goes to the one in the credential.
	const { pathname, search } = new URL(url);
	return pathname === SYSTEM_LOG.path ? `${pathname}${search}` : undefined;
}

/**
 * Okta's System Log API.
 *
 * @throws NodeApiError from every method, with a message that says what to do
 * @see https://developer.okta.com/docs/reference/system-log-query/#polling-requests
 */
export function systemLogApi(okta: Okta): SystemLogApi {
	async function call(
		path: string,
		options: Pick<OktaRequest, 'tolerate' | 'maxWaitMs'>,
	): Promise<LogPage | undefined> {
		const response = await okta.call({
			method: 'GET',
			path,
			resource: SYSTEM_LOG,
			explain: explainSearch,
			...options,
		});
		if (response === undefined) return undefined;
		const { body, headers } = response;
		if (!Array.isArray(body)) {
			throw apiError(
				okta.node,
				`The response from ${okta.orgUrl} didn't come from the Okta System Log. ${ORG_URL_HELP}.`,
			);
		}
		return {
			events: body.filter(isRecord),
			next: isRecord(headers) ? readNext(headers.link) : undefined,
		};
	}

	async function search(parameters: Record<string, string>, maxWaitMs?: number): Promise<LogPage> {
		const page = await call(`${SYSTEM_LOG.path}?${new URLSearchParams(parameters)}`, { maxWaitMs });
		return page ?? { events: [], next: undefined };
	}

	return {
		async at(next, maxWaitMs) {
			return await call(next, { tolerate: isUnknownPosition, maxWaitMs });
		},

		async since(time, filter, maxWaitMs) {
			const since = time.toISOString();
			return await search(
				{ since, sortOrder: 'ASCENDING', limit: String(PAGE_SIZE), filter },
				maxWaitMs,
			);
		},

		async latest(filter, limit) {
			const { events } = await search({ sortOrder: 'DESCENDING', limit: String(limit), filter });
			return events;
		},
	};
}
