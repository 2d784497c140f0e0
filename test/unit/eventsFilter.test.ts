import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import { assertUsable } from '../../nodes/shared/oktaEvent/filterSettings';
import { eventsFilter, eventTypesOf } from '../../nodes/shared/oktaEvent/eventsFilter';
import { EVENT_TYPE, mfaEvent, without } from './fixtures/events';
import { filterWith, panelWith, passes, settingsOf } from './fixtures/panel';

const OPTIONS = [
	{ name: 'MFA Sign-In', value: EVENT_TYPE },
	{ name: 'Account Locked', value: 'user.account.lock' },
	{ name: 'Push Sent', value: 'system.push.send_factor_verify_push' },
];

const FILTERS = [eventsFilter(OPTIONS, EVENT_TYPE, 'event hook')];
const LOG_FILTERS = [eventsFilter(OPTIONS, EVENT_TYPE, 'System Log')];

const typesOf = (parameters: IDataObject) => eventTypesOf(settingsOf(FILTERS, parameters));

/** The error message for this panel; undefined if there’s no error. */
function problemOf(parameters: IDataObject): string | undefined {
	try {
		assertUsable(panelWith(parameters), FILTERS, settingsOf(FILTERS, parameters));
	} catch (error) {
		return (error as Error).message;
	}
	return undefined;
}

describe('The selected event types', () => {
	it.each<[string, IDataObject, string[]]>([
		['the default', {}, [EVENT_TYPE]],
		['none', { events: [] }, []],
		['one', { events: ['user.account.lock'] }, ['user.account.lock']],
		[
			'several, in alphabetical order',
			{ events: ['user.account.lock', 'device.user.add', EVENT_TYPE] },
			['device.user.add', 'user.account.lock', EVENT_TYPE],
		],
		[
			'others in addition',
			{ events: ['user.account.lock', 'other'], otherEvents: 'z.z, a.a\nm.m' },
			['a.a', 'm.m', 'user.account.lock', 'z.z'],
		],
		['only others', { events: ['other'], otherEvents: 'b.b,a.a' }, ['a.a', 'b.b']],
		[
			'without duplicates, even if one is both selected and entered',
			{
				events: ['user.account.lock', 'other', 'user.account.lock'],
				otherEvents: 'user.account.lock, a.a, a.a',
			},
			['a.a', 'user.account.lock'],
		],
		[
			'without values left over in the hidden field',
			{ events: ['user.account.lock'], otherEvents: 'a.a' },
			['user.account.lock'],
		],
	])('are %s', (_what, parameters, types) => {
		expect(typesOf(parameters)).toEqual(types);
	});
});

describe('The filter "Okta Events"', () => {
	it('lets through the selected events, and nothing else', () => {
		const parameters = { events: [EVENT_TYPE, 'other'], otherEvents: 'user.lifecycle.suspend' };
		const isWanted = filterWith(FILTERS, parameters);
		for (const eventType of [EVENT_TYPE, 'user.lifecycle.suspend']) {
			expect(isWanted({ eventType })).toBe(true);
		}
		for (const eventType of [
			'user.account.lock',
			'user.lifecycle',
			'user.lifecycle.suspended',
			'other',
		]) {
			expect(isWanted({ eventType })).toBe(false);
		}
	});

	it.each<[string, unknown]>([
		['another event type', 'user.session.start'],
		['an event type that starts the same', `${EVENT_TYPE}.more`],
		['an event type in upper case', EVENT_TYPE.toUpperCase()],
		['null', null],
		['nothing', undefined],
		['a list', [EVENT_TYPE]],
		['an object', { toString: () => EVENT_TYPE }],
	])('drops an event with %s for its type', (_what, eventType) => {
		expect(passes(FILTERS, {}, mfaEvent({ eventType }))).toBe(false);
		expect(passes(FILTERS, {}, without(mfaEvent(), 'eventType'))).toBe(false);
	});
});

