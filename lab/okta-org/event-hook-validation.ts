import type {
	EventHookAuthScheme,
	EventHookChannel,
	EventHookFilter,
	EventHookHeader,
	EventHookInput,
	EventSubscriptions,
} from './event-hook';
import { ExpressionError } from './boolean-expression';
import { eventHookInvalid, OktaApiError } from './errors';
import { HOOK_ELIGIBLE_EVENT_TYPES } from './event-types';
import { parseHookFilter } from './hook-filter';
import { inOktaOrder } from './event-type-order';
import { isLoopback } from './loopback';

const MAXIMUM_NAME_LENGTH = 255;

/** Properties that only Okta sets. They're ignored, so that clients can send back what they read. */
const READ_ONLY = ['_links', 'created', 'createdBy', 'id', 'lastUpdated', 'verificationStatus'];

export interface ValidHook {
	/** Without the secret and the status. */
	input: EventHookInput;
	/** `undefined` if none was sent. */
	secret?: string;
	/** `undefined` if none was sent. */
	status?: 'ACTIVE' | 'INACTIVE';
}

export interface HookRules {
	filterFeature: boolean;
	/** The status for a filter in an org without the feature. */
	featureOff: 401 | 400;
	/** How many event types a hook can have. */
	maxEventTypes: number;
	/** Whether the hook already has a secret, which is kept if `authScheme.value` is omitted. */
	keepsSecret: boolean;
}

/**
 * Checks the body of a create or replace against Okta's reference.
 *
 * @throws {OktaApiError} with one cause per broken rule
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/#tag/EventHook/operation/createEventHook
 */
export function validateEventHook(body: unknown, rules: HookRules): ValidHook {
	const causes: string[] = [];
	const hook = new Fields(body, '', causes).only(
		'channel',
		'description',
		'events',
		'name',
		'status',
		...READ_ONLY,
	);

	const name = hook.string('name');
	if (name !== undefined && name.length > MAXIMUM_NAME_LENGTH) {
		causes.push(`name: The field is too long (maximum ${MAXIMUM_NAME_LENGTH} characters)`);
	}
	const description = hook.optional('description') as unknown;
	if (description !== undefined && typeof description !== 'string') {
		causes.push('description: The field must be a string');
	}
	const status = hook.optional('status');
	if (status !== undefined && status !== 'ACTIVE' && status !== 'INACTIVE') {
		causes.push("status: Must be 'ACTIVE' or 'INACTIVE'");
	}
	const events = validateEvents(hook.object('events'), rules, causes);
	const { channel, secret } = validateChannel(hook.object('channel'), rules.keepsSecret, causes);

	if (causes.length > 0) throw eventHookInvalid(...causes);
	return {
		input: {
			name: name!,
			description: (description as string | undefined) ?? null,
			events: events!,
			channel: channel!,
		},
		secret,
		status: status as ValidHook['status'],
	};
}

function validateEvents(
	fields: Fields | undefined,
	rules: HookRules,
	causes: string[],
): EventSubscriptions | undefined {
	if (!fields) return undefined;
	fields.only('type', 'items', 'filter').literal('type', 'EVENT_TYPE');

	const items = fields.array('items') ?? [];
	if (fields.has('items') && items.length === 0) {
		causes.push('events.items: The field cannot be left blank');
	}
	for (const item of items) {
		if (typeof item !== 'string' || !HOOK_ELIGIBLE_EVENT_TYPES.has(item)) {
			causes.push(`events.items: '${String(item)}' is not an event type that hooks can deliver`);
		}
	}
	if (items.length > rules.maxEventTypes) {
		causes.push(`events.items: More than ${rules.maxEventTypes} event types`);
	}
	if (new Set(items).size < items.length) causes.push('events.items: Duplicate event types');

	const filter = validateFilter(fields.optionalObject('filter'), rules, items, causes);
	if (causes.length > 0) return undefined;
	return { type: 'EVENT_TYPE', items: inOktaOrder(items as string[]), filter: filter ?? null };
}

function validateFilter(
	fields: Fields | undefined,
	{ filterFeature, featureOff }: HookRules,
	items: unknown[],
	causes: string[],
): EventHookFilter | undefined {
	if (!fields) return undefined;
	if (!filterFeature) {
		if (featureOff === 401) throw new OktaApiError('E0000015');
		causes.push('events.filter: Event hook filters are not enabled for this organization');
		return undefined;
	}
	fields.only('type', 'eventFilterMap').literal('type', 'EXPRESSION_LANGUAGE');

	const eventFilterMap: EventHookFilter['eventFilterMap'] = [];
	for (const [index, entry] of (fields.array('eventFilterMap') ?? []).entries()) {
		const path = `events.filter.eventFilterMap[${index}]`;
		const mapped = new Fields(entry, path, causes).only('event', 'condition');
		const event = mapped.string('event');
		if (event !== undefined && !items.includes(event)) {
			causes.push(`${path}.event: '${event}' is not among events.items`);
		}
		const condition = mapped.object('condition')?.only('expression', 'version');
		const expression = condition?.string('expression');
		if (event === undefined || expression === undefined) continue;
		try {
			parseHookFilter(expression);
			eventFilterMap.push({ event, condition: { expression, version: null } });
		} catch (error) {
			if (!(error instanceof ExpressionError)) throw error;
			causes.push(`${path}.condition.expression: ${error.message}`);
		}
	}
	return { type: 'EXPRESSION_LANGUAGE', eventFilterMap };
}

