import { parseDelivery } from '../../nodes/shared/eventHooks/delivery';
import { deliveryBody, EVENT_TYPE, mfaEvent, mfaEvents, without } from './fixtures/events';

const parse = (body: unknown) => parseDelivery(body);

/** Nested arrays, as parsed from JSON. */
const deep = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;

describe('A body that isn’t a delivery', () => {
	it.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['a list', []],
		['a list of deliveries', [deliveryBody([mfaEvent()])]],
		['a list of events', [mfaEvent()]],
		['an empty text', ''],
		['a text', 'hello'],
		['unparsed JSON', JSON.stringify(deliveryBody([mfaEvent()]))],
		['a number', 17],
		['true', true],
		['an empty object', {}],
		['an event without its envelope', mfaEvent()],
		['data null', deliveryBody([], { data: null })],
		['data a list', deliveryBody([], { data: [mfaEvent()] })],
		['data a text', deliveryBody([], { data: 'events' })],
		['no data', without(deliveryBody([]), 'data')],
		['no events', deliveryBody([], { data: {} })],
		['events null', deliveryBody(null)],
		['events an object', deliveryBody({ 0: mfaEvent(), length: 1 })],
		['events a text', deliveryBody('[]')],
		['events a number', deliveryBody(1)],
		['lists nested 5,000 deep', deep(5000)],
		['data under __proto__', JSON.parse('{"__proto__":{"data":{"events":[]}}}')],
		['events under __proto__', JSON.parse('{"data":{"__proto__":{"events":[]}}}')],
	])('is rejected: %s', (_what, body) => {
		expect(parse(body)).toBeUndefined();
	});
});

describe('A delivery', () => {
	it('is parsed into its events and the three fields of its envelope', () => {
		const event = mfaEvent();
		expect(parse(deliveryBody([event]))).toEqual({
			eventId: 'd0d0d0d0-1111-4222-8333-444444444444',
			eventTime: '2026-03-04T08:15:31.000Z',
			source: 'https://acme.example.com/api/v1/eventHooks/whoexample0000001',
			events: [event],
		});
	});

	it('contains the events themselves, not copies', () => {
		const event = mfaEvent();
		expect(parse(deliveryBody([event]))?.events[0]).toBe(event);
	});

	it('doesn’t need an eventType in its envelope, which one of Okta’s own samples lacks', () => {
		const body = without(deliveryBody([mfaEvent()]), 'eventType');
		expect(parse(body)?.events).toHaveLength(1);
	});

	it.each(['eventId', 'eventTime', 'source'] as const)('without %s has null there', (key) => {
		expect(parse(without(deliveryBody([]), key))).toHaveProperty(key, null);
		expect(parse(deliveryBody([], { [key]: null }))).toHaveProperty(key, null);
	});

	it('keeps its envelope’s values unchanged', () => {
		const odd = { eventId: 0, eventTime: '', source: ['a', 'b'] };
		expect(parse(deliveryBody([], odd))).toMatchObject(odd);
	});

	it('may have no events', () => {
		expect(parse(deliveryBody([]))?.events).toEqual([]);
	});

	it('keeps 1,000 events in their order', () => {
		const events = mfaEvents(1000).reverse();
		expect(parse(deliveryBody(events))?.events).toEqual(events);
	});

	it('isn’t mutated by parsing', () => {
		const body = deliveryBody([mfaEvent(), null, mfaEvent({ eventType: 'user.session.start' })]);
		const before = structuredClone(body);
		parse(body);
		expect(body).toEqual(before);
	});
});

describe('Entries of a delivery', () => {
	it.each<[string, unknown]>([
		['null', null],
		['a text', EVENT_TYPE],
		['a number', 1],
		['false', false],
		['a list', [mfaEvent()]],
	])('are skipped if they aren’t objects, while the others pass: %s', (_what, entry) => {
		const [first, second] = mfaEvents(2);
		expect(parse(deliveryBody([first, entry, second]))?.events).toEqual([first, second]);
	});

	it.each<[string, unknown]>([
		['an empty object', {}],
		['another event type', mfaEvent({ eventType: 'user.session.start' })],
		['an event type in upper case', mfaEvent({ eventType: EVENT_TYPE.toUpperCase() })],
		['no event type', without(mfaEvent(), 'eventType')],
		['an event type that is null', mfaEvent({ eventType: null })],
		['an event type that is a list', mfaEvent({ eventType: [EVENT_TYPE] })],
		['an event type 5,000 lists deep', mfaEvent({ eventType: deep(5000) })],
		['an event type under __proto__', JSON.parse(`{"__proto__":{"eventType":"${EVENT_TYPE}"}}`)],
	])('pass with any event type, since the node’s filters decide: %s', (_what, entry) => {
		const [first, second] = mfaEvents(2);
		expect(parse(deliveryBody([first, entry, second]))?.events).toEqual([first, entry, second]);
	});

	it('may have unexpected values in any key', () => {
		const entry = { eventType: 7, uuid: 7, target: deep(5000), actor: 'nobody' };
		expect(parse(deliveryBody([entry]))?.events).toEqual([entry]);
	});

	it('may all be skipped, which still leaves a delivery', () => {
		expect(parse(deliveryBody([null, 'x', 7]))?.events).toEqual([]);
	});
});
