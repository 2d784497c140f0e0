import { createHash } from 'node:crypto';

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

/** Events that were done when they were read together, by digests of their ids. */
export interface SeenPage {
	/** When they were read, by n8n's clock (ISO 8601). */
	readAt: string;
	digests: string[];
}

/**
 * How far a trigger has read the System Log: whatever is before it is done, that is, n8n has stored the
 * execution for it, or the filters left it out. Times are ISO 8601.
 */
export interface LogCursor {
	/** The n8n, workflow, and node that read it: `ownerOf`. */
	owner: string;
	orgUrl: string;
	/** The org's id, which is the same at each of its addresses; undefined if Okta didn't tell. */
	orgId?: string;
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
	/** The latest events that are done, also some that the cursor hasn't passed yet. */
	seen: SeenPage[];
}

/** Whose cursor it is. */
export type CursorOwner = Pick<LogCursor, 'owner' | 'orgUrl' | 'orgId'>;

/** Of a length that Okta has no say in. 72 bits: two events do not share it by chance. */
function digestOf(uuid: string): string {
	return createHash('sha256').update(uuid).digest('base64url').slice(0, 12);
}

/** Whether a text says when. */
export function isTime(value: unknown): value is string {
	return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

/** Nothing read yet. */
export function beginCursor(owner: CursorOwner, filter: string, start: Date): LogCursor {
	return { ...owner, filter, start: start.toISOString(), time: start.toISOString(), seen: [] };
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

/** Tells which events are remembered as done. */
export function seenBy({ seen }: LogCursor): (id: string) => boolean {
	const digests = new Set(seen.flatMap((page) => page.digests));
	return (id) => digests.has(digestOf(id));
}

/**
 * Remembers that events are done, without moving the cursor.
 *
 * @param ids of events that aren't remembered yet
 * @param now n8n's time
 */
export function noteDone(cursor: LogCursor, ids: readonly string[], now: Date): LogCursor {
	const page = { readAt: now.toISOString(), digests: ids.map(digestOf) };
	return { ...cursor, seen: remember([...cursor.seen, page], Date.parse(cursor.time)) };
}

/**
 * Moves the cursor behind a page.
 *
 * @param events a page, in Okta's order; none means that there is nothing more for now
 * @param next where the page ended
 * @param now n8n's time: no event happened later, whatever it says
 */
export function pass(
	cursor: LogCursor,
	events: readonly LogEvent[],
	next: string | undefined,
	now: Date,
): LogCursor {
	const times = events.map(({ published }) => published).filter(isTime);
	const time = times.reduce(
		(latest, each) => Math.max(latest, Math.min(Date.parse(each), now.getTime())),
		Date.parse(cursor.time),
	);
	return {
		...cursor,
		next,
		time: new Date(time).toISOString(),
		end: events.length === 0 ? now.toISOString() : cursor.end,
		seen: remember(cursor.seen, time),
	};
}
