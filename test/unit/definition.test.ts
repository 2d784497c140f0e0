import {
	defineEventHook,
	isOwnedBy,
	isSameDefinition,
	isUp,
} from '../../nodes/shared/eventHooks/definition';
import type { EventHook, EventHookDefinition } from '../../nodes/shared/okta/types';
import { EVENT_TYPE } from './fixtures/events';

const WEBHOOK_URL = 'https://n8n.example.com/webhook/1/webhook';

const OWNER = 'instance-1/workflow-1/node-1';
const CONDITION = "event.outcome.result eq 'FAILURE'";
const SECRET_HASH = 'ab'.repeat(32);

function define(
	changes: Partial<Parameters<typeof defineEventHook>[0]> = {},
	secretHash = SECRET_HASH,
): EventHookDefinition {
	return defineEventHook(
		{
			chosenName: '',
			isTest: false,
			filterExpression: undefined,
			workflowName: 'Watch MFA',
			nodeName: 'Okta User MFA Trigger',
			eventTypes: [EVENT_TYPE],
			webhookUrl: WEBHOOK_URL,
			owner: OWNER,
			...changes,
		},
		secretHash,
	);
}

function hook(changes: Partial<EventHook> = {}): EventHook {
	return {
		id: 'whoexample0000001',
		status: 'ACTIVE',
		verificationStatus: 'VERIFIED',
		description: define().description,
		eventTypes: [EVENT_TYPE],
		filters: new Map(),
		uri: WEBHOOK_URL,
		authHeader: 'authorization',
		...changes,
	};
}

describe('The event hook that a trigger wants', () => {
	it('points at the node’s webhook and asks for its event types', () => {
		expect(define()).toMatchObject({ uri: WEBHOOK_URL, eventTypes: [EVENT_TYPE] });
	});

	it('tells a person in Okta’s console which workflow and node it belongs to', () => {
		expect(define().name).toMatch(/^n8n: Watch MFA \/ Okta User MFA Trigger \([\da-f]{8}\)$/);
		expect(define({ owner: 'instance-2/w/n' }).name).not.toBe(define().name);
	});

	it('tells a person in Okta’s console what it is for and what removes it', () => {
		expect(define().description).toMatch(/n8n.*created.*removes/);
		expect(define().description.length).toBeLessThanOrEqual(255);
	});

	it('says when it is there for a test, or has the name that a person chose', () => {
		expect(define({ isTest: true }).name).toMatch(/^n8n test: /);
		expect(define({ chosenName: 'MFA alerts' }).name).toBe('MFA alerts');
	});
});

describe('A hook in Okta', () => {
	it('is as wanted with the URL and the event types', () => {
		expect(isSameDefinition(hook(), define())).toBe(true);
	});

	it('is as wanted with the event types in another order', () => {
		const definition = define({ eventTypes: ['a', 'b', 'c'] });
		expect(isSameDefinition(hook({ eventTypes: ['c', 'a', 'b'] }), definition)).toBe(true);
	});

	it('is as wanted in whatever state: that is another question', () => {
		const changed = hook({ status: 'INACTIVE', verificationStatus: 'UNVERIFIED' });
		expect(isSameDefinition(changed, define())).toBe(true);
	});

	it.each<[string, Partial<EventHook>]>([
		['another URL', { uri: 'https://old.example.com/webhook/1/webhook' }],
		['a URL with a slash more', { uri: `${WEBHOOK_URL}/` }],
		['no event types', { eventTypes: [] }],
		['another event type', { eventTypes: ['user.session.start'] }],
		['an event type more', { eventTypes: [EVENT_TYPE, 'user.session.start'] }],
		['a filter, which would keep events back', { filters: new Map([[EVENT_TYPE, CONDITION]]) }],
		['no header for the secret', { authHeader: undefined }],
		['another header for the secret', { authHeader: 'x-secret' }],
		['another owner', { description: define({ owner: 'instance-2/w/n' }).description }],
		['another secret', { description: define({}, 'cd'.repeat(32)).description }],
		['no description', { description: '' }],
		['an event type in upper case', { eventTypes: [EVENT_TYPE.toUpperCase()] }],
	])('is not as wanted with %s', (_what, changes) => {
		expect(isSameDefinition(hook(changes), define())).toBe(false);
	});

	it('is not as wanted with an event type less, or one of them twice', () => {
		const definition = define({ eventTypes: ['a', 'b'] });
		expect(isSameDefinition(hook({ eventTypes: ['a'] }), definition)).toBe(false);
		expect(isSameDefinition(hook({ eventTypes: ['a', 'a'] }), definition)).toBe(false);
	});
});

describe('A hook with a filter', () => {
	const definition = define({ filterExpression: CONDITION });
	const filtered = (...filters: Array<[string, string]>) => hook({ filters: new Map(filters) });

	it('is as wanted with the condition, however it is spaced', () => {
		expect(isSameDefinition(filtered([EVENT_TYPE, CONDITION]), definition)).toBe(true);
		const spaced = ` ${CONDITION.replaceAll(' ', '\n  ')} `;
		expect(isSameDefinition(filtered([EVENT_TYPE, spaced]), definition)).toBe(true);
	});

	it.each([
		['no condition', filtered()],
		['another condition', filtered([EVENT_TYPE, "event.outcome.result eq 'SUCCESS'"])],
		['the condition for another event type', filtered(['user.session.start', CONDITION])],
		['a condition more', filtered([EVENT_TYPE, CONDITION], ['user.session.start', CONDITION])],
	])('is not as wanted with %s', (_what, changed) => {
		expect(isSameDefinition(changed, definition)).toBe(false);
	});

	it('has the condition for each of its event types', () => {
		const two = define({ eventTypes: ['a', 'b'], filterExpression: CONDITION });
		const types = { eventTypes: ['a', 'b'] };
		const both = new Map([
			['b', CONDITION],
			['a', CONDITION],
		]);
		expect(isSameDefinition(hook({ ...types, filters: both }), two)).toBe(true);
		expect(isSameDefinition(hook({ ...types, filters: new Map([['a', CONDITION]]) }), two)).toBe(
			false,
		);
	});
});

describe('The owner of a hook', () => {
	it('is known by the description, with any secret', () => {
		const { description } = define({}, 'cd'.repeat(32));
		expect(isOwnedBy(hook({ description }), OWNER)).toBe(true);
	});

	it.each(['instance-2/workflow-1/node-1', 'instance-1/workflow-2/node-1', '', OWNER.slice(0, -1)])(
		'is not %j',
		(other) => {
			expect(isOwnedBy(hook(), other)).toBe(false);
		},
	);

	it('is nobody for a hook that was made by hand', () => {
		expect(isOwnedBy(hook({ description: '' }), OWNER)).toBe(false);
	});

	it('and the secret are not told by the description', () => {
		expect(define().description).not.toContain(OWNER);
		expect(define().description).not.toContain(SECRET_HASH.slice(0, 16));
	});
});

describe('Okta delivers to a hook', () => {
	it('that is active and verified', () => {
		expect(isUp(hook())).toBe(true);
	});

	it.each([
		['INACTIVE', 'VERIFIED'],
		['ACTIVE', 'UNVERIFIED'],
		['INACTIVE', 'UNVERIFIED'],
		['active', 'verified'],
		['undefined', 'undefined'],
	])('but not to one that is %s and %s', (status, verificationStatus) => {
		expect(isUp(hook({ status, verificationStatus }))).toBe(false);
	});
});
