import { NodeApiError } from 'n8n-workflow';
import type { IPollFunctions } from 'n8n-workflow';

import { apiError, messageOf, toApiError } from '../errors';
import { idOf } from '../events/idOf';
import { seenEvents } from '../events/seen';
import type { Okta } from '../okta/client';
import { PAGE_SIZE, RETENTION_MS, systemLogApi } from '../okta/systemLogApi';
import type { LogPage, SystemLogApi } from '../okta/systemLogApi';
import type { LogEvent } from '../okta/types';
import { nodeKeyOf } from '../owner';
import { report } from '../report';
import { advance, latestTime, markDone, searchTime, seenBy } from './cursor';
import type { LogCursor } from './cursor';
import { storeCursor } from './cursorStore';
import { handOff } from './handOff';
import { explainLag, recordLag } from './lag';
import type { LogSpec } from './logSpec';
import { readerOf } from './memory';
import type { LogReader } from './memory';
import { openCursor } from './openCursor';

/** The most pages that one poll reads: with events that aren't done, and in total. */
const MAX_OPEN_PAGES = 5;
const MAX_PAGES = 10;

/** How long one poll may read and wait for Okta's rate limit, in ms: less than the shortest interval. */
const MAX_BUDGET_MS = 45_000;

const RECOVERY = 'n8n keeps up with the System Log again.';

/** The triggers that have polled since n8n activated them. */
const polledContexts = new WeakSet<IPollFunctions>();

function isRateLimit(error: unknown): boolean {
	return error instanceof NodeApiError && error.httpCode === '429';
}

