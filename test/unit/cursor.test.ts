import { idOf } from '../../nodes/shared/events/idOf';
import type { LogEvent } from '../../nodes/shared/okta/types';
import {
	advance,
	changeFilter,
	createCursor,
	markDone,
	searchTime,
	seenBy,
} from '../../nodes/shared/systemLog/cursor';
import type { LogCursor } from '../../nodes/shared/systemLog/cursor';
import { mfaEvent, mfaEvents } from './fixtures/events';
import { OWNER } from './fixtures/hooks';

const START = new Date('2026-03-04T08:00:00.000Z');
const MINUTE = 60_000;
const ORG = { owner: OWNER, orgUrl: 'https://acme.okta.com', orgId: '00o1' };

/** This many minutes after the start. */
const at = (minutes: number) => START.getTime() + minutes * MINUTE;
const isoAt = (minutes: number) => new Date(at(minutes)).toISOString();
const event = (uuid: string, minutes = 0, changes: LogEvent = {}) =>
	mfaEvent({ uuid, published: isoAt(minutes), ...changes });
const start = () => createCursor(ORG, 'eventType eq "x"', START);

/** The cursor after a page of events that are done. */
function after(events: LogEvent[], cursor = start(), now = at(1_000)): LogCursor {
	return advance(markDone(cursor, newIdsOf(cursor, events), now), events, '/next', now);
}

/** The IDs of the events that a cursor doesn't remember as done. */
function newIdsOf(cursor: LogCursor, events: LogEvent[]): string[] {
	const isSeen = seenBy(cursor);
	return events.map((each) => idOf(each) ?? '').filter((id) => !isSeen(id));
}

describe('A cursor', () => {
	it('starts at the given time, in one org’s log, for one node, with nothing done', () => {
		expect(start()).toEqual({
			...ORG,
			filter: 'eventType eq "x"',
			start: '2026-03-04T08:00:00.000Z',
			time: '2026-03-04T08:00:00.000Z',
			seen: [],
		});
	});

	it('stays where it is when events are done, because others on their page may not be', () => {
		const { seen, ...place } = markDone(start(), ['a'], at(5));
		expect({ ...place, seen: [] }).toEqual(start());
		expect(seen).toHaveLength(1);
	});

	it('moves past a page, to where Okta says that the log continues', () => {
		const cursor = advance(start(), [event('a', 3), event('b', 2)], '/api/v1/logs?after=1', at(5));
		expect(cursor).toEqual({
			...start(),
			next: '/api/v1/logs?after=1',
			time: isoAt(3),
			end: undefined,
		});
	});

	it('loses its position if Okta doesn’t say where the log continues', () => {
		expect(advance(after([event('a')]), [event('b')], undefined, at(5)).next).toBeUndefined();
	});

	it('remembers when it was at the end of the log', () => {
		const cursor = advance(after([event('a')]), [], '/later', at(100));
		expect(cursor.end).toBe(isoAt(100));
		expect(after([event('b')], cursor, at(105)).end).toBe(isoAt(100));
	});

	it('is immutable, so a poll that fails can keep the old one', () => {
		const cursor = after([event('a')]);
		const before = structuredClone(cursor);
		after([event('b', 30)], cursor);
		changeFilter(cursor, 'other');
		expect(cursor).toEqual(before);
	});

	it.each([1, 100, 10_000])('stores only digests of %i events, and takes little space', (count) => {
		const stored = JSON.stringify(after(mfaEvents(count)));
		expect(stored).not.toContain('5d0c2f8e');
		expect(stored.length).toBeLessThan(400 + Math.min(count, 5_000) * 15);
	});

	it('takes no more space for long IDs', () => {
		expect(JSON.stringify(after([event('x'.repeat(1_000_000))])).length).toBeLessThan(400);
	});
});