function validateChannel(
	fields: Fields | undefined,
	keepsSecret: boolean,
	causes: string[],
): { channel?: EventHookChannel; secret?: string } {
	if (!fields) return {};
	fields.only('type', 'version', 'config').literal('type', 'HTTP').literal('version', '1.0.0');

	const config = fields.object('config')?.only('uri', 'headers', 'authScheme', 'method');
	if (!config) return {};
	if (config.has('method')) config.literal('method', 'POST');
	const uri = config.string('uri');
	if (uri !== undefined && !isDeliverable(uri)) {
		causes.push('channel.config.uri: Must be a valid HTTPS URL');
	}

	const headers = config.has('headers')
		? validateHeaders(config.array('headers') ?? [], causes)
		: [];
	const { authScheme, secret } = validateAuthScheme(
		config.optionalObject('authScheme'),
		keepsSecret,
		causes,
	);
	return {
		channel: {
			type: 'HTTP',
			version: '1.0.0',
			config: {
				uri: uri ?? '',
				headers,
				method: 'POST',
				authScheme: authScheme ?? null,
			},
		},
		secret,
	};
}

function validateHeaders(entries: unknown[], causes: string[]): EventHookHeader[] {
	return entries.map((entry, index) => {
		const path = `channel.config.headers[${index}]`;
		const header = new Fields(entry, path, causes).only('key', 'value');
		return { key: readHeaderName(header, path, causes) ?? '', value: header.string('value') ?? '' };
	});
}

function validateAuthScheme(
	fields: Fields | undefined,
	keepsSecret: boolean,
	causes: string[],
): { authScheme?: EventHookAuthScheme; secret?: string } {
	if (!fields) return {};
	fields.only('type', 'key', 'value').literal('type', 'HEADER');
	const key = readHeaderName(fields, 'channel.config.authScheme', causes);
	const secret = fields.has('value') || !keepsSecret ? fields.string('value') : undefined;
	return { authScheme: { type: 'HEADER', key: key ?? '' }, secret };
}

function readHeaderName(fields: Fields, path: string, causes: string[]): string | undefined {
	const key = fields.string('key');
	if (key !== undefined && !/^[\w!#$%&'*+.^`|~-]+$/.test(key)) {
		causes.push(`${path}.key: Not a valid header name`);
	}
	return key;
}

/** Okta only calls HTTPS URLs. This org also allows HTTP on loopback, because tests have no certificates. */
function isDeliverable(uri: string): boolean {
	const protocol = URL.canParse(uri) ? new URL(uri).protocol : undefined;
	return protocol === 'https:' || (protocol === 'http:' && isLoopback(uri));
}

/** Reads the fields of one JSON object and collects what's wrong with them. */
class Fields {
	private readonly fields: Record<string, unknown>;

	constructor(
		value: unknown,
		private readonly path: string,
		private readonly causes: string[],
	) {
		const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
		if (!isObject) causes.push(`${path || 'body'}: Must be an object`);
		this.fields = isObject ? (value as Record<string, unknown>) : {};
	}

	/** Rejects any other property, because a typo must not go unnoticed. */
	only(...names: string[]): this {
		for (const name of Object.keys(this.fields)) {
			if (!names.includes(name)) this.causes.push(`${this.pathOf(name)}: Unknown property`);
		}
		return this;
	}

	has(name: string): boolean {
		return this.optional(name) !== undefined;
	}

	/** `null` counts as omitted. */
	optional(name: string): unknown {
		return this.fields[name] ?? undefined;
	}

	literal(name: string, expected: string): this {
		if (this.optional(name) !== expected) {
			this.causes.push(`${this.pathOf(name)}: Must be '${expected}'`);
		}
		return this;
	}

	string(name: string): string | undefined {
		const value = this.optional(name);
		if (typeof value === 'string' && value.trim() !== '') return value;
		this.causes.push(`${this.pathOf(name)}: The field cannot be left blank`);
		return undefined;
	}

	array(name: string): unknown[] | undefined {
		const value = this.optional(name);
		if (Array.isArray(value)) return value as unknown[];
		this.causes.push(`${this.pathOf(name)}: Must be an array`);
		return undefined;
	}

	object(name: string): Fields | undefined {
		if (!this.has(name)) {
			this.causes.push(`${this.pathOf(name)}: The field cannot be left blank`);
			return undefined;
		}
		return new Fields(this.optional(name), this.pathOf(name), this.causes);
	}

	optionalObject(name: string): Fields | undefined {
		return this.has(name) ? this.object(name) : undefined;
	}

	private pathOf(name: string): string {
		return this.path ? `${this.path}.${name}` : name;
	}
}
