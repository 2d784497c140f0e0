import type { IPollFunctions } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import {
	advance,
	beginCursor,
	changeFilter,
	readCursor,
	searchTime,
	storeCursor,
} from '../../nodes/shared/systemLog/cursor';
import type { LogCursor } from '../../nodes/shared/systemLog/cursor';
import { mfaEvent, mfaEvents } from './fixtures/events';

const START = new Date('2026-03-04T08:00:00.000Z');
const MINUTE = 60_000;

/** So many minutes after the start, ISO 8601. */
const at = (minutes: number) => new Date(START.getTime() + minutes * MINUTE);
const event = (uuid: unknown, minutes = 0, changes: LogEvent = {}) =>
	mfaEvent({ uuid, published: at(minutes).toISOString(), ...changes });
const begin = () => beginCursor('https://acme.okta.com', 'eventType eq "x"', START);

/** The cursor behind events that were read when the last of them happened. */
function behind(events: LogEvent[], cursor = begin(), now = at(1_000)): LogCursor {
	return advance(cursor, events, '/next', now).cursor;
}

/** Which of these would count as new. */
function freshOf(cursor: LogCursor, events: LogEvent[]): unknown[] {
	return advance(cursor, events, '/next', at(2_000)).fresh.map(({ uuid }) => uuid);
}

function contextWith(data: object): IPollFunctions {
	return { getWorkflowStaticData: () => data } as unknown as IPollFunctions;
}

describe('What n8n keeps', () => {
	it('is read as it was stored, after a detour through JSON', () => {
		const data = {};
		const cursor = advance(behind([event('a', 1)]), [], '/later', at(5)).cursor;
		storeCursor(contextWith(data), cursor);

		expect(readCursor(contextWith(JSON.parse(JSON.stringify(data)) as object))).toEqual(cursor);
	});

	it('loses a place that is not known any more', () => {
		const data = {};
		storeCursor(contextWith(data), behind([event('a')]));
		storeCursor(contextWith(data), { ...behind([event('a')]), next: undefined });

		expect(readCursor(contextWith(data))?.next).toBeUndefined();
	});

	it.each<[string, object]>([
		['nothing', {}],
		['no org', { orgUrl: 1 }],
		['no filter', { filter: undefined }],
		['no start', { start: '' }],
		['no time', { time: 'soon' }],
		['no list', { seen: {} }],
	])('counts as not begun with %s', (_what, changes) => {
		const data = Object.keys(changes).length === 0 ? {} : { ...begin(), ...changes };
		expect(readCursor(contextWith(data))).toBeUndefined();
	});

	it('is taken without those parts that make no sense', () => {
		const data = { ...begin(), next: 1, end: 'soon', seen: [null, { readAt: 1 }, 'x'] };
		expect(readCursor(contextWith(data))).toEqual({ ...begin(), next: undefined, end: undefined });
	});

	it.each([1, 100, 10_000])('has no word of %i events, and little room for them', (count) => {
		const cursor = behind(mfaEvents(count));
		const stored = JSON.stringify(cursor);

		expect(stored).not.toContain('5d0c2f8e');
		expect(stored.length).toBeLessThan(300 + Math.min(count, 5_000) * 15);
	});

	it('has room for no more of long names', () => {
		expect(JSON.stringify(behind([event('x'.repeat(1_000_000))])).length).toBeLessThan(400);
	});
});

describe('An event', () => {
	it('is new once', () => {
		const cursor = behind([event('a'), event('b')]);
		expect(freshOf(cursor, [event('b'), event('c'), event('a'), event('c')])).toEqual(['c']);
	});

	it.each(['__proto__', 'constructor', 'toString', '7', 'é'.repeat(1_000)])(
		'is known by any name: %s',
		(name) => {
			expect(freshOf(begin(), [event(name)])).toEqual([name]);
			expect(freshOf(behind([event(name)]), [event(name), event(`${name}2`)])).toEqual([
				`${name}2`,
			]);
		},
	);

	it.each([[undefined], [null], [''], [7], [{}], [['a']]])(
		'without a name is always new: %p',
		(uuid) => {
			expect(freshOf(behind([event(uuid)]), [event(uuid), event(uuid)])).toEqual([uuid, uuid]);
		},
	);

	it('is known although it happened long before it was stored', () => {
		const cursor = behind([event('punctual', 500), event('late', 100)], begin(), at(501));
		expect(freshOf(cursor, [event('late', 100)])).toEqual([]);
	});

	it('is remembered for an hour before the latest, from when it was read', () => {
		const cursor = behind([event('old', 1)], begin(), at(2));
		expect(freshOf(behind([event('b', 60)], cursor, at(61)), [event('old', 1)])).toEqual([]);
		expect(freshOf(behind([event('b', 63)], cursor, at(64)), [event('old', 1)])).toEqual(['old']);
	});

	it('is one of 5,000 that are remembered, the latest', () => {
		const events = mfaEvents(7_000);
		let cursor = begin();
		for (let page = 0; page < 7; page += 1) {
			cursor = behind(events.slice(page * 1_000, (page + 1) * 1_000), cursor);
		}
		expect(freshOf(cursor, events)).toHaveLength(2_000);
		expect(freshOf(cursor, events.slice(2_000))).toEqual([]);
		expect(freshOf(behind(events), events.slice(2_000))).toEqual([]);
	});
});

describe('A search by time', () => {
	it('begins at the start, and before it never', () => {
		expect(searchTime(begin())).toEqual(START);
		expect(searchTime(behind([event('a', 1)]))).toEqual(START);
		expect(searchTime(behind([event('a', -60)]))).toEqual(START);
	});

	it('begins five minutes before the latest event', () => {
		expect(searchTime(behind([event('a', 30), event('b', 20)]))).toEqual(at(25));
	});

	it.each([undefined, null, 7, '', 'yesterday', {}, '+999999-01-01T00:00:00Z'])(
		'does not go by an event that happened at %p',
		(published) => {
			const events = [event('a', 30), event('b', 0, { published })];
			expect(searchTime(behind(events))).toEqual(at(25));
		},
	);

	it('does not go by the future', () => {
		const events = [event('a', 30), event('b', 0, { published: '2999-01-01T00:00:00Z' })];
		expect(searchTime(behind(events, begin(), at(40)))).toEqual(at(35));
	});

	it('does not change where the log was read to its end', () => {
		const cursor = behind([event('a', 30)]);
		expect(searchTime(behind([], cursor, at(100)))).toEqual(at(25));
	});
});

describe('Another filter', () => {
	it('keeps the place only if it is the same', () => {
		const cursor = behind([event('a', 30)]);
		expect(changeFilter(cursor, cursor.filter)).toBe(cursor);
		expect(changeFilter(cursor, 'other')).toMatchObject({ filter: 'other', next: undefined });
		expect(freshOf(changeFilter(cursor, 'other'), [event('a', 30), event('b', 30)])).toEqual(['b']);
	});

	it('searches from when there was nothing more to read', () => {
		const cursor = behind([], behind([event('a', 30)]), at(100));
		expect(searchTime(changeFilter(cursor, 'other'))).toEqual(at(95));
	});

	it('searches from the latest event while there is more to read', () => {
		const read = behind([event('b', 200)], behind([], behind([event('a', 30)]), at(100)));
		expect(searchTime(changeFilter(read, 'other'))).toEqual(at(195));
		expect(searchTime(changeFilter(behind([event('a', 30)]), 'other'))).toEqual(at(25));
	});
});
