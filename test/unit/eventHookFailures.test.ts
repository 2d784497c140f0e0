import {
	explainDefinition,
	explainDeletion,
	explainLimit,
	explainVerification,
	isGone,
	isNotVerified,
} from '../../nodes/shared/okta/eventHookFailures';
import { readErrorResponse } from '../../nodes/shared/okta/failure';
import type { OktaFailure } from '../../nodes/shared/okta/failure';
import type { EventHookDefinition } from '../../nodes/shared/okta/types';
import { CONDITION, WEBHOOK_URL } from './fixtures/hooks';
import { challenge, oktaErrorBody } from './fixtures/requestErrors';

const PLAIN: EventHookDefinition = {
	name: 'MFA alerts',
	description: '',
	eventTypes: ['user.authentication.auth_via_mfa'],
	filterExpression: undefined,
	uri: WEBHOOK_URL,
};
const FILTERED: EventHookDefinition = { ...PLAIN, filterExpression: CONDITION };

/** Okta's rejection of a request with these causes. */
function rejected(causes: string | string[], status = 400, errorCode = 'E0000001'): OktaFailure {
	const body = oktaErrorBody(errorCode, 'Api validation failed: eventHook', [causes].flat());
	return readErrorResponse({ statusCode: status, headers: {}, body });
}

const LIMIT =
	/^Your Okta org has reached its limit of 25 active event hooks\. .*Event Hooks, deactivate one/;
const NAME = /already has an event hook named 'MFA alerts'\. Set a different 'Hook Name'/;
const FILTER =
	/^Okta rejected the event hook's filter\. Check 'Filter Expression'.*'Event Hook Filtering'.*Settings > Features\. To continue without it/;
const NO_FILTERS =
	/^Your Okta org doesn't support event hook filters\. .*'Event Hook Filtering'.*Settings > Features\. To continue without it, clear 'Filter Expression' and turn off 'Filter in Okta'/;
const TYPES =
	/^Okta rejected the event types user\.authentication\.auth_via_mfa: .*\. Check 'Okta Events' and 'Other Events'\. .*Okta User MFA Polling Trigger/;
const UNVERIFIED = /^Okta couldn't verify the webhook URL https:\/\/n8n\.example\.com\//;

const limits = [
	'The maximum number of active event hooks is 25.',
	'Maximum number of event hooks reached',
	'MAXIMUM NUMBER of hooks has been reached.',
	'The limit of 25 event hooks has been reached.',
	'Event hook limit reached',
	'The count limit of this resource is reached.',
	'The maximum of 25 hooks was exceeded.',
	'The limit for event hooks is exceeded',
	'This request exceeds the limit of 25 active event hooks.',
	'The org would exceed its limit of event hooks.',
	'Active event hooks exceeded the limit.',
	'You have reached the limit of 25 active event hooks.',
	'Your org has reached its maximum of 25 event hooks.',
	'Too many active event hooks.',
	'You cannot have more than 25 active event hooks.',
	'Event hook quota exceeded',
	'Max number of event hooks reached',
	'Active event hooks cannot exceed 25.',
	'An org can have at most 25 active event hooks.',
	'You already have 25 active event hooks.',
	'status: The limit of active event hooks is reached.',
];

/** Similar words about something other than the number of hooks. */
const lengths = [
	'name: too long (maximum 255 characters)',
	'name: The field is too long, its limit of 255 is exceeded.',
	'description: exceeds the limit of 255 characters',
	'name: maximum length exceeded',
	'uri: the maximum number of characters is 1024',
	'description: exceeds the size limit of 1 KB',
	'uri: exceeds the limit of 1024',
	'events.items: exceeds the limit of 10 event types',
	'channel.config.headers: maximum number of headers is 10',
];

