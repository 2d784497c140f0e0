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
const SECRET_HASH = 'ab'.repeat(32);

function define(
	changes: Partial<Parameters<typeof defineEventHook>[0]> = {},
	secretHash = SECRET_HASH,
): EventHookDefinition {
	return defineEventHook(
		{
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
		isFiltered: false,
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
		expect(define().name).toBe('n8n: Watch MFA / Okta User MFA Trigger');
	});

	it('tells a person in Okta’s console what it is for and what removes it', () => {
		expect(define().description).toMatch(/n8n.*created.*removes/);
		expect(define().description.length).toBeLessThanOrEqual(255);
	});

	it('has a name that Okta accepts: of at most 255 characters', () => {
		expect(define({ workflowName: 'w'.repeat(300) }).name).toBe(`n8n: ${'w'.repeat(250)}`);
		expect(define({ nodeName: 'n'.repeat(300) }).name).toMatch(/^n8n: Watch MFA \/ n+$/);
	});

	it('has its whole name where that just fits', () => {
		const nodeName = 'n'.repeat(255 - 'n8n: Watch MFA / '.length);
		expect(define({ nodeName }).name).toBe(`n8n: Watch MFA / ${nodeName}`);
	});

	it('has a name that is not cut within a character', () => {
		const cutWithin = define({ workflowName: `${'w'.repeat(249)}👍👍` }).name;
		expect(cutWithin).toBe(`n8n: ${'w'.repeat(249)}`);
		const cutBehind = define({ workflowName: `${'w'.repeat(248)}👍👍` }).name;
		expect(cutBehind).toBe(`n8n: ${'w'.repeat(248)}👍`);
	});

	it('has a name also for a workflow without one', () => {
		expect(define({ workflowName: '' }).name).toBe('n8n:  / Okta User MFA Trigger');
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
		['a filter, which would keep events back', { isFiltered: true }],
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
