import type { IDataObject } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import { assertUsable } from '../../nodes/shared/oktaEvent/filterSettings';
import { passwordFilter } from '../../nodes/shared/userMfa/passwordFilter';
import { amelie, enrollment, mfaEvent, without } from './fixtures/events';
import { filterWith, panelWith, passes, settingsOf } from './fixtures/panel';

const FILTERS = [passwordFilter];
const ON = { ignorePasswordVerifications: true };

function withFactor(factor: unknown): LogEvent {
	return mfaEvent({ debugContext: { debugData: { factor } } });
}

const passwordAuthenticator = { ...enrollment, displayName: 'Password' };
const withoutFactor = mfaEvent({ debugContext: { debugData: { requestUri: '/' } } });

describe('The filter "Ignore Password Verifications"', () => {
	it.each([
		['the factor', withFactor('PASSWORD_AS_FACTOR')],
		['the factor in lowercase', withFactor('password_as_factor')],
		[
			'the authenticator, if the factor is missing',
			{ ...withoutFactor, target: [amelie, passwordAuthenticator] },
		],
		[
			'the authenticator, without debug data',
			{ ...without(mfaEvent(), 'debugContext'), target: [passwordAuthenticator] },
		],
		[
			'the authenticator, after targets that aren’t objects',
			{ ...withoutFactor, target: [null, 'Password', 7, passwordAuthenticator] },
		],
	])('drops passwords, recognized by %s', (_what, event) => {
		expect(passes(FILTERS, ON, event)).toBe(false);
		expect(passes(FILTERS, {}, event)).toBe(true);
	});

	it.each([
		['another factor', mfaEvent()],
		[
			'another factor together with the password',
			mfaEvent({ target: [amelie, passwordAuthenticator] }),
		],
		['no factor and another authenticator', { ...withoutFactor, target: [amelie, enrollment] }],
		[
			'no factor and a user with that name',
			{ ...withoutFactor, target: [{ ...amelie, displayName: 'Password' }] },
		],
		['no factor and no targets', without(withoutFactor, 'target')],
		['targets that aren’t objects', { ...withoutFactor, target: [null, 'Password', 7] }],
		['a target that isn’t a list', { ...withoutFactor, target: { ...passwordAuthenticator } }],
	])('lets through every other MFA sign-in: %s', (_what, event) => {
		expect(passes(FILTERS, ON, event)).toBe(true);
	});

	it('lets through an enrollment of a password, which isn’t a verification', () => {
		const event = mfaEvent({
			eventType: 'user.mfa.factor.activate',
			outcome: { result: 'SUCCESS', reason: 'User set up PASSWORD_AS_FACTOR factor' },
			target: [amelie, passwordAuthenticator],
			debugContext: { debugData: {} },
		});
		expect(passes(FILTERS, ON, event)).toBe(true);
	});

	it('lets through the sign-in after a password, which is another event', () => {
		const event = mfaEvent({
			eventType: 'user.session.start',
			target: [passwordAuthenticator],
			debugContext: { debugData: {} },
		});
		expect(passes(FILTERS, ON, event)).toBe(true);
	});

	it.each<[unknown, boolean]>([
		[true, true],
		['true', true],
		['TRUE', true],
		[1, true],
		[false, false],
		['false', false],
		['', false],
		[0, false],
	])(
		'is on only if it’s true, which an expression can return as text or a number: %j',
		(value, isOn) => {
			const parameters = { ignorePasswordVerifications: value as boolean };
			expect(passwordFilter.toPredicate(settingsOf(FILTERS, parameters)) !== undefined).toBe(isOn);
		},
	);

	it.each(['yes', 2])('can’t be %j, and the error names it', (value) => {
		const settings = settingsOf(FILTERS, {
			ignorePasswordVerifications: value as IDataObject[string],
		});
		expect(() => assertUsable(panelWith(), FILTERS, settings)).toThrow(
			"The expression in 'Ignore Password Verifications' returns neither true nor false.",
		);
	});

	it('is off unless the user turns it on', () => {
		expect(filterWith(FILTERS)(withFactor('PASSWORD_AS_FACTOR'))).toBe(true);
	});
});
