import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';

/** By how much a search by time goes back, in ms, for events that Okta stored late. */
const OVERLAP_MS = 5 * 60_000;

/** How many events are remembered at most, so that n8n need not store more with each execution. */
const MAX_REMEMBERED = 1_000;

/** How far a trigger has read the System Log, as n8n's static data keeps it. */
export interface LogCursor {
	orgUrl: string;
	/** The query that `next` is for. */
	filter: string;
	/** Where to go on: path and query of Okta's own making; undefined where only the time is known. */
	next?: string;
	/** When the latest event happened, or where to begin (ISO 8601). */
	time: string;
	/** The `uuid` of the latest events and when each happened, by which repeats are known. */
	seen: Record<string, string>;
}

/** How far the trigger has read; undefined where it has not begun. */
export function readCursor(context: IPollFunctions): LogCursor | undefined {
	const { orgUrl, filter, next, time, seen } = context.getWorkflowStaticData('node');
	if (typeof orgUrl !== 'string' || typeof time !== 'string' || !isRecord(seen)) return undefined;
	return {
		orgUrl,
		filter: String(filter),
		next: typeof next === 'string' ? next : undefined,
		time,
		seen: { ...seen } as Record<string, string>,
	};
}

export function storeCursor(context: IPollFunctions, cursor: LogCursor): void {
	Object.assign(context.getWorkflowStaticData('node'), cursor as unknown as IDataObject);
}

/** The time from which to search where the place in the log is not known any more. */
export function searchTime({ time, seen }: LogCursor): Date {
	const overlap = Object.keys(seen).length > 0 ? OVERLAP_MS : 0;
	return new Date(Date.parse(time) - overlap);
}

/**
 * Moves the cursor behind events.
 *
 * @param events a page, in Okta's order
 * @param next where the page ended
 * @returns the cursor, and the events that were not seen before
 */
export function advance(
	cursor: LogCursor,
	events: readonly LogEvent[],
	next: string | undefined,
): { cursor: LogCursor; fresh: LogEvent[] } {
	const seen = new Map(Object.entries(cursor.seen));
	let { time } = cursor;
	const fresh = events.filter(({ uuid, published }) => {
		const when =
			typeof published === 'string' && !Number.isNaN(Date.parse(published)) ? published : time;
		if (Date.parse(when) > Date.parse(time)) time = when;
		if (typeof uuid !== 'string') return true;
		if (seen.has(uuid)) return false;
		seen.set(uuid, when);
		return true;
	});
	const recent = [...seen].filter(([, when]) => Date.parse(when) >= Date.parse(time) - OVERLAP_MS);
	return {
		cursor: { ...cursor, next, time, seen: Object.fromEntries(recent.slice(-MAX_REMEMBERED)) },
		fresh,
	};
}