/** When a poll must end. n8n 2 may allow less than the maximum. n8n 1 doesn't report its limit. */
function deadlineOf(context: IPollFunctions): number {
	const budget = (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? MAX_BUDGET_MS;
	return Date.now() + Math.min(budget, MAX_BUDGET_MS);
}

/**
 * Whether this is the first poll since n8n started. If it fails, n8n gives up on the trigger after a few
 * retries, until a user publishes the workflow again. A one-minute Okta outage would be enough.
 */
function isFirstAfterStart(context: IPollFunctions): boolean {
	const isFirst = !polledContexts.has(context);
	polledContexts.add(context);
	return isFirst && ['init', 'leadershipChange'].includes(context.getActivationMode());
}

/** Reads a page. If Okta no longer knows the position, searches from the time of the last event. */
async function readPage(api: SystemLogApi, cursor: LogCursor, deadline: number): Promise<LogPage> {
	const timeLeft = () => deadline - Date.now();
	const known = cursor.next === undefined ? undefined : await api.at(cursor.next, timeLeft());
	const since = Math.max(searchTime(cursor).getTime(), Date.now() - RETENTION_MS);
	return known ?? (await api.since(new Date(since), cursor.filter, timeLeft()));
}

/** The events of a page, sorted by their progress. */
interface Sorted {
	/** IDs of events that are done but weren't remembered as such. */
	done: string[];
	/** Events that are neither done nor pending. */
	found: LogEvent[];
	/** Whether all events are done. */
	isDone: boolean;
}

/** An event without an ID can't be recognized, so it doesn't stop the cursor from moving past its page. */
function sortByProgress(
	events: LogEvent[],
	cursor: LogCursor,
	key: string,
	isWanted: LogSpec['isWanted'],
): Sorted {
	const isSeen = seenBy(cursor);
	const progressOf = seenEvents.progressOf(key);
	const sorted: Sorted = { done: [], found: [], isDone: true };
	for (const event of events) {
		const id = idOf(event);
		if (id !== undefined && isSeen(id)) continue;
		const progress = id === undefined ? 'new' : progressOf(id);
		if (progress === 'done' || !isWanted(event)) {
			if (id !== undefined) sorted.done.push(id);
			continue;
		}
		if (id !== undefined) sorted.isDone = false;
		if (progress === 'new') sorted.found.push(event);
	}
	return sorted;
}

/** What a poll reads. */
export interface PollSpec extends LogSpec {
	/** Whether to stop because the trigger was unpublished in the meantime. */
	isUnpublished?: () => boolean;
	/** What the user can do to make the trigger read more, as a clause such as `poll more often`. */
	howToReadMore: string;
}

/** What a poll read. */
interface Reading {
	/** The events that were handed off. */
	found: LogEvent[];
	/** Where it ended. */
	position: LogCursor;
	/** Whether it reached the end of the log. */
	isComplete: boolean;
	/** What kept it from reading on, other than the limits of a poll. */
	interruption?: string;
}

/**
 * Reads page by page, up to the end of the log or the limits of a poll, and hands off the events that it finds.
 * The cursor stays before the first page with an event that isn't done, so the next poll reads that page again.
 */
async function readPages(
	context: IPollFunctions,
	okta: Okta,
	key: string,
	{ isWanted, toItem, isUnpublished }: PollSpec,
): Promise<Reading> {
	const api = systemLogApi(okta);
	const deadline = deadlineOf(context);
	const reader = readerOf(key);
	const found: LogEvent[] = [];
	let position = reader.cursor!;
	let openPages = 0;
	const soFar = (isComplete: boolean, interruption?: string): Reading => ({
		found,
		position,
		isComplete,
		interruption,
	});
	for (let page = 0; page < MAX_PAGES && openPages < MAX_OPEN_PAGES; page += 1) {
		if (page > 0 && Date.now() >= deadline) break;
		try {
			const { events, next } = await readPage(api, position, deadline);
			if (isUnpublished?.()) return soFar(true);
			const now = Date.now();
			const sorted = sortByProgress(events, reader.cursor!, key, isWanted);
			const hasNothingNew = sorted.isDone && sorted.done.length === 0;
			if (next === undefined && events.length >= PAGE_SIZE && hasNothingNew) {
				throw apiError(
					context.getNode(),
					"Okta's response has no usable 'Link' header, so n8n can't tell where the System Log continues. Check for a proxy between n8n and Okta that removes or modifies this header.",
				);
			}
			if (sorted.done.length > 0) reader.cursor = markDone(reader.cursor!, sorted.done, now);
			if (!sorted.isDone) openPages += 1;
			position = advance(openPages === 0 ? reader.cursor! : position, events, next, now);
			if (openPages === 0) reader.cursor = position;
			storeCursor(context, reader.cursor!);
			reader.isUnsaved = true;
			if (sorted.found.length > 0) {
				const claim = seenEvents.claimPolled(key, sorted.found, idOf);
				handOff(context, key, claim, claim.events.map(toItem));
				found.push(...claim.events);
			}
			if (events.length === 0 || next === undefined) return soFar(true);
		} catch (error) {
			if (page === 0 && !isRateLimit(error)) {
				throw toApiError(context.getNode(), error);
			}
			const message = messageOf(error);
			context.logger.warn(
				`Couldn't finish reading the System Log, continuing at the next poll: ${message}`,
			);
			return soFar(false, message);
		}
	}
	return soFar(false);
}

/** Reports to the user if the trigger is behind the log and isn't catching up. */
function reportLag(
	context: IPollFunctions,
	reader: LogReader,
	{ position, isComplete, interruption }: Reading,
	howToReadMore: string,
): void {
	const now = Date.now();
	const check = { context, now };
	if (isComplete) {
		reader.lag = undefined;
		reader.lagProblem = report(check, reader.lagProblem, undefined, RECOVERY);
		return;
	}
	reader.lag = recordLag(reader.lag, Date.parse(latestTime(position)), now);
	const message = explainLag(reader.lag, interruption, howToReadMore, now);
	// While it's catching up, a reported lag is neither over nor worth reporting again.
	if (message === undefined) return;
	const error = apiError(context.getNode(), message);
	reader.lagProblem = report(check, reader.lagProblem, error, RECOVERY);
}

/**
 * Reads new events from Okta's System Log, in the order in which Okta stored them, and starts executions with
 * those that are new: one execution per page.
 *
 * @param start returns when to start from if the log was never read
 * @returns the events that were handed off; empty while another poll is in progress
 * @throws NodeApiError if the first page can't be read, unless the rate limit is the reason or n8n has just
 * started
 * @see https://developer.okta.com/docs/reference/system-log-query/#polling-requests
 */
export async function pollSystemLog(
	context: IPollFunctions,
	okta: Okta,
	spec: PollSpec,
	start: () => Date,
): Promise<LogEvent[]> {
	const key = nodeKeyOf(context);
	const reader = readerOf(key);
	if (reader.isPolling) return [];
	reader.isPolling = true;
	const isFirst = isFirstAfterStart(context);
	try {
		const cursor = await openCursor(context, okta, key, spec.filter, start);
		// It starts over in another org.
		if (cursor.start !== reader.cursor?.start) reader.lag = undefined;
		reader.cursor = cursor;
		storeCursor(context, cursor);
		const reading = await readPages(context, okta, key, spec);
		if (!spec.isUnpublished?.()) reportLag(context, reader, reading, spec.howToReadMore);
		return reading.found;
	} catch (error) {
		if (!isFirst) throw toApiError(context.getNode(), error);
		context.logger.warn(
			`Couldn't read the System Log, retrying at the next poll: ${messageOf(error)}`,
		);
		return [];
	} finally {
		reader.isPolling = false;
	}
}

/**
 * The latest events of the last seven days, newest first, as a sample. Doesn't remember them.
 *
 * @param count the maximum number of events
 */
export async function latestEvents(
	okta: Okta,
	{ filter, isWanted }: Pick<LogSpec, 'filter' | 'isWanted'>,
	count: number,
): Promise<LogEvent[]> {
	const events = await systemLogApi(okta).latest(filter, PAGE_SIZE);
	return events.filter(isWanted).slice(0, count);
}
