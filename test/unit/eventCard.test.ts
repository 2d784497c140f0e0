import type { IDataObject } from 'n8n-workflow';

import { parseDelivery } from '../../nodes/shared/eventHooks/delivery';
import type { Delivery } from '../../nodes/shared/eventHooks/delivery';
import type { LogEvent } from '../../nodes/shared/okta/types';
import { toEventCard, toRawEvent } from '../../nodes/shared/oktaEvent/eventCard';
import {
	amelie,
	bo,
	deliveryBody,
	enrollment,
	EVENT_TYPE,
	mfaEvent,
	mfaEvents,
	without,
} from './fixtures/events';
import { KIND_ROWS, OKTA, oktaEvent, shapesOf } from './fixtures/oktaEvents';
import { EVENT_CARD_KEYS } from '../../lab/fixtures/event-card-keys';

const headers: IDataObject = { 'content-type': 'application/json', 'x-team': 'identity' };

const delivery: Delivery = {
	eventId: 'the delivery',
	eventTime: 'when it was sent',
	source: 'the event hook',
	events: [],
};

const NOBODY = { id: null, alternateId: null, displayName: null };

const userCard = ({ id, alternateId, displayName }: typeof amelie) => ({
	id,
	alternateId,
	displayName,
});

function card(event: LogEvent): IDataObject {
	return toEventCard(event, delivery, headers);
}

function deepFreeze<T>(value: T): T {
	if (typeof value === 'object' && value !== null) {
		Object.values(value).forEach(deepFreeze);
		Object.freeze(value);
	}
	return value;
}

describe('The event card', () => {
	it('has exactly the documented keys, in the documented order', () => {
		expect(Object.keys(card(mfaEvent()))).toEqual(EVENT_CARD_KEYS);
	});

	it.each([
		['dateAndTime', 'the event’s published', '2026-03-04T08:15:30.123Z'],
		['message', 'the event’s displayMessage', 'Authentication of user via MFA'],
		['eventId', 'the envelope’s eventId', 'the delivery'],
		['eventType', 'the event’s eventType', EVENT_TYPE],
		['eventTime', 'the envelope’s eventTime', 'when it was sent'],
		['version', 'the event’s version', '0'],
		['uuid', 'the event’s uuid', '5d0c2f8e-0001-11ee-8000-000000000001'],
		['source', 'the envelope’s source', 'the event hook'],
	])('takes %s from %s', (key, _origin, value) => {
		expect(card(mfaEvent())[key]).toBe(value);
	});

	it('doesn’t mix up keys that the event and the envelope share', () => {
		const event = mfaEvent({ eventId: 'of the event', eventTime: 'never', source: 'elsewhere' });
		expect(card(event)).toMatchObject({
			eventId: 'the delivery',
			eventTime: 'when it was sent',
			source: 'the event hook',
		});
	});

	it('has the actor as admin, with four keys in this order', () => {
		const { admin } = card(mfaEvent({ actor: { ...bo, unexpected: 'left out' } }));
		expect(Object.entries(admin as IDataObject)).toEqual([
			['id', bo.id],
			['alternateId', bo.alternateId],
			['displayName', bo.displayName],
			['type', 'User'],
		]);
	});

	it('has the user who signed in as oktaUser, with three keys in this order', () => {
		const { oktaUser } = card(mfaEvent({ target: [bo, enrollment] }));
		expect(Object.entries(oktaUser as IDataObject)).toEqual([
			['id', bo.id],
			['alternateId', bo.alternateId],
			['displayName', bo.displayName],
		]);
	});

	it('has the whole event, unchanged, as eventDetails', () => {
		const event = mfaEvent({ somethingNew: { of: ['Okta'] } });
		expect(card(event).eventDetails).toBe(event);
	});

	it('doesn’t change the event, the delivery, or the headers', () => {
		const event = deepFreeze(mfaEvent());
		const before = structuredClone(event);
		toEventCard(event, deepFreeze({ ...delivery }), deepFreeze({ ...headers }));
		expect(event).toEqual(before);
	});

	it('has the request’s headers, unchanged', () => {
		expect(card(mfaEvent()).headers).toEqual({
			'content-type': 'application/json',
			'x-team': 'identity',
		});
	});

	it('has only debugData in debugContext, with all its values', () => {
		const debugData = { factor: 'FIDO_WEBAUTHN', threatSuspected: 'false', anything: 'else' };
		const event = mfaEvent({ debugContext: { debugData, more: 'left out' } });
		expect(card(event).debugContext).toEqual({ debugData });
	});

	it('can be stored as JSON without losing a key', () => {
		const item = card({ eventType: EVENT_TYPE });
		expect(JSON.parse(JSON.stringify(item))).toEqual(item);
		expect(Object.keys(JSON.parse(JSON.stringify(item)) as object)).toHaveLength(13);
	});
});

