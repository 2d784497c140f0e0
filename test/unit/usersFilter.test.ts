import { usersFilter } from '../../nodes/shared/oktaEvent/usersFilter';
import { amelie, bo, enrollment, mfaEvent, without } from './fixtures/events';
import { filterWith, passes, settingsOf } from './fixtures/panel';

const FILTERS = [usersFilter];
const AMELIE = '00uAmelie000000000d7';
const BO = '00uBo0000000000000d7';

const service = { id: '0oaservice0000000004', type: 'PublicClientApp', alternateId: 'unknown' };

describe('The filter "Users"', () => {
	it('lets every event through if no user is entered', () => {
		for (const users of ['', ' , \n,']) {
			expect(usersFilter.toPredicate(settingsOf(FILTERS, { users }))).toBeUndefined();
			expect(filterWith(FILTERS, { users })(without(mfaEvent(), 'actor', 'target'))).toBe(true);
		}
	});

	it.each([
		['the id', amelie.id],
		['the login', amelie.alternateId],
		['the login in uppercase', amelie.alternateId.toUpperCase()],
		['a wildcard', '*@example.com'],
		['a wildcard for the id', '00uamelie*'],
	])('lets through the user by %s', (_what, users) => {
		expect(passes(FILTERS, { users }, mfaEvent())).toBe(true);
		expect(passes(FILTERS, { users: `nobody, ${users}` }, mfaEvent())).toBe(true);
		expect(passes(FILTERS, { users: `nobody\r\n${users}` }, mfaEvent())).toBe(true);
	});

	it.each([
		['the display name', amelie.displayName],
		['another target’s id', enrollment.id],
		['part of the login', 'amelie'],
		['another user', bo.alternateId],
	])('doesn’t match a user by %s', (_what, users) => {
		expect(passes(FILTERS, { users }, mfaEvent())).toBe(false);
	});

	it('checks the first user among the targets, like the item’s oktaUser', () => {
		const event = mfaEvent({ actor: bo, target: [enrollment, amelie, bo] });
		expect(passes(FILTERS, { users: amelie.id }, event)).toBe(true);
		expect(passes(FILTERS, { users: bo.id }, event)).toBe(false);
	});

	it('checks the actor if no target is a user', () => {
		expect(passes(FILTERS, { users: amelie.id }, mfaEvent({ target: [enrollment] }))).toBe(true);
		expect(passes(FILTERS, { users: amelie.id }, mfaEvent({ target: null }))).toBe(true);
	});

	it('doesn’t check the admin who acted if a target is a user', () => {
		const event = mfaEvent({ actor: bo, target: [amelie] });
		expect(passes(FILTERS, { users: bo.alternateId }, event)).toBe(false);
		expect(passes(FILTERS, { users: amelie.alternateId }, event)).toBe(true);
	});

	it.each([
		['nobody', without(mfaEvent(), 'actor', 'target')],
		['only an app', mfaEvent({ actor: service, target: [] })],
		[
			'a user without id and login',
			mfaEvent({ target: [{ type: 'User', id: null, alternateId: 7 }] }),
		],
	])('drops an event about %s, even if everyone matches', (_what, event) => {
		expect(passes(FILTERS, { users: '*' }, event)).toBe(false);
	});
});

describe('The condition for users', () => {
	const expressionFor = (...users: string[]) =>
		usersFilter.toHookExpression?.(settingsOf(FILTERS, { users: users.join('\n') }));

	it('is undefined if no user is entered', () => {
		expect(expressionFor()).toBeUndefined();
	});

	it('matches any of the IDs as the actor or as a target', () => {
		expect(expressionFor(AMELIE)).toBe(
			`(event.actor.id eq '${AMELIE}' || event.target.?[type eq 'User' && id eq '${AMELIE}'].size()>0)`,
		);
		expect(expressionFor(AMELIE, BO)).toBe(
			`(event.actor.id eq '${AMELIE}' || event.actor.id eq '${BO}' || event.target.?[type eq 'User' && (id eq '${AMELIE}' || id eq '${BO}')].size()>0)`,
		);
	});

	it.each([
		['a login, which can be in a different case', ['ada@example.com']],
		['a wildcard', ['00u*']],
		['ids together with a login', [AMELIE, 'ada@example.com']],
		['a login before an id', ['ada@example.com', AMELIE]],
		['something longer than an id', [`${AMELIE}0`]],
		['something shorter than an id', [AMELIE.slice(0, -1)]],
		['something before an id', [`x${AMELIE}`]],
		['an id of something else', [AMELIE.replace('00u', '00g')]],
		['an id with a wildcard', [`${AMELIE.slice(0, -1)}*`]],
		['an id with a quote', [`${AMELIE.slice(0, -1)}'`]],
	])('is undefined if Okta could drop too much: %s', (_what, users) => {
		expect(expressionFor(...users)).toBeUndefined();
	});

	it('isn’t part of a System Log query', () => {
		expect(usersFilter.toLogQuery).toBeUndefined();
	});
});