describe('The limit of active event hooks', () => {
	it.each(limits)('is recognized by Okta’s words: %s', (words) => {
		expect(explainLimit(rejected(words, 400))).toMatch(LIMIT);
		expect(explainLimit(rejected(words, 403, 'E0000166'))).toMatch(LIMIT);
	});

	it('is recognized by the words of the summary, too', () => {
		const body = oktaErrorBody('E0000166', 'The count limit of this resource is reached.');
		expect(explainLimit(readErrorResponse({ statusCode: 403, headers: {}, body }))).toMatch(LIMIT);
	});

	it.each(limits)('is recognized among several causes: %s', (words) => {
		for (const causes of [
			['name: too long (maximum 255 characters)', words],
			[words, 'events.items: unknown event type'],
			['uri: exceeds the limit of 1024', words, 'name: The field cannot be left blank'],
		]) {
			expect(explainLimit(rejected(causes))).toMatch(LIMIT);
			expect(explainDefinition(rejected(causes), FILTERED)).toMatch(LIMIT);
		}
	});

	it('isn’t assumed for several causes that are each about a field', () => {
		expect(explainLimit(rejected(lengths))).toBeUndefined();
		expect(explainLimit(rejected([...lengths, 'There are several errors.']))).toBeUndefined();
	});

	it.each(limits)('isn’t confused with a rate limit or a server error: %s', (words) => {
		for (const status of [401, 404, 429, 500, 503]) {
			expect(explainLimit(rejected(words, status))).toBeUndefined();
		}
	});

	it.each([
		...lengths,
		'name: The field cannot be left blank',
		'events.items: unknown event type',
		'uri: The address must begin with https.',
		'Unlimited hooks are reached for',
		'',
	])('isn’t assumed for: %s', (words) => {
		for (const status of [400, 403]) {
			expect(explainLimit(rejected(words, status))).toBeUndefined();
		}
	});

	it('isn’t assumed for a response without words', () => {
		for (const body of ['', undefined, '<html>limit exceeded</html>']) {
			expect(
				explainLimit(readErrorResponse({ statusCode: 403, headers: {}, body })),
			).toBeUndefined();
		}
	});
});