describe('oktaUser', () => {
	it.each<[string, LogEvent, unknown]>([
		['the User among the targets', { target: [bo] }, userCard(bo)],
		['the User after an enrollment', { target: [enrollment, bo] }, userCard(bo)],
		['the first of two Users', { target: [enrollment, bo, amelie] }, userCard(bo)],
		[
			'the User among the targets even if the actor is one',
			{ actor: amelie, target: [bo] },
			userCard(bo),
		],
		[
			'the User after entries that aren’t objects',
			{ target: [null, 'User', 7, ['User'], bo] },
			userCard(bo),
		],
		['the actor without targets', { actor: bo, target: [] }, userCard(bo)],
		['the actor with target null', { actor: bo, target: null }, userCard(bo)],
		[
			'the actor with a target that isn’t a list',
			{ actor: bo, target: { ...amelie } },
			userCard(bo),
		],
		['the actor if no target is a User', { actor: bo, target: [enrollment] }, userCard(bo)],
		['the actor if a target has no type', { actor: bo, target: [{ id: 'x' }] }, userCard(bo)],
		['nobody if neither is a User', { actor: enrollment, target: [enrollment] }, NOBODY],
		[
			'nobody if the actor isn’t a User and there are no targets',
			{ actor: { ...bo, type: 'PublicClientApp' }, target: null },
			NOBODY,
		],
		['nobody if actor and target are null', { actor: null, target: null }, NOBODY],
		['nobody if the actor is a string', { actor: 'User', target: [] }, NOBODY],
		[
			'nobody if the type is spelled differently',
			{ actor: { ...bo, type: 'user' }, target: [] },
			NOBODY,
		],
		['a User without details', { target: [{ type: 'User' }] }, NOBODY],
		[
			'a User with some keys null or absent',
			{ target: [{ type: 'User', id: '00u1', displayName: null }] },
			{ id: '00u1', alternateId: null, displayName: null },
		],
	])('is %s', (_what, changes, expected) => {
		expect(card(mfaEvent(changes)).oktaUser).toEqual(expected);
	});

	it('is the actor if the event has no target at all', () => {
		expect(card(without(mfaEvent({ actor: bo }), 'target')).oktaUser).toEqual(userCard(bo));
	});
});

describe.each(KIND_ROWS)('The card of an event of the type %s (%s)', (type, kind, facts) => {
	const event = oktaEvent(kind);

	it.each(Object.entries(shapesOf(event)))(
		'has all keys, and what Okta sent: %s',
		(_way, shape) => {
			const item = card(shape);
			expect(Object.keys(item)).toEqual(EVENT_CARD_KEYS);
			expect(item).toMatchObject({
				dateAndTime: event.published,
				message: event.displayMessage,
				eventType: type,
				version: '0',
				uuid: event.uuid,
				debugContext: { debugData: event.debugContext.debugData },
			});
			expect(item.eventDetails).toBe(shape);
			expect(JSON.parse(JSON.stringify(item))).toEqual(item);
		},
	);

	it('names the user it’s about, and who acted', () => {
		const { id, alternateId, displayName } = facts.user;
		const actor = facts.actor ?? facts.user;
		for (const shape of Object.values(shapesOf(event))) {
			const { admin, oktaUser } = card(shape);
			expect(oktaUser).toEqual({ id, alternateId, displayName });
			expect(admin).toEqual({
				id: actor.id,
				alternateId: actor.alternateId,
				displayName: actor.displayName,
				type: actor.type,
			});
		}
	});

	it('names no user if it isn’t about one', () => {
		const withoutUser = shapesOf(oktaEvent(kind, { actor: OKTA, target: null }));
		for (const shape of Object.values(withoutUser)) {
			const item = card(shape);
			expect(Object.keys(item)).toEqual(EVENT_CARD_KEYS);
			expect(item.oktaUser).toEqual(NOBODY);
			expect(item.admin).toMatchObject({ id: OKTA.id, type: 'SystemPrincipal' });
		}
	});
});

