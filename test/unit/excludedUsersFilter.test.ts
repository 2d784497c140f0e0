import type { IDataObject } from 'n8n-workflow';

import type { LogEvent } from '../../nodes/shared/okta/types';
import { excludedUsersFilter } from '../../nodes/shared/oktaEvent/excludedUsersFilter';
import { usersFilter } from '../../nodes/shared/oktaEvent/usersFilter';
import { amelie, bo, enrollment, mfaEvent, without } from './fixtures/events';
import { filterOf, panelReturning, passes, settingsOf } from './fixtures/panel';

const FILTERS = [excludedUsersFilter];

function passesWithout(excludedUsers: string, event: LogEvent): boolean {
	return passes(FILTERS, { moreFilters: { excludedUsers } }, event);
}

const app = { id: '0oaservice0000000004', type: 'PublicClientAppEntity', alternateId: 'unknown' };

describe('The filter "Excluded Users"', () => {
	it.each(['', ' ', ',', '\n, '])('lets every event through if no user is entered: %j', (blank) => {
		const settings = settingsOf(FILTERS, { moreFilters: { excludedUsers: blank } });
		expect(excludedUsersFilter.toPredicate(settings)).toBeUndefined();
		expect(passesWithout(blank, mfaEvent())).toBe(true);
	});

	it.each([
		['the id', amelie.id],
		['the login', amelie.alternateId],
		['the login in a different case', amelie.alternateId.toUpperCase()],
		['a wildcard', '*@example.com'],
		['a wildcard in the middle', 'amelie*@*.com'],
		['a wildcard for everyone', '*'],
	])('drops events about a user by %s', (_what, users) => {
		expect(passesWithout(users, mfaEvent())).toBe(false);
		expect(passesWithout(`svc-*, ${users}`, mfaEvent())).toBe(false);
		expect(passesWithout(`svc-*\r\n${users}\n`, mfaEvent())).toBe(false);
	});

	it.each([
		['another login', bo.alternateId],
		['the display name', amelie.displayName],
		['another target’s id', enrollment.id],
		['part of the login', 'amelie'],
		['a wildcard that doesn’t match', 'svc-*'],
	])('lets through events about users it doesn’t match: by %s', (_what, users) => {
		expect(passesWithout(users, mfaEvent())).toBe(true);
	});

	it('checks the user, not who acted', () => {
		const event = mfaEvent({ actor: bo, target: [amelie] });
		expect(passesWithout(bo.alternateId, event)).toBe(true);
		expect(passesWithout(amelie.alternateId, event)).toBe(false);
		expect(passesWithout(bo.alternateId, mfaEvent({ actor: bo, target: null }))).toBe(false);
	});

	it.each<[string, LogEvent]>([
		['has no user', without(mfaEvent(), 'actor', 'target')],
		['has only an app', mfaEvent({ actor: app, target: [] })],
		['has a user without an ID and login', mfaEvent({ target: [{ type: 'User', id: null }] })],
		[
			'has a user with numbers as ID and login',
			mfaEvent({ target: [{ type: 'User', id: 7, alternateId: 7 }] }),
		],
		['has no keys', {}],
	])('lets through an event that %s, even if everyone is excluded', (_what, event) => {
		expect(passesWithout('*', event)).toBe(true);
	});

	it('is the opposite of "Users" for events with a user', () => {
		for (const users of ['*', amelie.id, bo.id, 'AMELIE*', 'svc-*, *oduya*']) {
			const isIncluded = passes([usersFilter], { users }, mfaEvent());
			expect(passesWithout(users, mfaEvent())).toBe(!isIncluded);
		}
	});

	it('can be combined with "Users"', () => {
		const parameters = {
			users: '*@example.com',
			moreFilters: { excludedUsers: bo.alternateId },
		};
		const both = [usersFilter, excludedUsersFilter];
		expect(passes(both, parameters, mfaEvent())).toBe(true);
		expect(passes(both, parameters, mfaEvent({ actor: bo, target: [bo] }))).toBe(false);
	});

	it.each<[string, unknown]>([
		['a string', 'svc-*, amelie.oduya@example.com'],
		['a list', ['svc-*', 'AMELIE.ODUYA@example.com']],
	])('accepts an expression that returns %s', (_what, excludedUsers) => {
		const isWanted = filterOf(
			FILTERS,
			panelReturning({ moreFilters: { excludedUsers } } as IDataObject),
		);
		expect(isWanted(mfaEvent())).toBe(false);
		expect(isWanted(mfaEvent({ actor: bo, target: [bo] }))).toBe(true);
	});
});