describe('A definition that Okta rejects', () => {
	const both: Array<[string, EventHookDefinition]> = [
		['without a filter', PLAIN],
		['with a filter', FILTERED],
	];

	describe.each(both)('%s', (_what, definition) => {
		it.each([
			'name: There is already an event hook with this name.',
			'name: An event hook with this name already exists.',
			'name: must be unique',
			'The name is taken.',
			'The name MFA alerts is in use.',
			'name: duplicate',
			'An event hook already has this name',
			'Duplicate name',
			'name: An event hook with this name exists.',
			'name: is used by another event hook',
			'An event hook named N already exists',
			"An event hook named 'https://host.example.com' already exists",
		])('has a name that is taken: %s', (words) => {
			expect(explainDefinition(rejected(words), definition)).toMatch(NAME);
			for (const status of [403, 404, 429, 500]) {
				expect(explainDefinition(rejected(words, status), definition)).toBeUndefined();
			}
		});

		it.each(limits)('is one hook too many: %s', (words) => {
			expect(explainDefinition(rejected(words), definition)).toMatch(LIMIT);
			expect(explainDefinition(rejected(words, 403), definition)).toMatch(LIMIT);
		});

		it.each([
			...lengths.filter((words) => !words.startsWith('events.items')),
			'name: The field cannot be left blank',
			'uri: The address must begin with https.',
			'channel.config.uri: not reachable',
			'authScheme: The header name is reserved',
			'authScheme: precondition failed',
			'Invalid uri: host name is already registered',
			'The host name of the uri is not unique',
			"channel.config.uri: 'https://n8n.example.com/webhook/filter' is not https",
			"name: 'MFA filter' is too long",
			'name: "MFA condition" is too long',
		])('is only explained in Okta’s words: %s', (words) => {
			expect(explainDefinition(rejected(words), definition)).toBeUndefined();
		});

		it.each([
			'events.items: unknown event type',
			"events.items: 'user.mfa.attempt_bypass' is not an event type that hooks can deliver",
			'events.items: exceeds the limit of 10 event types',
			'events.items: More than 10 event types',
			'events.items: Too many entries',
			'events.items[0]: not allowed',
			'events.items[17]: not allowed',
			'events: not allowed',
			'event: not allowed',
			'Event type user.session.start is not supported.',
			'Invalid event types',
			'The event_type is unknown.',
			'INVALID EVENT TYPE',
			'eventHook: You can have at most 10 event types.',
		])('has event types that Okta doesn’t accept: %s', (words) => {
			expect(explainDefinition(rejected(words), definition)).toMatch(TYPES);
			for (const status of [401, 403, 404, 429, 500]) {
				expect(explainDefinition(rejected(words, status), definition)).toBeUndefined();
			}
		});

		it('names the event types and repeats Okta’s words about them', () => {
			const eventTypes = ['user.account.lock', 'user.mfa.factor.suspend'];
			const failure = rejected(['events.items: not eligible', 'events.items: too many']);
			expect(explainDefinition(failure, { ...definition, eventTypes })).toMatch(
				/^Okta rejected the event types user\.account\.lock, user\.mfa\.factor\.suspend: events\.items: not eligible\b.* events\.items: too many\. Check 'Okta Events' and 'Other Events'\. Event hooks don't support every event type, Classic Engine orgs support fewer than Identity Engine orgs, and Okta limits how many one event hook can have\. The Okta User MFA Polling Trigger receives all of them\.$/,
			);
		});

		it('has event types that Okta doesn’t accept as one of several causes', () => {
			const causes = ['uri: exceeds the limit of 1024', 'events.items: not allowed'];
			expect(explainDefinition(rejected(causes), definition)).toMatch(TYPES);
		});

		it('is one hook too many or has a taken name before its event types matter', () => {
			const types = 'events.items: not allowed';
			expect(explainDefinition(rejected([types, limits[0]]), definition)).toMatch(LIMIT);
			expect(explainDefinition(rejected([types, 'name: must be unique']), definition)).toMatch(
				NAME,
			);
		});

		it.each([
			'eventsUri: not allowed',
			'channel.events.items: not allowed',
			'events.type: not allowed',
			"name: 'My event types' is too long",
			'The events are not allowed.',
			'previent type',
		])('isn’t explained by its event types for: %s', (words) => {
			expect(explainDefinition(rejected(words), definition)).toBeUndefined();
		});

		it('has a name that is taken as one of several causes', () => {
			const causes = ['uri: exceeds the limit of 1024', 'name: must be unique'];
			expect(explainDefinition(rejected(causes), definition)).toMatch(NAME);
		});

		it('isn’t explained by combined words of several causes', () => {
			const causes = ['name: too long', 'uri: is already registered'];
			expect(explainDefinition(rejected(causes), definition)).toBeUndefined();
		});

		it('isn’t explained by a response without words', () => {
			for (const statusCode of [400, 401, 403, 404]) {
				const failure = readErrorResponse({ statusCode, headers: {}, body: '' });
				expect(explainDefinition(failure, definition)).toBeUndefined();
			}
		});

		it('isn’t explained by a challenge about the access token', () => {
			const headers = challenge('insufficient_scope', 'A scope is missing.');
			const failure = readErrorResponse({ statusCode: 403, headers, body: '' });
			expect(explainDefinition(failure, definition)).toBeUndefined();
		});
	});

	it.each([
		'events.filter: not allowed',
		'eventFilterMap: unknown property',
		'The expression could not be parsed.',
		'Invalid Expression Language',
		'condition: must be a boolean',
		'events.filter: property name duplicate',
	])('is rejected because of its filter if it has one: %s', (words) => {
		expect(explainDefinition(rejected(words), FILTERED)).toMatch(FILTER);
		expect(explainDefinition(rejected(words), PLAIN)).toBeUndefined();
		for (const status of [403, 404, 429, 500]) {
			expect(explainDefinition(rejected(words, status), FILTERED)).toBeUndefined();
		}
	});

	it.each(['events: The event filter is invalid', 'events: The condition could not be parsed'])(
		'is rejected because of its filter rather than its event types: %s',
		(words) => {
			expect(explainDefinition(rejected(words), FILTERED)).toMatch(FILTER);
			expect(explainDefinition(rejected(words), PLAIN)).toMatch(TYPES);
		},
	);

	it.each([400, 401, 403])(
		'is only missing the feature if it has a filter: E0000015 as %d',
		(status) => {
			const failure = rejected('Not for this org', status, 'E0000015');
			expect(explainDefinition(failure, FILTERED)).toMatch(NO_FILTERS);
			expect(explainDefinition(failure, PLAIN)).toBeUndefined();
		},
	);
});

