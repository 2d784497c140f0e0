import type { Predicate } from './boolean-expression';
import type { LogEvent } from './log-event';

/** An event with the time the org stored it, which can be long after it was published. */
export interface LogEntry {
	sequence: number;
	persisted: number;
	event: LogEvent;
}

export type SortOrder = 'ASCENDING' | 'DESCENDING';

/** Where a page ended. The `after` parameter encodes it. */
export type LogCursor =
	| { kind: 'polling'; sequence: number }
	| { kind: 'bounded'; published: number; sequence: number };

export interface LogPage {
	events: LogEvent[];
	next?: LogCursor;
}

/** The events of an org, in the order in which they were stored. */
export class SystemLog {
	private readonly entries: LogEntry[] = [];

	constructor(private readonly now: () => number) {}

	append(...events: LogEvent[]): void {
		for (const event of events) {
			this.entries.push({
				sequence: this.entries.length + 1,
				persisted: this.now(),
				event: structuredClone(event),
			});
		}
	}

	all(): LogEvent[] {
		return this.entries.map((entry) => structuredClone(entry.event));
	}

	/**
	 * The polling query: returns events in the order in which they were stored, so it doesn't miss late ones.
	 * There's always a next page to request later.
	 */
	poll(
		position: { since: number } | { sequence: number },
		matches: Predicate<LogEvent>,
		limit: number,
	): LogPage {
		const candidates = this.entries.filter((entry) =>
			'since' in position ? entry.persisted >= position.since : entry.sequence > position.sequence,
		);
		const page = candidates.filter((entry) => matches(entry.event)).slice(0, limit);
		const start =
			'sequence' in position
				? position.sequence
				: (candidates[0]?.sequence ?? this.entries.length + 1) - 1;
		return {
			events: page.map((entry) => entry.event),
			next: { kind: 'polling', sequence: page.at(-1)?.sequence ?? start },
		};
	}

	/** The bounded query: returns the events published between two times, in that order. */
	between(
		{ since, until, behind }: { since: number; until: number; behind?: Position },
		sortOrder: SortOrder,
		matches: Predicate<LogEvent>,
		limit: number,
	): LogPage {
		const direction = sortOrder === 'ASCENDING' ? 1 : -1;
		const found = this.entries
			.map((entry) => ({ ...entry, published: Date.parse(entry.event.published) }))
			.filter(({ published }) => published >= since && published <= until)
			.filter(({ event }) => matches(event))
			.sort((a, b) => direction * compare(a, b))
			.filter((entry) => !behind || direction * compare(entry, behind) > 0);
		const page = found.slice(0, limit);
		const last = page.at(-1);
		return {
			events: page.map((entry) => entry.event),
			next:
				last && found.length > page.length
					? { kind: 'bounded', published: last.published, sequence: last.sequence }
					: undefined,
		};
	}
}

interface Position {
	published: number;
	sequence: number;
}

function compare(a: Position, b: Position): number {
	return a.published - b.published || a.sequence - b.sequence;
}
