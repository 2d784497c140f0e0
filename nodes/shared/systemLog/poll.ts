import { NodeApiError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { apiError, messageOf, withMessage } from '../errors';
import type { Okta } from '../okta/client';
import { PAGE_SIZE, RETENTION_MS, systemLogApi } from '../okta/systemLogApi';
import type { LogPage, SystemLogApi } from '../okta/systemLogApi';
import type { LogEvent } from '../okta/types';
import { advance, beginCursor, changeFilter, readCursor, searchTime, storeCursor } from './cursor';
import type { LogCursor } from './cursor';

/** Pages that one poll reads at most; the next one goes on from there. */
const MAX_PAGES = 5;

/** How long one poll reads and waits for Okta's rate limit, in ms: less than the least interval. */
const MAX_BUDGET_MS = 45_000;

/** The triggers that are polling, so that none overtakes itself. */
const polling = new Set<string>();

/** The triggers that have polled since n8n put them into service. */
const started = new WeakSet<IPollFunctions>();

/** Turns events into the items for those that the workflow is to start with. */
export type ToItems = (events: LogEvent[]) => INodeExecutionData[];

function isRateLimit(error: unknown): boolean {
	return error instanceof NodeApiError && error.httpCode === '429';
}

/** Until when a poll may take. n8n 2 may have less time for it than it takes at most; n8n 1 cannot say. */
function deadlineOf(context: IPollFunctions): number {
	const budget = (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? MAX_BUDGET_MS;
	return Date.now() + Math.min(budget, MAX_BUDGET_MS);
}

/**
 * Whether this is the first poll since n8n was started. If it fails, n8n gives up the trigger after a
 * few more tries, until somebody publishes the workflow again: Okta being away for a minute would do.
 */
function isStart(context: IPollFunctions): boolean {
	const isFirst = !started.has(context);
	started.add(context);
	return isFirst && ['init', 'leadershipChange'].includes(context.getActivationMode());
}

/** Reads a page; where Okta no longer knows the place, from the time of the last event. */
async function readPage(api: SystemLogApi, cursor: LogCursor, deadline: number): Promise<LogPage> {
	const patience = () => deadline - Date.now();
	const known = cursor.next === undefined ? undefined : await api.at(cursor.next, patience());
	const since = Math.max(searchTime(cursor).getTime(), Date.now() - RETENTION_MS);
	return known ?? (await api.since(new Date(since), cursor.filter, patience()));
}

/** Where to begin or go on. Another org has nothing in common with this. */
function openCursor(
	context: IPollFunctions,
	{ orgUrl }: Okta,
	filter: string,
	start: Date,
): LogCursor {
	const stored = readCursor(context);
	return stored?.orgUrl === orgUrl
		? changeFilter(stored, filter)
		: beginCursor(orgUrl, filter, start);
}

/** Reads on, page by page, up to the end of the log or the bounds of a poll. */
async function readOn(
	context: IPollFunctions,
	okta: Okta,
	begin: LogCursor,
): Promise<{ cursor: LogCursor; events: LogEvent[] }> {
	const api = systemLogApi(okta);
	const deadline = deadlineOf(context);
	let cursor = begin;
	let events: LogEvent[] = [];
	for (let page = 0; page < MAX_PAGES && (page === 0 || Date.now() < deadline); page += 1) {
		try {
			const { events: read, next } = await readPage(api, cursor, deadline);
			const advanced = advance(cursor, read, next, new Date());
			if (next === undefined && read.length >= PAGE_SIZE && advanced.fresh.length === 0) {
				throw apiError(
					context.getNode(),
					"Okta's answer does not say where the System Log goes on: it has no usable header 'Link'. Look for a proxy between n8n and Okta that removes or changes it.",
				);
			}
			cursor = advanced.cursor;
			events = events.concat(advanced.fresh);
			if (read.length === 0 || next === undefined) break;
		} catch (error) {
			if (page === 0 && !isRateLimit(error)) {
				throw withMessage(context.getNode(), error, messageOf(error));
			}
			context.logger.warn(`Okta's System Log is read on at the next poll: ${messageOf(error)}`);
			break;
		}
	}
	return { cursor, events };
}

async function pollOnce(
	context: IPollFunctions,
	okta: Okta,
	filter: string,
	start: Date,
	toItems: ToItems,
): Promise<INodeExecutionData[]> {
	const isFirst = isStart(context);
	const begin = openCursor(context, okta, filter, start);
	try {
		const { cursor, events } = await readOn(context, okta, begin);
		const items = toItems(events);
		// The very last thing: of what fails after it, the events would be lost.
		storeCursor(context, cursor);
		return items;
	} catch (error) {
		if (!isFirst) throw withMessage(context.getNode(), error, messageOf(error));
		context.logger.warn(`Okta's System Log is read at the next poll: ${messageOf(error)}`);
		storeCursor(context, begin);
		return [];
	}
}

/**
 * Reads what is new in Okta's System Log since the last time, in the order in which Okta stored it.
 *
 * What it has read counts as handed on once n8n takes what the poll returns: it is remembered at the
 * very end, and of a poll that breaks off in the middle, up to there.
 *
 * @param filter a System Log query, e.g. `eventType eq "user.session.start"`
 * @param start from when, if it was never read
 * @returns the items for the new events, none of them twice; none while another poll is under way
 * @throws NodeApiError where Okta gave nothing and that is not only for its rate limit, nor right
 * after a start of n8n
 * @see https://developer.okta.com/docs/reference/system-log-query/#polling-requests
 */
export async function pollSystemLog(
	context: IPollFunctions,
	okta: Okta,
	filter: string,
	start: Date,
	toItems: ToItems,
): Promise<INodeExecutionData[]> {
	const key = `${context.getWorkflow().id}/${context.getNode().id}`;
	if (polling.has(key)) return [];
	polling.add(key);
	try {
		return await pollOnce(context, okta, filter, start, toItems);
	} finally {
		polling.delete(key);
	}
}

/**
 * The latest events of the last seven days, the newest first, as a sample: nothing is remembered.
 *
 * @param isWanted which of them to take
 * @param count how many at most
 */
export async function sampleSystemLog(
	okta: Okta,
	filter: string,
	isWanted: (event: LogEvent) => boolean,
	count: number,
): Promise<LogEvent[]> {
	const events = await systemLogApi(okta).latest(filter, PAGE_SIZE);
	return events.filter(isWanted).slice(0, count);
}