describe('What Okta left out', () => {
	it('is null, never undefined, and objects keep their keys', () => {
		const event = { eventType: EVENT_TYPE };
		expect(card(event)).toStrictEqual({
			dateAndTime: null,
			message: null,
			eventId: 'the delivery',
			eventType: EVENT_TYPE,
			eventTime: 'when it was sent',
			version: null,
			admin: { id: null, alternateId: null, displayName: null, type: null },
			oktaUser: NOBODY,
			uuid: null,
			eventDetails: event,
			headers,
			source: 'the event hook',
			debugContext: { debugData: {} },
		});
	});

	it('is null even if the envelope is empty', () => {
		const bare = parseDelivery({ data: { events: [mfaEvent()] } }) as Delivery;
		const item = toEventCard(bare.events[0], bare, {});
		expect([item.eventId, item.eventTime, item.source]).toEqual([null, null, null]);
	});

	it.each([
		['published', 'dateAndTime'],
		['displayMessage', 'message'],
		['eventType', 'eventType'],
		['version', 'version'],
		['uuid', 'uuid'],
	])('without %s, %s is null', (from, to) => {
		expect(card(without(mfaEvent(), from))[to]).toBeNull();
		expect(card(mfaEvent({ [from]: null }))[to]).toBeNull();
	});

	it.each([
		['absent', without(mfaEvent(), 'debugContext')],
		['null', mfaEvent({ debugContext: null })],
		['a string', mfaEvent({ debugContext: 'none' })],
		['a list', mfaEvent({ debugContext: [] })],
		['without debugData', mfaEvent({ debugContext: {} })],
		['with null as debugData', mfaEvent({ debugContext: { debugData: null } })],
		['with a string as debugData', mfaEvent({ debugContext: { debugData: 'factor' } })],
		['with a list as debugData', mfaEvent({ debugContext: { debugData: ['factor'] } })],
	])('debugContext %s becomes an empty debugData', (_what, event) => {
		expect(card(event).debugContext).toEqual({ debugData: {} });
	});

	it.each([
		['absent', without(mfaEvent(), 'actor')],
		['null', mfaEvent({ actor: null })],
		['a string', mfaEvent({ actor: 'Amelie' })],
		['a list', mfaEvent({ actor: [amelie] })],
	])('actor %s becomes an admin of nulls', (_what, event) => {
		expect(card(event).admin).toEqual({
			id: null,
			alternateId: null,
			displayName: null,
			type: null,
		});
	});
});

describe('Values', () => {
	it.each<[string, string, unknown]>([
		['a number', 'version', 0],
		['an empty string', 'displayMessage', ''],
		['false', 'version', false],
		['a list', 'displayMessage', ['Authentication', 'of user']],
		['an object', 'published', { seconds: 1 }],
		['a date in another form', 'published', '04/03/2026 08:15'],
		['spaces', 'displayMessage', '  padded\n'],
	])('are passed on unchanged: %s', (_what, key, value) => {
		const column = { version: 'version', displayMessage: 'message', published: 'dateAndTime' };
		expect(card(mfaEvent({ [key]: value }))[column[key as keyof typeof column]]).toBe(value);
	});

	it('are passed on unchanged within a user, too', () => {
		const odd = { id: 17, type: 'User', alternateId: '', displayName: ['Bo'] };
		const { admin, oktaUser } = card(mfaEvent({ actor: odd, target: [odd] }));
		expect(admin).toEqual({ id: 17, alternateId: '', displayName: ['Bo'], type: 'User' });
		expect(oktaUser).toEqual({ id: 17, alternateId: '', displayName: ['Bo'] });
	});

	it.each(['Zoë Ångström', '山田 太郎', 'محمد علي', '👩🏽‍💻 Dev', 'e\u0301 and \u00e9'])(
		'keep names in any script: %s',
		(displayName) => {
			const item = card(
				mfaEvent({ target: [{ ...bo, displayName }], actor: { ...bo, displayName } }),
			);
			expect(item.oktaUser).toMatchObject({ displayName });
			expect(item.admin).toMatchObject({ displayName });
		},
	);

	it('with keys named like JavaScript’s own remain data', () => {
		const event = JSON.parse(
			`{"eventType":"${EVENT_TYPE}","actor":{"__proto__":{"id":"forged","type":"User"}},"target":[{"__proto__":{"type":"User","id":"forged"}}]}`,
		) as LogEvent;
		expect(card(event)).toMatchObject({
			admin: { id: null, type: null },
			oktaUser: { id: null },
		});
		expect({}).not.toHaveProperty('id');
	});
});

describe('Many events', () => {
	it('become one card each, in order, without mixing their values', () => {
		const events = parseDelivery(deliveryBody(mfaEvents(1000)))?.events ?? [];
		const cards = events.map(card);
		expect(cards).toHaveLength(1000);
		expect(cards.map(({ uuid }) => uuid)).toEqual(mfaEvents(1000).map(({ uuid }) => uuid));
		expect(new Set(cards.map(({ dateAndTime }) => dateAndTime)).size).toBe(1000);
		expect(cards.every(({ eventDetails }, index) => eventDetails === events[index])).toBe(true);
	});
});

describe('The raw event', () => {
	it('is the event itself, without a wrapper', () => {
		const event = mfaEvent();
		expect(toRawEvent(event)).toBe(event);
		expect(event).toEqual(mfaEvent());
	});
});
