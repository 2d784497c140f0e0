import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import { actedByFilter } from '../../nodes/shared/oktaEvent/actedByFilter';
import { buildEvent } from '../../lab/okta-org/build-event';
import { toDeliveredEvent } from '../../lab/okta-org/delivered-event';
import type { EventKind } from '../../lab/okta-org/types';
import { amelie, bo, enrollment, mfaEvent, without } from './fixtures/events';
import { filterOf, panelReturning, passes, settingsOf } from './fixtures/panel';
import { WRONG_VALUES } from './fixtures/securityEvents';

const FILTERS = [actedByFilter];
const ACTORS = ['user', 'someoneElse', 'app', 'okta'];

const passesBy = (actedBy: string[], event: LogEvent) =>
	passes(FILTERS, { moreFilters: { actedBy } }, event);

/** The panel's actors that an event passes. */
const actorsOf = (event: LogEvent) => ACTORS.filter((actor) => passesBy([actor], event));

const by = (actor: unknown, target: unknown = [amelie]) => mfaEvent({ actor, target });

const system = {
	id: '00usystem0000000008',
	type: 'SystemPrincipal',
	alternateId: 'system@okta.com',
};
const service = {
	id: '0oaservice0000000004',
	type: 'PublicClientAppEntity',
	alternateId: 'unknown',
};

describe('The filter "Acted By"', () => {
	it('offers the user, someone else, an app, and Okta', () => {
		const { name, options = [], default: initial } = actedByFilter.parameters[0];
		expect(name).toBe('actedBy');
		expect((options as INodePropertyOptions[]).map(({ value }) => value)).toEqual(ACTORS);
		expect(initial).toEqual([]);
	});

	it('lets every event through if no actor is selected', () => {
		expect(actedByFilter.toPredicate(settingsOf(FILTERS))).toBeUndefined();
		expect(passesBy([], without(mfaEvent(), 'actor'))).toBe(true);
	});

	it.each<[string, string, LogEvent]>([
		['the user', 'user', by(amelie)],
		['the user, after other targets', 'user', by(amelie, [enrollment, amelie, bo])],
		['the user if no user is a target', 'user', by(amelie, [enrollment])],
		['the user without targets', 'user', by(amelie, null)],
		['the user by another login', 'user', by({ ...amelie, alternateId: 'amelie@example.org' })],
		['an admin', 'someoneElse', by(bo)],
		['an admin who is a target, too', 'someoneElse', by(bo, [amelie, bo])],
		['someone with the user’s name', 'someoneElse', by({ ...amelie, id: bo.id })],
		['a service app', 'app', by(service)],
		['a service app that has the user’s id', 'app', by({ ...service, id: amelie.id })],
		['an actor of a new type', 'app', by({ id: 'x', type: 'AIAgent' })],
		['a type in a different case', 'app', by({ ...amelie, type: 'user' })],
		['Okta', 'okta', by(system)],
		['Okta by another login', 'okta', by({ ...system, alternateId: 'unknown' })],
		['Okta without a target', 'okta', by(system, null)],
		['Okta Support, which is a user', 'okta', by({ ...system, type: 'User' })],
		['Okta as a user without a target', 'okta', by({ ...system, type: 'User' }, null)],
		['Okta as its own user', 'okta', by({ ...bo, alternateId: 'system@okta.com' }, null)],
	])('recognizes who acted: %s', (_what, actor, event) => {
		expect(actorsOf(event)).toEqual([actor]);
	});

	it.each<[EventKind, string]>([
		['pushApproved', 'user'],
		['sessionStarted', 'user'],
		['factorEnrolled', 'user'],
		['accountLocked', 'user'],
		['deviceEnrolled', 'user'],
		['factorReset', 'someoneElse'],
		['allFactorsReset', 'someoneElse'],
		['passwordReset', 'someoneElse'],
		['userRiskDetected', 'okta'],
	])('recognizes who acted in %s, delivered and logged', (kind, actor) => {
		const event = buildEvent(kind, 0);
		expect(actorsOf(event as unknown as LogEvent)).toEqual([actor]);
		expect(actorsOf(toDeliveredEvent(event))).toEqual([actor]);
	});

	it('lets through events by any of the selected actors', () => {
		expect(passesBy(['app', 'someoneElse'], by(bo))).toBe(true);
		expect(passesBy(['app', 'someoneElse'], by(service))).toBe(true);
		expect(passesBy(['app', 'someoneElse'], by(amelie))).toBe(false);
		expect(passesBy(['app', 'someoneElse'], by(system))).toBe(false);
		expect(passesBy(ACTORS, by(system))).toBe(true);
	});

	it.each<[string, unknown]>([
		['a string', 'someoneElse, app'],
		['a string in a different case', 'SomeoneElse,APP'],
		['lines', 'someoneelse\napp'],
		['a list', ['someoneElse', 'app']],
	])('accepts an expression that returns %s', (_what, actedBy) => {
		const isWanted = filterOf(FILTERS, panelReturning({ moreFilters: { actedBy } } as IDataObject));
		expect(isWanted(by(bo))).toBe(true);
		expect(isWanted(by(service))).toBe(true);
		expect(isWanted(by(amelie))).toBe(false);
	});

	it.each<[string, LogEvent]>([
		['no actor', without(mfaEvent(), 'actor')],
		['no keys', {}],
		...WRONG_VALUES.filter(([, value]) => !Array.isArray(value)).map(
			([what, actor]): [string, LogEvent] => [`${what} for the actor`, mfaEvent({ actor })],
		),
		...WRONG_VALUES.filter(([, value]) => typeof value !== 'string').map(
			([what, type]): [string, LogEvent] => [`${what} for the actor’s type`, by({ id: 'x', type })],
		),
		['a list as the actor', mfaEvent({ actor: [amelie] })],
	])('drops an event with %s', (_what, event) => {
		expect(passesBy([...ACTORS, 'undefined', 'null'], event)).toBe(false);
	});
});
