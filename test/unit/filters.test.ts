import type { LogEvent } from '../../nodes/shared/okta/types';
import { FACTORS } from '../../nodes/shared/userMfa/factors';
import { toEventFilter } from '../../nodes/shared/userMfa/filters';
import type { Filters } from '../../nodes/shared/userMfa/filters';
import { OUTCOMES } from '../../nodes/shared/userMfa/outcomes';
import { amelie, bo, enrolment, mfaEvent, without } from './fixtures/events';

function passes(event: LogEvent, filters: Partial<Filters>): boolean {
	return toEventFilter({
		outcomes: [],
		factors: [],
		ignorePasswordVerifications: false,
		users: [],
		...filters,
	})(event);
}

function withOutcome(result: unknown): LogEvent {
	return mfaEvent({ outcome: { result, reason: null } });
}

function withFactor(factor: unknown): LogEvent {
	return mfaEvent({ debugContext: { debugData: { factor } } });
}

const service = { id: '0oaservice0000000004', type: 'PublicClientApp', alternateId: 'unknown' };
const passwordAuthenticator = { ...enrolment, displayName: 'Password' };
const withoutFactor = mfaEvent({ debugContext: { debugData: { requestUri: '/' } } });

const FAILED = { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' };

/** One filter of each kind, all of which a denied push of Amelie's passes. */
const WANTED: Filters = {
	outcomes: ['FAILURE'],
	factors: ['okta_verify_push'],
	ignorePasswordVerifications: true,
	users: ['AMELIE.*@example.com'],
};
const KINDS = ['outcomes', 'factors', 'ignorePasswordVerifications', 'users'] as const;
type Kind = (typeof KINDS)[number];

/** The shapes in which Okta sends this event, or may, and the filters of `WANTED` that each passes. */
const SHAPES: Array<[string, LogEvent, Kind[]]> = [
	['Identity Engine: denied push', mfaEvent({ outcome: FAILED }), [...KINDS]],
	[
		'Identity Engine: approved push',
		mfaEvent(),
		['factors', 'ignorePasswordVerifications', 'users'],
	],
	[
		'Identity Engine: FastPass, the enrolment of somebody’s device as target',
		mfaEvent({
			target: [amelie, enrolment],
			debugContext: { debugData: { factor: 'SIGNED_NONCE' } },
		}),
		['ignorePasswordVerifications', 'users'],
	],
	[
		'Identity Engine: wrong password',
		mfaEvent({
			outcome: FAILED,
			target: [amelie, passwordAuthenticator],
			debugContext: { debugData: { factor: 'PASSWORD_AS_FACTOR' } },
		}),
		['outcomes', 'users'],
	],
	[
		'Identity Engine: password, without a factor',
		{ ...withoutFactor, target: [amelie, passwordAuthenticator] },
		['users'],
	],
	[
		'Identity Engine: failure without a factor',
		{ ...withoutFactor, outcome: FAILED },
		['outcomes', 'ignorePasswordVerifications', 'users'],
	],
	[
		'Classic: a code by SMS, only the person as target',
		mfaEvent({ target: [amelie], debugContext: { debugData: { factor: 'SMS_FACTOR' } } }),
		['ignorePasswordVerifications', 'users'],
	],
	[
		'with a group beside the person',
		mfaEvent({ target: [{ ...bo, type: 'UserGroup' }, amelie], outcome: FAILED }),
		[...KINDS],
	],
	[
		'another person',
		mfaEvent({ actor: bo, target: [bo] }),
		['factors', 'ignorePasswordVerifications'],
	],
	['without targets', without(mfaEvent({ outcome: FAILED }), 'target'), [...KINDS]],
	['with null for targets', mfaEvent({ target: null, outcome: FAILED }), [...KINDS]],
	[
		'without debug data',
		without(mfaEvent({ outcome: FAILED }), 'debugContext'),
		['outcomes', 'ignorePasswordVerifications', 'users'],
	],
	[
		'without an outcome',
		without(mfaEvent(), 'outcome'),
		['factors', 'ignorePasswordVerifications', 'users'],
	],
	[
		'with nothing but a type',
		{ eventType: 'user.authentication.auth_via_mfa' },
		['ignorePasswordVerifications'],
	],
];

/** All 16 combinations of the filters, none and all of them included. */
const COMBINATIONS = Array.from({ length: 16 }, (_, bits) =>
	KINDS.filter((_kind, index) => bits & (1 << index)),
);

describe.each(COMBINATIONS.map((set) => [set.join(' + ') || 'no filter', set] as const))(
	'With %s',
	(_what, set) => {
		const filters = Object.fromEntries(set.map((kind) => [kind, WANTED[kind]]));

		it.each(SHAPES)('an event passes if it passes each of them: %s', (_shape, event, passed) => {
			expect(passes(event, filters)).toBe(set.every((kind) => passed.includes(kind)));
		});
	},
);

describe('The filter "Outcomes"', () => {
	it.each(OUTCOMES.map(({ value }) => value))('lets through what it names: %s', (result) => {
		expect(passes(withOutcome(result), { outcomes: [result] })).toBe(true);
		expect(passes(withOutcome(result), { outcomes: ['OTHER', result] })).toBe(true);
		expect(passes(withOutcome(result), { outcomes: ['OTHER'] })).toBe(false);
	});

	it.each([
		['no outcome', without(mfaEvent(), 'outcome')],
		['null for the outcome', mfaEvent({ outcome: null })],
		['a text for the outcome', mfaEvent({ outcome: 'SUCCESS' })],
		['an outcome without a result', mfaEvent({ outcome: { reason: 'INVALID_CREDENTIALS' } })],
		['null for the result', withOutcome(null)],
		['a list for the result', withOutcome(['SUCCESS'])],
		['another word', withOutcome('SUCCESSFUL')],
	])('does not let through an event with %s', (_what, event) => {
		expect(passes(event, { outcomes: ['SUCCESS'] })).toBe(false);
	});
});

describe('The filter "Factors"', () => {
	it.each(FACTORS.map(({ value }) => value))('lets through what it names: %s', (factor) => {
		expect(passes(withFactor(factor), { factors: [factor] })).toBe(true);
		expect(passes(withFactor(factor), { factors: ['OTHER', factor] })).toBe(true);
		expect(passes(withFactor(factor), { factors: ['OTHER'] })).toBe(false);
	});

	it.each([
		['sms_factor', 'SMS_FACTOR'],
		['SMS_FACTOR', 'sms_factor'],
		['Sms_Factor', 'sMS_fACTOR'],
		['ЧАСТЬ', 'часть'],
	])('does not look at the case: %s is %s', (sent, wanted) => {
		expect(passes(withFactor(sent), { factors: [wanted] })).toBe(true);
	});

	it.each([
		['no debug context', without(mfaEvent(), 'debugContext')],
		['null for the debug context', mfaEvent({ debugContext: null })],
		['null for the debug data', mfaEvent({ debugContext: { debugData: null } })],
		['no factor', withoutFactor],
		['null for the factor', withFactor(null)],
		['a list for the factor', withFactor(['SMS_FACTOR'])],
		['a longer word', withFactor('SMS_FACTOR_2')],
	])('does not let through an event with %s', (_what, event) => {
		expect(passes(event, { factors: ['SMS_FACTOR'] })).toBe(false);
	});
});

describe('The filter "Ignore Password Verifications"', () => {
	const ignorePasswordVerifications = true;

	it.each([
		['the factor', withFactor('PASSWORD_AS_FACTOR')],
		['the factor in small letters', withFactor('password_as_factor')],
		[
			'the authenticator, where the factor is missing',
			{ ...withoutFactor, target: [amelie, passwordAuthenticator] },
		],
		[
			'the authenticator, without debug data',
			{ ...without(mfaEvent(), 'debugContext'), target: [passwordAuthenticator] },
		],
	])('drops passwords, known by %s', (_what, event) => {
		expect(passes(event, { ignorePasswordVerifications })).toBe(false);
		expect(passes(event, {})).toBe(true);
	});

	it.each([
		['another factor', mfaEvent()],
		[
			'another factor with the password beside it',
			mfaEvent({ target: [amelie, passwordAuthenticator] }),
		],
		['no factor and another authenticator', { ...withoutFactor, target: [amelie, enrolment] }],
		[
			'no factor and a person called so',
			{ ...withoutFactor, target: [{ ...amelie, displayName: 'Password' }] },
		],
		['no factor and no targets', without(withoutFactor, 'target')],
		['targets that are none', { ...withoutFactor, target: [null, 'Password', 7] }],
	])('lets through everything else: %s', (_what, event) => {
		expect(passes(event, { ignorePasswordVerifications })).toBe(true);
	});
});

describe('The filter "Users"', () => {
	it.each([
		['the id', amelie.id],
		['the login', amelie.alternateId],
		['the login in capitals', amelie.alternateId.toUpperCase()],
		['a wildcard', '*@example.com'],
		['a wildcard for the id', '00uamelie*'],
	])('lets through the person by %s', (_what, user) => {
		expect(passes(mfaEvent(), { users: [user] })).toBe(true);
		expect(passes(mfaEvent(), { users: ['nobody', user] })).toBe(true);
	});

	it.each([
		['the name that is shown', amelie.displayName],
		['another target’s id', enrolment.id],
		['a part of the login', 'amelie'],
		['somebody else', bo.alternateId],
	])('does not know a person by %s', (_what, user) => {
		expect(passes(mfaEvent(), { users: [user] })).toBe(false);
	});

	it('looks at the first person among the targets, as the item’s oktaUser does', () => {
		const event = mfaEvent({ actor: bo, target: [enrolment, amelie, bo] });
		expect(passes(event, { users: [amelie.id] })).toBe(true);
		expect(passes(event, { users: [bo.id] })).toBe(false);
	});

	it('looks at the actor where no target is a person', () => {
		expect(passes(mfaEvent({ target: [enrolment] }), { users: [amelie.id] })).toBe(true);
		expect(passes(mfaEvent({ target: null }), { users: [amelie.id] })).toBe(true);
	});

	it.each([
		['nobody', without(mfaEvent(), 'actor', 'target')],
		['only an app', mfaEvent({ actor: service, target: [] })],
		[
			'a person without id and login',
			mfaEvent({ target: [{ type: 'User', id: null, alternateId: 7 }] }),
		],
	])('does not let through an event about %s, not even for everyone', (_what, event) => {
		expect(passes(event, { users: ['*'] })).toBe(false);
	});
});
