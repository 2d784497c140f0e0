import { createHash } from 'node:crypto';

import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';

/** By how much a search by time goes back, in ms, for clocks that differ and events stored late. */
const OVERLAP_MS = 5 * 60_000;

/**
 * For how long before the latest event an event is remembered, in ms from when it was read. Longer
 * than the overlap, for n8n's clock and Okta's may differ.
 */
const MEMORY_MS = 60 * 60_000;

/**
 * How many events are remembered at most: those of one poll. n8n keeps them with each execution, 15
 * bytes for an event.
 */
const MAX_REMEMBERED = 5_000;

/** Events that were read together, by digests of their `uuid`. */
interface SeenPage {
	/** When they were read, by n8n's clock (ISO 8601). */
	readAt: string;
	digests: string[];
}

/** How far a trigger has read the System Log, as n8n's static data keeps it. Times are ISO 8601. */
export interface LogCursor {
	orgUrl: string;
	/** The query that `next` is for. */
	filter: string;
	/** Where to go on: path and query of Okta's own making; undefined where only the time is known. */
	next?: string;
	/** Where the trigger began: what was stored before is none of its events. */
	start: string;
	/** When the latest event happened; in the beginning, `start`. */
	time: string;
	/** When there was nothing more to read. */
	end?: string;
	/** The latest events in Okta's order, by which repeats are known. */
	seen: SeenPage[];
}

/** Of a length that Okta has no say in. 72 bits: two events do not share it by chance. */
function digestOf(uuid: string): string {
	return createHash('sha256').update(uuid).digest('base64url').slice(0, 12);
}

function isTime(value: unknown): value is string {
	return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function isSeenPage(value: unknown): value is SeenPage {
	return isRecord(value) && isTime(value.readAt) && Array.isArray(value.digests);
}

/** Nothing read yet. */
export function beginCursor(orgUrl: string, filter: string, start: Date): LogCursor {
	return { orgUrl, filter, start: start.toISOString(), time: start.toISOString(), seen: [] };
}

/** How far the trigger has read; undefined where it has not begun. */
export function readCursor(context: IPollFunctions): LogCursor | undefined {
	const stored = context.getWorkflowStaticData('node');
	const { orgUrl, filter, next, start, time, end, seen } = stored;
	if (typeof orgUrl !== 'string' || typeof filter !== 'string') return undefined;
	if (!isTime(start) || !isTime(time) || !Array.isArray(seen)) return undefined;
	return {
		orgUrl,
		filter,
		next: typeof next === 'string' ? next : undefined,
		start,
		time,
		end: isTime(end) ? end : undefined,
		seen: (seen as unknown[]).filter(isSeenPage),
	};
}

/** Has n8n keep the cursor with the workflow. */
export function storeCursor(context: IPollFunctions, cursor: LogCursor): void {
	Object.assign(context.getWorkflowStaticData('node'), cursor as unknown as IDataObject);
}

/**
 * The cursor for another query. What the old one left out up to now stays left out: else, the first
 * poll with a wider filter would bring days of old events, if the latest that matched is days old.
 */
export function changeFilter(cursor: LogCursor, filter: string): LogCursor {
	if (cursor.filter === filter) return cursor;
	const { time, end = time } = cursor;
	const later = Date.parse(end) > Date.parse(time) ? end : time;
	return { ...cursor, filter, next: undefined, time: later };
}

/** The time from which to search where the place in the log is not known any more. */
export function searchTime({ start, time }: LogCursor): Date {
	return new Date(Math.max(Date.parse(start), Date.parse(time) - OVERLAP_MS));
}

/** What is worth remembering of what was seen. */
function remember(seen: readonly SeenPage[], time: number): SeenPage[] {
	let left = MAX_REMEMBERED;
	return seen
		.filter(({ readAt }) => Date.parse(readAt) >= time - MEMORY_MS)
		.toReversed()
		.map(({ readAt, digests }) => {
			const latest = left > 0 ? digests.slice(-left) : [];
			left -= latest.length;
			return { readAt, digests: latest };
		})
		.filter(({ digests }) => digests.length > 0)
		.toReversed();
}

/**
 * Moves the cursor behind events.
 *
 * @param events a page, in Okta's order; none means that there is nothing more for now
 * @param next where the page ended
 * @param now n8n's time: no event happened later, whatever it says
 * @returns the cursor, and the events that were not seen before. One without a `uuid` never counts as
 * seen.
 */
export function advance(
	cursor: LogCursor,
	events: readonly LogEvent[],
	next: string | undefined,
	now: Date,
): { cursor: LogCursor; fresh: LogEvent[] } {
	const known = new Set(cursor.seen.flatMap(({ digests }) => digests));
	const digests: string[] = [];
	let time = Date.parse(cursor.time);
	const fresh = events.filter(({ uuid, published }) => {
		if (isTime(published)) time = Math.max(time, Math.min(Date.parse(published), now.getTime()));
		if (typeof uuid !== 'string' || uuid === '') return true;
		const digest = digestOf(uuid);
		if (known.has(digest)) return false;
		known.add(digest);
		digests.push(digest);
		return true;
	});
	const readAt = now.toISOString();
	return {
		cursor: {
			...cursor,
			next,
			time: new Date(time).toISOString(),
			end: events.length === 0 ? readAt : cursor.end,
			seen: remember([...cursor.seen, { readAt, digests }], time),
		},
		fresh,
	};
}
