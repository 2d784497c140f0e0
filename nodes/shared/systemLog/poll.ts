import { NodeApiError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { apiError, messageOf, withMessage } from '../errors';
import { idOf } from '../events/idOf';
import { seenEvents } from '../events/seen';
import type { Okta } from '../okta/client';
import { PAGE_SIZE, RETENTION_MS, systemLogApi } from '../okta/systemLogApi';
import type { LogPage, SystemLogApi } from '../okta/systemLogApi';
import type { LogEvent } from '../okta/types';
import { nodeKeyOf } from '../owner';
import { noteDone, pass, searchTime, seenBy } from './cursor';
import type { LogCursor } from './cursor';
import { storeCursor } from './cursorStore';
import { handOff } from './handOff';
import { readerOf } from './memory';
import { openCursor } from './openCursor';

/** Pages with events that aren't done, and pages in all, that one poll reads at most. */
const MAX_OPEN_PAGES = 5;
const MAX_PAGES = 10;

/** How long one poll reads and waits for Okta's rate limit, in ms: less than the least interval. */
const MAX_BUDGET_MS = 45_000;

/** The triggers that have polled since n8n put them into service. */
const started = new WeakSet<IPollFunctions>();

/** What a trigger wants of the System Log. */
export interface LogSubject {
	/** A System Log query, e.g. `eventType eq "user.session.start"`. */
	filter: string;
	/** Whether the user who set the node up wants an event. */
	isWanted: (event: LogEvent) => boolean;
	/** Makes the item of an event. */
	toItem: (event: LogEvent) => INodeExecutionData;
	/** Whether to stop, because the trigger was unpublished meanwhile. */
	isUnpublished?: () => boolean;
}

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
	const timeLeft = () => deadline - Date.now();
	const known = cursor.next === undefined ? undefined : await api.at(cursor.next, timeLeft());
	const since = Math.max(searchTime(cursor).getTime(), Date.now() - RETENTION_MS);
	return known ?? (await api.since(new Date(since), cursor.filter, timeLeft()));
}

/** What a page holds. */
interface Sorted {
	/** The ids of events that are done, and weren't known to be. */
	done: string[];
	/** Events that nothing has handed off, nor has in hand. */
	found: LogEvent[];
	/** Whether all events are done. */
	isDone: boolean;
}

/** An event without an id can't be told from others: it doesn't keep the cursor from passing its page. */
function sort(
	events: LogEvent[],
	cursor: LogCursor,
	key: string,
	isWanted: LogSubject['isWanted'],
): Sorted {
	const isSeen = seenBy(cursor);
	const progressOf = seenEvents.progressOf(key);
	const sorted: Sorted = { done: [], found: [], isDone: true };
	for (const event of events) {
		const id = idOf(event);
		if (id !== undefined && isSeen(id)) continue;
		const progress = id === undefined ? 'new' : progressOf(id);
		if (progress === 'handed off' || !isWanted(event)) {
			if (id !== undefined) sorted.done.push(id);
			continue;
		}
		if (id !== undefined) sorted.isDone = false;
		if (progress === 'new') sorted.found.push(event);
	}
	return sorted;
}

/**
 * Reads on, page by page, up to the end of the log or the bounds of a poll, and hands off what it finds. The
 * cursor stays before the first page with an event that isn't done: the next poll reads that page again.
 *
 * @returns the events that it handed off
 */
async function readOn(
	context: IPollFunctions,
	okta: Okta,
	key: string,
	{ isWanted, toItem, isUnpublished }: LogSubject,
): Promise<LogEvent[]> {
	const api = systemLogApi(okta);
	const deadline = deadlineOf(context);
	const reader = readerOf(key);
	const found: LogEvent[] = [];
	let place = reader.cursor!;
	let openPages = 0;
	for (let page = 0; page < MAX_PAGES && openPages < MAX_OPEN_PAGES; page += 1) {
		if (page > 0 && Date.now() >= deadline) break;
		try {
			const { events, next } = await readPage(api, place, deadline);
			if (isUnpublished?.()) break;
			const now = new Date();
			const sorted = sort(events, reader.cursor!, key, isWanted);
			const isNothingNew = sorted.isDone && sorted.done.length === 0;
			if (next === undefined && events.length >= PAGE_SIZE && isNothingNew) {
				throw apiError(
					context.getNode(),
					"Okta's response has no usable 'Link' header, so n8n can't tell where the System Log continues. Check for a proxy between n8n and Okta that removes or modifies this header.",
				);
			}
			if (sorted.done.length > 0) reader.cursor = noteDone(reader.cursor!, sorted.done, now);
			if (!sorted.isDone) openPages += 1;
			place = pass(openPages === 0 ? reader.cursor! : place, events, next, now);
			if (openPages === 0) reader.cursor = place;
			storeCursor(context, reader.cursor!);
			reader.isUnsaved = true;
			if (sorted.found.length > 0) {
				const claim = seenEvents.claimPolled(key, sorted.found, idOf);
				handOff(context, key, claim, claim.events.map(toItem));
				found.push(...claim.events);
			}
			if (events.length === 0 || next === undefined) break;
		} catch (error) {
			if (page === 0 && !isRateLimit(error)) {
				throw withMessage(context.getNode(), error, messageOf(error));
			}
			context.logger.warn(
				`Couldn't finish reading the System Log, continuing at the next poll: ${messageOf(error)}`,
			);
			break;
		}
	}
	return found;
}

/**
 * Reads what is new in Okta's System Log since the last time, in the order in which Okta stored it, and
 * starts executions with the events that nothing has handed off yet: one execution for a page.
 *
 * @param start from when, if it was never read
 * @returns the events that it handed off; none while another poll is under way
 * @throws NodeApiError if Okta returned nothing and that isn't only for its rate limit, nor right after a
 * start of n8n
 * @see https://developer.okta.com/docs/reference/system-log-query/#polling-requests
 */
export async function pollSystemLog(
	context: IPollFunctions,
	okta: Okta,
	subject: LogSubject,
	start: Date,
): Promise<LogEvent[]> {
	const key = nodeKeyOf(context);
	const reader = readerOf(key);
	if (reader.isPolling) return [];
	reader.isPolling = true;
	const isFirst = isStart(context);
	try {
		reader.cursor = await openCursor(context, okta, key, subject.filter, start);
		storeCursor(context, reader.cursor);
		return await readOn(context, okta, key, subject);
	} catch (error) {
		if (!isFirst) throw withMessage(context.getNode(), error, messageOf(error));
		context.logger.warn(
			`Couldn't read the System Log, retrying at the next poll: ${messageOf(error)}`,
		);
		return [];
	} finally {
		reader.isPolling = false;
	}
}

/**
 * The latest events of the last seven days, the newest first, as a sample: nothing is remembered.
 *
 * @param count how many at most
 */
export async function latestEvents(
	okta: Okta,
	{ filter, isWanted }: Pick<LogSubject, 'filter' | 'isWanted'>,
	count: number,
): Promise<LogEvent[]> {
	const events = await systemLogApi(okta).latest(filter, PAGE_SIZE);
	return events.filter(isWanted).slice(0, count);
}