describe('An event', () => {
	it('is known once it’s done', () => {
		const cursor = after([event('a'), event('b')]);
		const events = [event('b'), event('c'), event('a'), event('d')];
		expect(newIdsOf(cursor, events)).toEqual(['c', 'd']);
	});

	it('is known before and after the cursor moves past it', () => {
		const done = markDone(start(), ['a'], at(1));
		expect(newIdsOf(done, [event('a'), event('b')])).toEqual(['b']);
		const passed = advance(done, [event('a'), event('b')], '/next', at(1));
		expect(newIdsOf(passed, [event('a')])).toEqual([]);
	});

	it('isn’t known just because the cursor has moved past it', () => {
		expect(newIdsOf(advance(start(), [event('a')], '/next', at(1)), [event('a')])).toEqual(['a']);
	});

	it.each(['__proto__', 'constructor', 'toString', '7', 'é'.repeat(1_000)])(
		'is known by any ID: %s',
		(id) => {
			expect(newIdsOf(start(), [event(id)])).toEqual([id]);
			expect(newIdsOf(after([event(id)]), [event(id), event(`${id}2`)])).toEqual([`${id}2`]);
		},
	);

	it('is known even if it happened long before Okta stored it', () => {
		const cursor = after([event('punctual', 500), event('late', 100)], start(), at(501));
		expect(newIdsOf(cursor, [event('late', 100)])).toEqual([]);
	});

	it('is remembered until the cursor is an hour past the time when it was read', () => {
		const cursor = after([event('old', 1)], start(), at(2));
		expect(newIdsOf(after([event('b', 62)], cursor, at(63)), [event('old', 1)])).toEqual([]);
		expect(newIdsOf(after([event('b', 63)], cursor, at(64)), [event('old', 1)])).toEqual(['old']);
	});

	it('is remembered however long the cursor waits before its page', () => {
		let cursor = markDone(start(), ['a'], at(1));
		cursor = markDone(cursor, ['b'], at(600));
		expect(newIdsOf(cursor, [event('a'), event('b')])).toEqual([]);
	});

	it('is one of the latest 5,000 that are remembered', () => {
		const events = mfaEvents(7_000);
		let cursor = start();
		for (let page = 0; page < 7; page += 1) {
			cursor = after(events.slice(page * 1_000, (page + 1) * 1_000), cursor);
		}
		expect(newIdsOf(cursor, events)).toHaveLength(2_000);
		expect(newIdsOf(cursor, events.slice(2_000))).toEqual([]);
	});

	it('is one of the latest 5,000, even if one page has more or the cursor doesn’t move', () => {
		const events = mfaEvents(7_000);
		const all = markDone(start(), newIdsOf(start(), events), at(1));
		expect(newIdsOf(all, events)).toEqual(newIdsOf(start(), events.slice(0, 2_000)));
		const more = markDone(all, ['a'], at(2));
		expect(newIdsOf(more, events)).toHaveLength(2_001);
		expect(newIdsOf(more, [event('a')])).toEqual([]);
	});
});

describe('A search by time', () => {
	it('starts at the cursor’s start, and never before it', () => {
		expect(searchTime(start())).toEqual(START);
		expect(searchTime(after([event('a', 1)]))).toEqual(START);
		expect(searchTime(after([event('a', -60)]))).toEqual(START);
	});

	it('starts five minutes before the latest event', () => {
		expect(searchTime(after([event('a', 30), event('b', 20)]))).toEqual(new Date(at(25)));
	});

	it('never starts earlier than before', () => {
		const cursor = after([event('a', 30)]);
		expect(searchTime(after([event('b', 10)], cursor))).toEqual(new Date(at(25)));
	});

	it.each([undefined, null, 7, '', 'yesterday', {}, '+999999-01-01T00:00:00Z'])(
		'ignores an event that happened at %p',
		(published) => {
			const events = [event('a', 30), event('b', 0, { published })];
			expect(searchTime(after(events))).toEqual(new Date(at(25)));
		},
	);

	it('ignores times in the future', () => {
		const events = [event('a', 30), event('b', 0, { published: '2999-01-01T00:00:00Z' })];
		expect(searchTime(after(events, start(), at(40)))).toEqual(new Date(at(35)));
	});

	it('doesn’t change when the cursor is at the end of the log', () => {
		const cursor = after([event('a', 30)]);
		expect(searchTime(after([], cursor, at(100)))).toEqual(new Date(at(25)));
	});

	it('doesn’t change when events are done', () => {
		const cursor = after([event('a', 30)]);
		expect(searchTime(markDone(cursor, ['b'], at(100)))).toEqual(new Date(at(25)));
	});
});

describe('A different filter', () => {
	it('loses the position, because Okta’s link has the old filter, but not the events that are done', () => {
		const cursor = changeFilter(after([event('a', 30)]), 'other');
		expect(cursor).toMatchObject({ filter: 'other', next: undefined });
		expect(newIdsOf(cursor, [event('a', 30), event('b', 30)])).toEqual(['b']);
	});

	it('keeps the position if the filter is the same', () => {
		const cursor = after([event('a', 30)]);
		expect(changeFilter(cursor, cursor.filter)).toBe(cursor);
	});

	it('searches from when the cursor was at the end of the log', () => {
		const cursor = after([], after([event('a', 30)]), at(100));
		expect(searchTime(changeFilter(cursor, 'other'))).toEqual(new Date(at(95)));
	});

	it('searches from the latest event while there is more to read', () => {
		const read = after([event('b', 200)], after([], after([event('a', 30)]), at(100)));
		expect(searchTime(changeFilter(read, 'other'))).toEqual(new Date(at(195)));
		expect(searchTime(changeFilter(after([event('a', 30)]), 'other'))).toEqual(new Date(at(25)));
	});
});
