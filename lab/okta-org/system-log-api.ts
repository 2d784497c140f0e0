import { Router, type Request } from 'express';
import { requireScope } from './api-access';
import { ExpressionError, type Predicate } from './boolean-expression';
import { OktaApiError } from './errors';
import type { LogEvent } from './log-event';
import { parseLogFilter } from './log-filter';
import type { OrgState } from './state';
import type { LogCursor, LogPage, SortOrder } from './system-log';

const DEFAULT_LIMIT = 100;
const MAXIMUM_LIMIT = 1000;
const DEFAULT_PERIOD = 7 * 24 * 3600 * 1000;

/**
 * `GET /api/v1/logs`.
 *
 * @see https://developer.okta.com/docs/reference/system-log-query/
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export function systemLogApi(org: OrgState): Router {
	const router = Router();

	router
		.route('/')
		.get(requireScope(org, 'okta.logs.read'), (request, response) => {
			const page = query(org, request);
			// Okta sends one header per link, so clients must handle several.
			response.append('Link', link(org.url + request.originalUrl, 'self'));
			if (page.next) response.append('Link', link(nextUrl(org, request, page), 'next'));
			response.json(page.events);
		})
		.all(() => {
			throw new OktaApiError('E0000022');
		});

	return router;
}

/** A page with its period, either requested or the default. */
interface QueriedPage extends LogPage {
	since: number;
	/** Only a bounded query has an end. */
	until?: number;
}

function query(org: OrgState, request: Request): QueriedPage {
	const parameters = new URL(request.originalUrl, org.url).searchParams;
	if (parameters.has('q'))
		throw new OktaApiError('E0000031', { causes: ['q is not supported here'] });

	const limit = readLimit(parameters.get('limit'));
	const sortOrder = readSortOrder(parameters.get('sortOrder'));
	const matches = readFilter(parameters.get('filter'));
	const after = parameters.get('after');
	const cursor = after === null ? undefined : decodeCursor(after);

	const isPolling = !parameters.has('until') && sortOrder === 'ASCENDING';
	if (cursor && (cursor.kind === 'polling') !== isPolling) throw invalidCursor();

	const until = readTime(parameters.get('until')) ?? org.now();
	const since = readTime(parameters.get('since')) ?? until - DEFAULT_PERIOD;
	if (isPolling) {
		const position = cursor ? { sequence: cursor.sequence } : { since };
		return { since, ...org.log.poll(position, matches, limit) };
	}
	if (since > until) {
		throw new OktaApiError('E0000001', { subject: 'since', causes: ['since is after until'] });
	}
	const behind = cursor?.kind === 'bounded' ? cursor : undefined;
	return {
		since,
		until,
		...org.log.between({ since, until, behind }, sortOrder, matches, limit),
	};
}

function readLimit(value: string | null): number {
	if (value === null) return DEFAULT_LIMIT;
	const limit = /^\d+$/.test(value) ? Number(value) : NaN;
	if (!(limit <= MAXIMUM_LIMIT)) {
		throw new OktaApiError('E0000001', {
			subject: 'limit',
			causes: [`limit: must be between 0 and ${MAXIMUM_LIMIT}`],
		});
	}
	return limit;
}

function readSortOrder(value: string | null): SortOrder {
	if (value === null) return 'ASCENDING';
	if (value !== 'ASCENDING' && value !== 'DESCENDING') {
		throw new OktaApiError('E0000001', {
			subject: 'sortOrder',
			causes: ['sortOrder: must be ASCENDING or DESCENDING'],
		});
	}
	return value;
}

function readFilter(value: string | null): Predicate<LogEvent> {
	if (value === null) return () => true;
	try {
		return parseLogFilter(value);
	} catch (error) {
		if (!(error instanceof ExpressionError)) throw error;
		throw new OktaApiError('E0000031', { causes: [error.message] });
	}
}

function readTime(value: string | null): number | undefined {
	if (value === null) return undefined;
	const isTimestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value);
	const time = isTimestamp ? Date.parse(value) : NaN;
	if (Number.isNaN(time)) throw new OktaApiError('E0000030');
	return time;
}

/** Keeps the period in the URL, next to the cursor. If it was omitted, adds the default one. */
function nextUrl(org: OrgState, request: Request, { next, since, until }: QueriedPage): string {
	const url = new URL(request.originalUrl, org.url);
	const keep = (name: string, time: number): void => {
		if (!url.searchParams.has(name)) url.searchParams.set(name, new Date(time).toISOString());
	};
	keep('since', since);
	if (until !== undefined) keep('until', until);
	url.searchParams.set('after', encodeCursor(next!));
	return url.href;
}

function link(url: string, relation: 'self' | 'next'): string {
	return `<${url}>; rel="${relation}"`;
}

function encodeCursor(cursor: LogCursor): string {
	return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function decodeCursor(text: string): LogCursor {
	try {
		const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as LogCursor;
		if (cursor.kind !== 'polling' && cursor.kind !== 'bounded') throw invalidCursor();
		return cursor;
	} catch {
		throw invalidCursor();
	}
}

function invalidCursor(): OktaApiError {
	return new OktaApiError('E0000001', { subject: 'after', causes: ['after: not a valid cursor'] });
}
