import type { LogEvent } from '../../nodes/shared/okta/types';
import { factorOf } from '../../nodes/shared/oktaEvent/factor';
import { FACTORS, factorsFilter } from '../../nodes/shared/userMfa/factorsFilter';
import { mfaEvent, without } from './fixtures/events';
import { filterWith, passes, settingsOf } from './fixtures/panel';

const FILTERS = [factorsFilter];

function withFactor(factor: unknown): LogEvent {
	return mfaEvent({ debugContext: { debugData: { factor } } });
}

/** An enrollment with this reason, and without a factor in its debug data. */
function withReason(reason: unknown): LogEvent {
	return mfaEvent({
		eventType: 'user.mfa.factor.activate',
		outcome: { result: 'SUCCESS', reason },
		debugContext: { debugData: { requestUri: '/' } },
	});
}

const withoutFactor = mfaEvent({ debugContext: { debugData: { requestUri: '/' } } });

describe('The factor of an event', () => {
	it.each([
		['User set up EMAIL_FACTOR factor', 'EMAIL_FACTOR'],
		['User set up PASSWORD_AS_FACTOR factor', 'PASSWORD_AS_FACTOR'],
		['User reset FIDO_WEBAUTHN factor', 'FIDO_WEBAUTHN'],
		['User reset FIDO_U2F factor', 'FIDO_U2F'],
		['User suspended SIGNED_NONCE factor', 'SIGNED_NONCE'],
		['DUO_SECURITY factor', 'DUO_SECURITY'],
		['FACTOR factor', 'FACTOR'],
		['User reset SMS_FACTOR factor, then CALL_FACTOR factor', 'SMS_FACTOR'],
		['User reset SMS_FACTOR factor.', 'SMS_FACTOR'],
	])('is named in the reason: %s', (reason, factor) => {
		expect(factorOf(withReason(reason))).toBe(factor);
	});

	it.each<unknown>([
		'INVALID_CREDENTIALS',
		'FastPass declined phishing attempt',
		'User set up factor',
		'User set up another factor',
		'User set up SMS_FACTOR factors',
		'User set up SMS_FACTOR',
		'User set up SMS_FACTOR  factor',
		'User set up sms_factor factor',
		'User set up xSMS_FACTOR factor',
		'User set up _SMS factor',
		'User set up Ä factor',
		'',
		null,
		17,
		['User set up SMS_FACTOR factor'],
		{ text: 'User set up SMS_FACTOR factor' },
	])('isn’t in a reason such as %j', (reason) => {
		expect(factorOf(withReason(reason))).toBeUndefined();
	});

	it('comes from the debug data if the reason has one, too', () => {
		const event = { ...withReason('User set up SMS_FACTOR factor') };
		event.debugContext = { debugData: { factor: 'CALL_FACTOR' } };
		expect(factorOf(event)).toBe('CALL_FACTOR');
	});

	it.each([null, 7, ['CALL_FACTOR'], { name: 'CALL_FACTOR' }])(
		'comes from the reason if the debug data has something else: %j',
		(factor) => {
			const event = { ...withReason('User set up SMS_FACTOR factor') };
			event.debugContext = { debugData: { factor } };
			expect(factorOf(event)).toBe('SMS_FACTOR');
		},
	);

	// Restarting the search at each letter would take minutes.
	it.each([
		['As', 'A'.repeat(100_000)],
		['As and underscores', 'A_'.repeat(50_000)],
		['As and spaces', 'A '.repeat(50_000)],
		['the start of a match', 'A factor_'.repeat(11_000)],
		['almost a match', `${'A'.repeat(99_990)} facto`],
		['As after a lowercase letter', `a${'A'.repeat(100_000)} factor`],
	])('is searched for only once in 100 kB of %s', (_what, reason) => {
		expect(factorOf(withReason(reason))).toBeUndefined();
	});

	it('is found after 100 kB of something else', () => {
		const reason = `${'A_'.repeat(50_000)}. User reset SMS_FACTOR factor`;
		expect(factorOf(withReason(reason))).toBe('SMS_FACTOR');
	});
});

describe('The filter "Factors"', () => {
	it('lets every event through if nothing is selected', () => {
		expect(factorsFilter.toPredicate(settingsOf(FILTERS))).toBeUndefined();
		expect(filterWith(FILTERS)(withoutFactor)).toBe(true);
	});

	it.each(FACTORS.map(({ value }) => value))('lets through the selected factor: %s', (factor) => {
		for (const event of [withFactor(factor), withReason(`User set up ${factor} factor`)]) {
			expect(passes(FILTERS, { factors: [factor] }, event)).toBe(true);
			expect(passes(FILTERS, { factors: ['CUSTOM', factor] }, event)).toBe(true);
			expect(passes(FILTERS, { factors: ['CUSTOM'] }, event)).toBe(false);
		}
	});

	it.each([
		['sms_factor', 'SMS_FACTOR'],
		['SMS_FACTOR', 'sms_factor'],
		['Sms_Factor', 'sMS_fACTOR'],
		['ЧАСТЬ', 'часть'],
	])('isn’t case-sensitive: %s matches %s', (sent, wanted) => {
		expect(passes(FILTERS, { factors: [wanted] }, withFactor(sent))).toBe(true);
	});

	it('lets through the factors in "Other Factors"', () => {
		const parameters = { factors: ['other', 'SMS_FACTOR'], otherFactors: 'rsa_securid, CUSTOM' };
		for (const factor of ['RSA_SECURID', 'CUSTOM', 'SMS_FACTOR']) {
			expect(passes(FILTERS, parameters, withFactor(factor))).toBe(true);
		}
		expect(passes(FILTERS, parameters, withFactor('OTHER'))).toBe(false);
	});

	it.each([
		['no debug context', without(mfaEvent(), 'debugContext')],
		['null as the debug context', mfaEvent({ debugContext: null })],
		['null as the debug data', mfaEvent({ debugContext: { debugData: null } })],
		['no factor', withoutFactor],
		['null as the factor', withFactor(null)],
		['a list as the factor', withFactor(['SMS_FACTOR'])],
		['a longer word', withFactor('SMS_FACTOR_2')],
		['an empty string as the factor', withFactor('')],
	])('drops an MFA sign-in with %s', (_what, event) => {
		expect(passes(FILTERS, { factors: ['SMS_FACTOR'] }, event)).toBe(false);
	});

	it.each([
		'user.authentication.auth_via_mfa',
		'user.mfa.factor.activate',
		'user.mfa.factor.reset_all',
		'user.mfa.okta_verify',
		'user.mfa.something_new',
		'system.push.send_factor_verify_push',
	])('applies to events about a factor: %s', (eventType) => {
		expect(passes(FILTERS, { factors: ['SMS_FACTOR'] }, { ...withoutFactor, eventType })).toBe(
			false,
		);
	});

	it.each<unknown>([
		'user.account.lock',
		'user.session.start',
		'user.authentication.auth_via_mfa.more',
		'user.mfa',
		'user.mfax.factor',
		'group.user.mfa.factor',
		'USER.MFA.FACTOR.ACTIVATE',
		null,
		17,
		['user.mfa.factor.activate'],
		undefined,
	])('doesn’t apply to other events: %j', (eventType) => {
		expect(passes(FILTERS, { factors: ['SMS_FACTOR'] }, { ...withoutFactor, eventType })).toBe(
			true,
		);
	});
});
