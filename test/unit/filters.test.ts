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

/** The shapes in which Okta has been seen to send this event, each with what it may lack. */
const SHAPES: Array<[string, LogEvent]> = [
	['Identity Engine: push', mfaEvent()],
	[
		'Identity Engine: denied push',
		mfaEvent({ outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' } }),
	],
	['Identity Engine: password', withFactor('PASSWORD_AS_FACTOR')],
	[
		'Identity Engine: password, without a factor',
		{ ...withoutFactor, target: [amelie, passwordAuthenticator] },
	],
	['Classic: only a person as target', mfaEvent({ target: [amelie] })],
	['without targets', without(mfaEvent(), 'target')],
	['with null for targets', mfaEvent({ target: null })],
	['without debug data', without(mfaEvent(), 'debugContext')],
	['without an outcome', without(mfaEvent(), 'outcome')],
	['with nothing but a type', { eventType: 'user.authentication.auth_via_mfa' }],
];

describe('Without filters', () => {
	it.each(SHAPES)('an event passes, whatever it is: %s', (_what, event) => {
		expect(passes(event, {})).toBe(true);
	});
});

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

describe('Filters together', () => {
	const event = mfaEvent({
		outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
		debugContext: { debugData: { factor: 'OKTA_VERIFY_PUSH' } },
	});
	const matching: Filters = {
		outcomes: ['FAILURE'],
		factors: ['OKTA_VERIFY_PUSH'],
		ignorePasswordVerifications: true,
		users: [amelie.id],
	};

	it('let through what all of them let through', () => {
		expect(passes(event, matching)).toBe(true);
	});

	const misses: Array<[keyof Filters, LogEvent]> = [
		['outcomes', { ...event, outcome: { result: 'SUCCESS', reason: null } }],
		['factors', { ...event, debugContext: { debugData: { factor: 'SMS_FACTOR' } } }],
		['users', { ...event, target: [bo] }],
	];

	it.each(misses)('drop what one of them drops: %s', (_filter, missed) => {
		expect(passes(missed, matching)).toBe(false);
	});

	// All 16 combinations of filters, each on an event that misses some of them.
	const names = ['outcomes', 'factors', 'ignorePasswordVerifications', 'users'] as const;
	const combinations = Array.from({ length: 16 }, (_, bits) =>
		names.filter((_name, index) => bits & (1 << index)),
	);

	it.each(combinations.map((set) => [set.join(' + ') || 'none', set] as const))(
		'apply only where they are set: %s',
		(_what, set) => {
			const filters = Object.fromEntries(set.map((name) => [name, matching[name]]));
			for (const [missedFilter, missed] of misses) {
				expect(passes(missed, filters)).toBe(!set.includes(missedFilter));
			}
			const password = { ...event, debugContext: { debugData: { factor: 'PASSWORD_AS_FACTOR' } } };
			expect(passes(password, filters)).toBe(
				!set.includes('ignorePasswordVerifications') && !set.includes('factors'),
			);
		},
	);
});