describe('A verification that Okta rejects', () => {
	it('points to the webhook URL and the proxy in front of n8n', () => {
		const message = explainVerification(rejected('Unable to verify the hook.'), WEBHOOK_URL);
		expect(message).toMatch(UNVERIFIED);
		expect(message).toMatch(/certificate.*3 seconds.*WEBHOOK_URL.*reverse proxy/);
	});

	it.each(limits)('can be about one hook too many: %s', (words) => {
		expect(explainVerification(rejected(words), WEBHOOK_URL)).toMatch(LIMIT);
		expect(isNotVerified(rejected(words))).toBe(false);
	});

	it.each(['Unable to verify the hook.', ...lengths])(
		'is recognized by status and code, whatever the words: %s',
		(words) => {
			expect(isNotVerified(rejected(words))).toBe(true);
			expect(explainVerification(rejected(words), WEBHOOK_URL)).toMatch(UNVERIFIED);
		},
	);

	it.each([
		'Too many MFA failures',
		'n8n: Limit breaches · Okta User MFA Trigger',
		'More than 5 denied pushes',
		"Ada's maximum",
	])('isn’t confused with the limit by the hook’s name, which Okta repeats: %s', (name) => {
		const failure = rejected(`Unable to verify event hook. Hook ${name} execution failed`);
		expect(isNotVerified(failure)).toBe(true);
		expect(explainVerification(failure, WEBHOOK_URL)).toMatch(UNVERIFIED);
	});

	it.each([
		['another code', rejected('No.', 400, 'E0000003')],
		['no code', readErrorResponse({ statusCode: 400, headers: {}, body: '' })],
		['the status 401', rejected('No.', 401)],
		['the status 403', rejected('No.', 403)],
		['the status 404', rejected('No.', 404)],
		['the status 500', rejected('No.', 500)],
	])('isn’t confused with a response with %s', (_what, failure) => {
		expect(isNotVerified(failure)).toBe(false);
	});

	it.each([401, 403, 404, 429, 500])('isn’t confused with HTTP %d', (status) => {
		expect(explainVerification(rejected('No.', status), WEBHOOK_URL)).toBeUndefined();
	});
});

describe('A deletion that Okta rejects', () => {
	const ACTIVE = /event hook who1 is active again\. .* Try again\.$/;

	it.each([
		['the code', rejected('Delete forbidden.', 403, 'E0000056')],
		['the code as 400', rejected('Delete forbidden.', 400, 'E0000056')],
		['words', rejected('The hook must be deactivated before deletion.', 403, 'E0000038')],
		['other words', rejected('An active hook can not be deleted.')],
	])('is for an active hook, recognized by %s', (_what, failure) => {
		expect(explainDeletion(failure, 'who1')).toMatch(ACTIVE);
	});

	it.each([
		['a missing role', rejected('No permission.', 403, 'E0000006')],
		['an empty 403', readErrorResponse({ statusCode: 403, headers: {}, body: '' })],
		['a hook that is gone', rejected('Not found: who1', 404, 'E0000007')],
		['an invalid token', rejected('Invalid token.', 401, 'E0000011')],
		['a server error', rejected('The hook must be deactivated.', 500, 'E0000056')],
	])('isn’t confused with %s', (_what, failure) => {
		expect(explainDeletion(failure, 'who1')).toBeUndefined();
	});
});

describe('An event hook that is gone', () => {
	it('is recognized by Okta’s own 404', () => {
		expect(isGone(rejected('Not found: who1 (Webhook)', 404, 'E0000007'))).toBe(true);
	});

	it.each([
		['a 404 with another code', rejected('No.', 404, 'E0000001')],
		[
			'a 404 without a code',
			readErrorResponse({ statusCode: 404, headers: {}, body: '<html></html>' }),
		],
		['another status', rejected('No.', 400, 'E0000007')],
	])('isn’t confused with %s', (_what, failure) => {
		expect(isGone(failure)).toBe(false);
	});
});
