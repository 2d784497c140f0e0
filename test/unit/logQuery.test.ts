import type { IDataObject } from 'n8n-workflow';

import { logQueryFor } from '../../nodes/shared/oktaEvent/logQuery';
import { OUTCOMES } from '../../nodes/shared/oktaEvent/outcomesFilter';
import { EVENTS } from '../../nodes/shared/userMfa/events';
import { hookFilters, logFilters } from '../../nodes/shared/userMfa/filters';
import { panelWith } from './fixtures/panel';

const TYPE = 'eventType eq "user.authentication.auth_via_mfa"';

const queryWith = (parameters: IDataObject = {}) => logQueryFor(panelWith(parameters), logFilters);

describe('The System Log query', () => {
	it('asks for MFA sign-ins', () => {
		expect(queryWith()).toBe(TYPE);
	});

	it('asks for one outcome', () => {
		expect(queryWith({ outcomes: ['FAILURE'] })).toBe(`${TYPE} and (outcome.result eq "FAILURE")`);
	});

	it('asks for any of several outcomes, in parentheses', () => {
		expect(queryWith({ outcomes: ['FAILURE', 'DENY', 'UNANSWERED'] })).toBe(
			`${TYPE} and (outcome.result eq "FAILURE" or outcome.result eq "DENY" or outcome.result eq "UNANSWERED")`,
		);
	});

	it('asks for outcomes in uppercase, like Okta’s', () => {
		expect(queryWith({ outcomes: 'failure' })).toBe(`${TYPE} and (outcome.result eq "FAILURE")`);
	});

	it('asks for any of several events, in the same order no matter how they were selected', () => {
		const expected =
			'(eventType eq "device.user.add" or eventType eq "user.account.lock" or eventType eq "user.lifecycle.suspend")';
		for (const events of [
			['user.account.lock', 'other', 'device.user.add'],
			['device.user.add', 'user.account.lock', 'other', 'user.account.lock'],
		]) {
			expect(queryWith({ events, otherEvents: 'user.lifecycle.suspend' })).toBe(expected);
		}
	});

	it('asks for events and outcomes together', () => {
		const events = ['user.account.lock', 'device.user.add'];
		expect(queryWith({ events, outcomes: ['FAILURE'] })).toBe(
			'(eventType eq "device.user.add" or eventType eq "user.account.lock") and (outcome.result eq "FAILURE")',
		);
	});

	it('leaves out what an expression decides and what only n8n can check', () => {
		const parameters = {
			outcomes: '={{ $vars.outcomes }}',
			factors: ['SMS_FACTOR'],
			ignorePasswordVerifications: true,
			users: '00u7tPq3Lw9ZkEoXb5d7',
		};
		expect(queryWith(parameters)).toBe(TYPE);
	});

	it('is the same for either trigger', () => {
		const panel = panelWith({ events: EVENTS.map(({ value }) => value), outcomes: ['FAILURE'] });
		expect(logQueryFor(panel, hookFilters)).toBe(logQueryFor(panel, logFilters));
	});

	it('can’t be escaped by an outcome', () => {
		const outcome = 'X") or (eventType eq "user.session.start" \\';
		expect(queryWith({ outcomes: [outcome] })).toBe(
			`${TYPE} and (outcome.result eq "X\\") OR (EVENTTYPE EQ \\"USER.SESSION.START\\" \\\\")`,
		);
	});

	it('can’t be escaped by an event type', () => {
		const events = ['x" or eventType eq "y'];
		expect(queryWith({ events })).toBe('eventType eq "x\\" or eventType eq \\"y"');
	});

	it('fits into a URL with all events and outcomes', () => {
		const outcomes = OUTCOMES.map(({ value }) => value);
		const lengthOf = (filter: string) => new URLSearchParams({ filter }).toString().length;
		expect(lengthOf(queryWith({ outcomes }))).toBeLessThan(1_000);
		const events = EVENTS.map(({ value }) => value);
		expect(lengthOf(queryWith({ events, outcomes }))).toBeLessThan(3_000);
	});
});
