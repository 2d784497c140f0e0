import type { IDataObject } from 'n8n-workflow';

import { toEventCard } from '../../nodes/shared/oktaEvent/eventCard';
import { logSpecFor } from '../../nodes/shared/systemLog/logSpec';
import { logFilters } from '../../nodes/shared/userMfa/filters';
import { amelie, bo, mfaEvent, without } from './fixtures/events';
import { panelWith } from './fixtures/panel';

const ORG = 'https://acme.okta.com';
const NOW = new Date('2026-03-04T12:00:00.000Z');

/** What a node with these parameters reads from the System Log. */
function subjectWith(parameters: IDataObject = {}) {
	return logSpecFor(panelWith(parameters), logFilters, ORG);
}

const failure = mfaEvent({ outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' } });

beforeEach(() => void jest.useFakeTimers({ now: NOW }));
afterEach(() => void jest.useRealTimers());

describe('What a trigger reads from the System Log', () => {
	it('is all MFA sign-ins if no filter is set', () => {
		const { filter, isWanted } = subjectWith();
		expect(filter).toBe('eventType eq "user.authentication.auth_via_mfa"');
		expect([mfaEvent(), failure].map(isWanted)).toEqual([true, true]);
	});

	it('is filtered by outcome in Okta', () => {
		const { filter, isWanted } = subjectWith({ outcomes: ['FAILURE'] });
		expect(filter).toMatch(/ and \(outcome\.result eq "FAILURE"\)$/);
		expect([mfaEvent(), failure].map(isWanted)).toEqual([false, true]);
	});

	it('is filtered by user in n8n', () => {
		const { filter, isWanted } = subjectWith({ users: bo.alternateId });
		expect(filter).toBe(subjectWith().filter);
		const [ofAmelie, ofBo] = [amelie, bo].map((user) => mfaEvent({ actor: user, target: [user] }));
		expect([ofAmelie, ofBo].map(isWanted)).toEqual([false, true]);
	});

	it('is filtered in n8n by outcomes from an expression', () => {
		expect(subjectWith({ outcomes: '={{ $vars.outcomes }}' }).filter).toBe(subjectWith().filter);
	});

	it('is other events if they’re selected', () => {
		const events = ['user.account.lock', 'user.session.start'];
		const { filter, isWanted } = subjectWith({ events });
		expect(filter).toBe('(eventType eq "user.account.lock" or eventType eq "user.session.start")');
		const types = [...events, 'user.session.end'].map((eventType) => mfaEvent({ eventType }));
		expect([mfaEvent(), ...types].map(isWanted)).toEqual([false, true, true, false]);
	});

	it('is unknown if no event, or an invalid one, is selected', () => {
		expect(() => subjectWith({ events: [] })).toThrow(/^No event is selected/);
		expect(() => subjectWith({ events: ['other'], otherEvents: 'foo' })).toThrow(
			/^'foo' isn't an Okta event type/,
		);
	});

	it('is unknown if an expression fails', () => {
		expect(() => subjectWith({ users: [{ login: 'ada@example.com' }] })).toThrow(
			"The expression in 'Users' returns an object",
		);
	});
});

describe('The item of an event in the System Log', () => {
	it('is an event card that says where it comes from and when n8n read it', () => {
		const event = mfaEvent({ uuid: 'a' });
		expect(subjectWith().toItem(event)).toEqual({
			json: toEventCard(
				event,
				{
					eventId: 'a',
					eventTime: '2026-03-04T12:00:00.000Z',
					source: 'https://acme.okta.com/api/v1/logs',
				},
				{},
			),
		});
	});

	it('is the raw event if that’s what the user wants', () => {
		const event = mfaEvent();
		expect(subjectWith({ output: 'rawEvent' }).toItem(event)).toEqual({ json: event });
	});

	it('has no event ID if Okta left out the uuid', () => {
		const { json } = subjectWith().toItem(without(mfaEvent(), 'uuid'));
		expect(json).toMatchObject({ eventId: null, uuid: null });
	});
});