describe('An event type under "Other Events"', () => {
	it.each([
		'user.lifecycle.suspend',
		'mim.createEnrollment.ANDROID',
		'app.oauth2.as.token.grant',
		'user.session.start',
		'group.user_membership.add',
		'zone.x',
		'x.y-z.w_1',
		'user.lifecycle.delete.initiated',
	])('is valid: %s', (otherEvents) => {
		expect(problemOf({ events: ['other'], otherEvents })).toBeUndefined();
		expect(typesOf({ events: ['other'], otherEvents })).toEqual([otherEvents]);
	});

	it.each([
		'foo',
		'user.',
		'.user',
		'.',
		'user..x',
		'user.x.',
		'a b',
		'user.x y',
		'user.lifecycle.suspend; user.session.start',
		'={{ $json }}',
		'={{ $json.type }}',
		'=user.session.start',
		'user.*',
		'*',
		'1.x',
		'_x.y',
		'-x.y',
		'user-x.y',
		'usér.x',
		'user.séssion',
		"user.x'",
		'user.x"',
		'"user.session.start"',
		'user.x)',
		'other',
		'null',
		'https://developer.okta.com/docs/',
	])('is invalid: %s', (wrong) => {
		const message = `'${wrong}' isn't an Okta event type. In 'Other Events', enter types such as user.lifecycle.suspend, separated by commas.`;
		expect(problemOf({ events: ['other'], otherEvents: wrong })).toBe(message);
		expect(problemOf({ events: ['other'], otherEvents: `user.session.start, ${wrong}` })).toBe(
			message,
		);
		expect(problemOf({ events: [EVENT_TYPE, 'other'], otherEvents: `${wrong}\n` })).toBe(message);
	});

	// A pattern that backtracks would take far longer than a test’s timeout.
	it.each([
		'a.'.repeat(50_000),
		`${'a.b'.repeat(30_000)} `.padEnd(90_002, '!'),
		'a-'.repeat(50_000),
	])('is checked in one pass, even if it’s 100 kB long', (otherEvents) => {
		expect(problemOf({ events: ['other'], otherEvents })).toMatch(/isn't an Okta event type/);
	});
});

describe('A node without a selected event', () => {
	it.each<[string, IDataObject]>([
		['an empty list', { events: [] }],
		['an empty string', { events: '' }],
		['a list of blanks', { events: ['', ' '] }],
		['a value left over in the hidden field', { events: [], otherEvents: 'user.session.start' }],
	])('fails with a message: %s', (_what, parameters) => {
		expect(problemOf(parameters)).toBe(
			"No event is selected. Select at least one in 'Okta Events'.",
		);
	});

	it('says that "Other Events" is empty if "Other" is selected', () => {
		expect(problemOf({ events: ['other'] })).toBe(
			"'Okta Events' includes 'Other', but 'Other Events' is empty. Fill it in, or remove 'Other' from 'Okta Events'.",
		);
	});
});

describe('"Okta Events" in the panel', () => {
	const [events, otherEvents] = FILTERS[0].parameters;
	const [logEvents, logOtherEvents] = LOG_FILTERS[0].parameters;
	const optionsOf = ({ options }: typeof events) => options as INodePropertyOptions[];

	it('is a list with a default, and a field that "Other" shows. Neither can be an expression', () => {
		expect(events).toMatchObject({
			displayName: 'Okta Events',
			name: 'events',
			type: 'multiOptions',
			noDataExpression: true,
			default: [EVENT_TYPE],
		});
		expect(otherEvents).toMatchObject({
			displayName: 'Other Events',
			name: 'otherEvents',
			type: 'string',
			noDataExpression: true,
			default: '',
			displayOptions: { show: { events: ['other'] } },
		});
		expect(logOtherEvents).toEqual(otherEvents);
	});

	it('offers events by name, with their Okta type, and "Other" at the end', () => {
		expect(optionsOf(logEvents)).toEqual([
			...OPTIONS.map(({ name, value }) => ({ name, value, description: value })),
			{ name: 'Other', value: 'other', description: 'Enter Okta event types below' },
		]);
	});

	it('offers events that Okta never sends to event hooks only if the trigger reads the System Log', () => {
		const [signIn, locked, pushSent, other] = optionsOf(events);
		expect(pushSent).toEqual({
			name: 'Push Sent',
			value: 'system.push.send_factor_verify_push',
			description: 'system.push.send_factor_verify_push (within five minutes, from the System Log)',
			displayOptions: { show: { catchUp: [true] } },
		});
		expect([signIn, locked, other]).toEqual(
			optionsOf(logEvents).filter(({ name }) => name !== 'Push Sent'),
		);
	});
});

describe('The condition for event types', () => {
	const [{ toHookExpression, toLogQuery }] = FILTERS;
	const queryWith = (parameters: IDataObject) => toLogQuery?.(settingsOf(FILTERS, parameters));

	it('isn’t an expression, because an event hook lists its types', () => {
		expect(toHookExpression).toBeUndefined();
	});

	it('matches one type, or any of several', () => {
		expect(queryWith({})).toBe(`eventType eq "${EVENT_TYPE}"`);
		expect(queryWith({ events: ['b.b', 'other'], otherEvents: 'a.a' })).toBe(
			'(eventType eq "a.a" or eventType eq "b.b")',
		);
	});
});
