import { createHash } from 'node:crypto';

import type { LogEvent } from '../okta/types';

/** How far back a search by time starts, in ms, to allow for clock differences and events stored late. */
const OVERLAP_MS = 5 * 60_000;

/**
 * An event is forgotten once the latest event is this much later than the time it was read, in ms. Longer than
 * the overlap because n8n's clock and Okta's may differ.
 */
const MEMORY_MS = 60 * 60_000;

/**
 * The maximum number of remembered events: as many as one poll reads. n8n stores them with each execution, at
 * 15 bytes per event.
 */
const MAX_REMEMBERED = 5_000;

/** Events that were read together and are done, as digests of their IDs. */
export interface SeenPage {
	/** When they were read, by n8n's clock (ISO 8601). */
	readAt: string;
	digests: string[];
}

/**
 * How far a trigger has read the System Log. Everything before the cursor is done: either n8n has stored an
 * execution for it, or the filters excluded it. Times are ISO 8601.
 */
export interface LogCursor {
	/** The n8n instance, workflow, and node that the cursor belongs to: `ownerOf`. */
	owner: string;
	orgUrl: string;
	/** The org's ID, which is the same at all of its URLs; undefined if Okta didn't return it. */
	orgId?: string;
	/** The query that `next` is for. */
	filter: string;
	/** Where to continue: path and query as Okta sent them; undefined if only the time is known. */
	next?: string;
	/** When the trigger started reading. It ignores earlier events. */
	start: string;
	/** When the latest event happened; initially `start`. */
	time: string;
	/** When the trigger last reached the end of the log. */
	end?: string;
	/** The latest events that are done, including some that the cursor hasn't passed yet. */
	seen: SeenPage[];
}

/** Whose cursor it is. */
export type CursorOwner = Pick<LogCursor, 'owner' | 'orgUrl' | 'orgId'>;

/** Fixed length, whatever Okta sends. 72 bits make a collision practically impossible. */
function digestOf(uuid: string): string {
	return createHash('sha256').update(uuid).digest('base64url').slice(0, 12);
}

/** Whether a value is a date and time as text. */
export function isTime(value: unknown): value is string {
	return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

/** A cursor that hasn't read anything yet. */
export function createCursor(owner: CursorOwner, filter: string, start: Date): LogCursor {
	return { ...owner, filter, start: start.toISOString(), time: start.toISOString(), seen: [] };
}

/**
 * The time up to which the log has been read: the time of the latest event, or when the trigger last reached the
 * end, whichever is later.
 */
export function latestTime({ time, end = time }: LogCursor): string {
	return Date.parse(end) > Date.parse(time) ? end : time;
}

/**
 * The cursor with a new query. Events that the old query excluded so far stay excluded. Otherwise, the first
 * poll with a wider filter could return days of old events if the latest match is days old.
 */
export function changeFilter(cursor: LogCursor, filter: string): LogCursor {
	if (cursor.filter === filter) return cursor;
	return { ...cursor, filter, next: undefined, time: latestTime(cursor) };
}

/** When to search from if the position in the log is no longer known. */
export function searchTime({ start, time }: LogCursor): Date {
	return new Date(Math.max(Date.parse(start), Date.parse(time) - OVERLAP_MS));
}

/** Keeps only the events that are recent enough, up to the maximum number. */
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

/** Returns a function that checks whether an event is remembered as done. */
export function seenBy({ seen }: LogCursor): (id: string) => boolean {
	const digests = new Set(seen.flatMap((page) => page.digests));
	return (id) => digests.has(digestOf(id));
}

/**
 * Remembers that events are done without moving the cursor.
 *
 * @param ids of events that aren't remembered yet
 * @param now n8n's current time, in ms since 1970
 */
export function markDone(cursor: LogCursor, ids: readonly string[], now: number): LogCursor {
	const page = { readAt: new Date(now).toISOString(), digests: ids.map(digestOf) };
	return { ...cursor, seen: remember([...cursor.seen, page], Date.parse(cursor.time)) };
}

/**
 * Moves the cursor past a page.
 *
 * @param events the page, in Okta's order; empty at the end of the log
 * @param next where the next page starts
 * @param now n8n's current time, in ms since 1970, which caps event times that lie in the future
 */
export function advance(
	cursor: LogCursor,
	events: readonly LogEvent[],
	next: string | undefined,
	now: number,
): LogCursor {
	const times = events.map(({ published }) => published).filter(isTime);
	const time = times.reduce(
		(latest, each) => Math.max(latest, Math.min(Date.parse(each), now)),
		Date.parse(cursor.time),
	);
	return {
		...cursor,
		next,
		time: new Date(time).toISOString(),
		end: events.length === 0 ? new Date(now).toISOString() : cursor.end,
		seen: remember(cursor.seen, time),
	};
}
