import type { IDataObject } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import { toEventCard } from '../../nodes/shared/oktaEvent/eventCard';
import { createEventPredicate } from '../../nodes/shared/oktaEvent/eventPredicate';
import { parametersOf } from '../../nodes/shared/oktaEvent/filter';
import { EVENTS } from '../../nodes/shared/userMfa/events';
import { FACTORS } from '../../nodes/shared/userMfa/factorsFilter';
import { hookFilters, logFilters } from '../../nodes/shared/userMfa/filters';
import { EVENT_CARD_KEYS } from '../../lab/fixtures/event-card-keys';
import { amelie, bo, enrollment, EVENT_TYPE, mfaEvent, without } from './fixtures/events';
import { filterWith, passes, settingsOf } from './fixtures/panel';

const passwordAuthenticator = { ...enrollment, displayName: 'Password' };
const withoutFactor = mfaEvent({ debugContext: { debugData: { requestUri: '/' } } });

const FAILED = { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' };

/** One setting of each kind. A denied push of Amelie's passes all of them. */
const WANTED = {
	events: [EVENT_TYPE, 'user.account.lock'],
	outcomes: ['FAILURE'],
	factors: ['okta_verify_push'],
	ignorePasswordVerifications: true,
	users: 'AMELIE.*@example.com',
};
const KINDS = ['events', 'outcomes', 'factors', 'ignorePasswordVerifications', 'users'] as const;
type Kind = (typeof KINDS)[number];

/** All events in the panel, so that only the other filters drop any. */
const ALL_EVENTS = EVENTS.map(({ value }) => value);

/** Shapes in which Okta sends or could send events, and the filters in `WANTED` that each one passes. */
const SHAPES: Array<[string, LogEvent, Kind[]]> = [
	['Identity Engine: denied push', mfaEvent({ outcome: FAILED }), [...KINDS]],
	[
		'Identity Engine: approved push',
		mfaEvent(),
		['events', 'factors', 'ignorePasswordVerifications', 'users'],
	],
	[
		'Identity Engine: FastPass, with a device enrollment as target',
		mfaEvent({
			target: [amelie, enrollment],
			debugContext: { debugData: { factor: 'SIGNED_NONCE' } },
		}),
		['events', 'ignorePasswordVerifications', 'users'],
	],
	[
		'Identity Engine: wrong password',
		mfaEvent({
			outcome: FAILED,
			target: [amelie, passwordAuthenticator],
			debugContext: { debugData: { factor: 'PASSWORD_AS_FACTOR' } },
		}),
		['events', 'outcomes', 'users'],
	],
	[
		'Identity Engine: password, without a factor',
		{ ...withoutFactor, target: [amelie, passwordAuthenticator] },
		['events', 'users'],
	],
	[
		'Identity Engine: failure without a factor',
		{ ...withoutFactor, outcome: FAILED },
		['events', 'outcomes', 'ignorePasswordVerifications', 'users'],
	],
	[
		'Classic: a code by SMS, only the user as target',
		mfaEvent({ target: [amelie], debugContext: { debugData: { factor: 'SMS_FACTOR' } } }),
		['events', 'ignorePasswordVerifications', 'users'],
	],
	[
		'with a group in addition to the user',
		mfaEvent({ target: [{ ...bo, type: 'UserGroup' }, amelie], outcome: FAILED }),
		[...KINDS],
	],
	[
		'another user',
		mfaEvent({ actor: bo, target: [bo] }),
		['events', 'factors', 'ignorePasswordVerifications'],
	],
	['without targets', without(mfaEvent({ outcome: FAILED }), 'target'), [...KINDS]],
	['with null for targets', mfaEvent({ target: null, outcome: FAILED }), [...KINDS]],
	[
		'without debug data',
		without(mfaEvent({ outcome: FAILED }), 'debugContext'),
		['events', 'outcomes', 'ignorePasswordVerifications', 'users'],
	],
	[
		'without an outcome',
		without(mfaEvent(), 'outcome'),
		['events', 'factors', 'ignorePasswordVerifications', 'users'],
	],
	[
		'a locked account: no factor, and a failure',
		mfaEvent({
			eventType: 'user.account.lock',
			outcome: { result: 'FAILURE', reason: 'LOCKED_OUT' },
			target: null,
			debugContext: { debugData: {} },
		}),
		[...KINDS],
	],
	[
		'an enrollment of push by an admin',
		mfaEvent({
			eventType: 'user.mfa.factor.activate',
			actor: bo,
			target: [amelie],
			outcome: { result: 'SUCCESS', reason: 'User set up OKTA_VERIFY_PUSH factor' },
			debugContext: { debugData: {} },
		}),
		['factors', 'ignorePasswordVerifications', 'users'],
	],
	[
		'a reset of all factors, which names none',
		mfaEvent({
			eventType: 'user.mfa.factor.reset_all',
			actor: bo,
			target: [amelie],
			debugContext: { debugData: {} },
		}),
		['ignorePasswordVerifications', 'users'],
	],
	[
		'with nothing but a type',
		{ eventType: 'user.authentication.auth_via_mfa' },
		['events', 'ignorePasswordVerifications'],
	],
	['with nothing at all', {}, ['factors', 'ignorePasswordVerifications']],
];

/** All 32 combinations of the filters, including none and all of them. */
const COMBINATIONS = Array.from({ length: 2 ** KINDS.length }, (_, bits) =>
	KINDS.filter((_kind, index) => bits & (1 << index)),
);

describe.each(COMBINATIONS.map((set) => [set.join(' + ') || 'no filter', set] as const))(
	'With %s',
	(_what, set) => {
		const parameters: IDataObject = { events: ALL_EVENTS };
		for (const kind of set) parameters[kind] = WANTED[kind];

		it.each(SHAPES)('an event passes if it passes each of them: %s', (_shape, event, passed) => {
			const isListed = ALL_EVENTS.includes(String(event.eventType));
			const isPassing = isListed && set.every((kind) => passed.includes(kind));
			for (const filters of [hookFilters, logFilters]) {
				expect(passes(filters, parameters, event)).toBe(isPassing);
			}
		});
	},
);

describe('The filters of a trigger', () => {
	const names = (filters: typeof hookFilters) => parametersOf(filters).map(({ name }) => name);

	it('have these fields, in this order, which workflows refer to', () => {
		expect(names(hookFilters)).toEqual([
			'events',
			'otherEvents',
			'outcomes',
			'factors',
			'otherFactors',
			'ignorePasswordVerifications',
			'users',
			'riskLevels',
			'behaviors',
			'otherBehaviors',
			'behaviorsMatch',
			'moreFilters',
		]);
		expect(names(logFilters)).toEqual(names(hookFilters));
	});

	it('let through every MFA sign-in, and nothing else, by default', () => {
		const isWanted = filterWith(hookFilters);
		expect(SHAPES.map(([, event]) => event).filter(isWanted)).toEqual(
			SHAPES.map(([, event]) => event).filter(({ eventType }) => eventType === EVENT_TYPE),
		);
	});
});

describe('An event of an odd shape', () => {
	/** Deeply nested lists, as JSON.parse returns them. */
	const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;
	const long = 'A_'.repeat(50_000);
	const ODD: unknown[] = [
		undefined,
		null,
		true,
		0,
		'',
		'User',
		long,
		[],
		[null, 'User', 7, [amelie]],
		{},
		{ type: 'User', result: {}, reason: [], debugData: [], id: {}, alternateId: [] },
		{ debugData: { factor: {} }, result: 7, reason: long },
		{ debugData: { factor: long }, result: long },
		JSON.parse(
			'{"__proto__":{"type":"User","result":"SUCCESS","reason":"FIDO_U2F factor"}}',
		) as unknown,
		deep,
	];
	const KEYS = ['eventType', 'outcome', 'actor', 'target', 'debugContext', 'uuid', 'published'];

	/** All filters are set, so each one reads the event. */
	const parameters: IDataObject = {
		events: ALL_EVENTS,
		outcomes: ['SUCCESS'],
		factors: FACTORS.map(({ value }) => value),
		ignorePasswordVerifications: true,
		users: '*',
	};
	const isWanted = filterWith(hookFilters, parameters);

	it.each(KEYS)('is filtered without an error, whatever is in "%s"', (key) => {
		for (const value of ODD) {
			for (const eventType of ALL_EVENTS) {
				const event = mfaEvent({ eventType, [key]: value });
				expect(typeof isWanted(event)).toBe('boolean');
				expect(
					Object.keys(toEventCard(event, { eventId: 1, eventTime: 2, source: 3 }, {})),
				).toEqual(EVENT_CARD_KEYS);
			}
		}
	});

	it('never has a selected event type', () => {
		const onlyEvents = createEventPredicate(
			hookFilters,
			settingsOf(hookFilters, { events: ALL_EVENTS }),
		);
		const events = [...ODD, [EVENT_TYPE], { type: EVENT_TYPE }, `${EVENT_TYPE} `, ` ${EVENT_TYPE}`];
		expect(events.filter((eventType) => onlyEvents({ eventType }))).toEqual([]);
		expect(onlyEvents({})).toBe(false);
		expect(onlyEvents(JSON.parse(`{"__proto__":{"eventType":"${EVENT_TYPE}"}}`) as LogEvent)).toBe(
			false,
		);
	});

	it('doesn’t pass the filter that reads the odd value', () => {
		for (const value of ODD) {
			expect(isWanted(mfaEvent({ outcome: value }))).toBe(false);
			expect(isWanted(mfaEvent({ debugContext: value }))).toBe(false);
			expect(isWanted(mfaEvent({ actor: value, target: value }))).toBe(false);
		}
		expect(isWanted(mfaEvent())).toBe(true);
	});

	it('can have a factor of 100 kB, which passes only if it’s selected', () => {
		const reason = `${long} factor`;
		const event = mfaEvent({
			eventType: 'user.mfa.factor.activate',
			outcome: { result: 'SUCCESS', reason },
			debugContext: { debugData: {} },
		});
		expect(isWanted(event)).toBe(false);
		expect(
			passes(hookFilters, { ...parameters, factors: ['other'], otherFactors: long }, event),
		).toBe(true);
	});
});
