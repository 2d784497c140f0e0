import { NodeApiError } from 'n8n-workflow';
import type { IPollFunctions } from 'n8n-workflow';

import { apiError, messageOf, withMessage } from '../errors';
import { getOrgUrl } from '../okta/client';
import { PAGE_SIZE, systemLogApi } from '../okta/systemLogApi';
import type { LogPage, SystemLogApi } from '../okta/systemLogApi';
import type { LogEvent } from '../okta/types';
import { advance, readCursor, searchTime, storeCursor } from './cursor';
import type { LogCursor } from './cursor';

/** Pages that one poll reads at most; the next one goes on from there. */
const MAX_PAGES = 5;

/** How long one poll waits for Okta's rate limit in all, in ms: less than the shortest interval of polls. */
const PATIENCE_MS = 45_000;

/** Okta keeps events for 90 days. */
const MAX_AGE_MS = 90 * 24 * 3_600_000;

/** The triggers that are polling, so that none overtakes itself. */
const polling = new Set<string>();

function isRateLimit(error: unknown): boolean {
	return error instanceof NodeApiError && error.httpCode === '429';
}

/** Reads a page; where Okta no longer knows the place, from the time of the last event. */
async function readPage(
	context: IPollFunctions,
	api: SystemLogApi,
	cursor: LogCursor,
	patience: number,
): Promise<LogPage> {
	const known = cursor.next && (await api.read(cursor.next, patience));
	if (known) return known;
	const oldest = Date.now() - MAX_AGE_MS;
	const since = new Date(Math.max(searchTime(cursor).getTime(), oldest));
	const page = await api.read(api.since(since, cursor.filter), patience);
	if (page) return page;
	throw apiError(
		context.getNode(),
		`Okta did not accept the query of the System Log: ${cursor.filter}. Check the node's filters, then try again.`,
	);
}

/** Where to begin or go on: a new query has no place yet, another org nothing in common with this. */
function openCursor(
	stored: LogCursor | undefined,
	orgUrl: string,
	filter: string,
	start: Date,
): LogCursor {
	if (stored?.orgUrl !== orgUrl) return { orgUrl, filter, time: start.toISOString(), seen: {} };
	return { ...stored, filter, next: stored.filter === filter ? stored.next : undefined };
}

/**
 * Reads what is new in Okta's System Log since the last time, in the order in which Okta stored it.
 *
 * What it has read counts as handed on once n8n takes what the poll returns: it is remembered at the
 * very end, and of a poll that breaks off in the middle, up to there.
 *
 * @param filter a System Log query, e.g. `eventType eq "user.session.start"`
 * @param start from when, if it was never read
 * @returns the new events, none of them twice
 * @throws NodeApiError where Okta gave nothing and that is not only for its rate limit
 * @see https://developer.okta.com/docs/reference/system-log-query/#polling-requests
 */
export async function pollSystemLog(
	context: IPollFunctions,
	filter: string,
	start: Date,
): Promise<LogEvent[]> {
	const key = [context.getInstanceId(), context.getWorkflow().id, context.getNode().id].join('/');
	if (polling.has(key)) return [];
	polling.add(key);
	try {
		return await readNew(context, filter, start);
	} finally {
		polling.delete(key);
	}
}

async function readNew(context: IPollFunctions, filter: string, start: Date): Promise<LogEvent[]> {
	const api = systemLogApi(context);
	const deadline = Date.now() + PATIENCE_MS;
	let cursor = openCursor(readCursor(context), await getOrgUrl(context), filter, start);
	const events: LogEvent[] = [];
	for (let page = 0; page < MAX_PAGES; page += 1) {
		try {
			const { events: read, next } = await readPage(context, api, cursor, deadline - Date.now());
			const advanced = advance(cursor, read, next);
			cursor = advanced.cursor;
			events.push(...advanced.fresh);
			if (read.length === 0 || next === undefined) break;
		} catch (error) {
			if (page === 0 && !isRateLimit(error)) {
				throw withMessage(context.getNode(), error, messageOf(error));
			}
			context.logger.warn(`Okta's System Log is read on at the next poll: ${messageOf(error)}`);
			break;
		}
	}
	storeCursor(context, cursor);
	return events;
}

/**
 * The latest events of the last seven days, the newest first, as a sample: nothing is remembered.
 *
 * @param isWanted which of them to take
 * @param count how many at most
 */
export async function sampleSystemLog(
	context: IPollFunctions,
	filter: string,
	isWanted: (event: LogEvent) => boolean,
	count: number,
): Promise<LogEvent[]> {
	const events = await systemLogApi(context).latest(filter, PAGE_SIZE);
	return events.filter(isWanted).slice(0, count);
}
