import type { IDataObject, NodeApiError } from 'n8n-workflow';

import { apiError } from '../errors';
import { isRecord } from '../isRecord';
import type { Okta, OktaRequest } from './client';
import type { OktaFailure } from './failure';
import { ORG_URL_HELP } from './orgUrl';
import type { OktaResource } from './resource';
import type { EventHook, EventHookDefinition } from './types';

const PATH = '/api/v1/eventHooks';

/** Where a user finds event hooks. */
export const CONSOLE_PLACE = 'the Okta Admin Console under Workflow > Event Hooks';

const EVENT_HOOKS: OktaResource = {
	name: 'event hooks',
	action: 'manage event hooks',
	scope: 'okta.eventHooks.manage',
	whereToLook: `Look at the event hooks in ${CONSOLE_PLACE}`,
};

/** Okta's event hooks, as far as a trigger needs them. */
export interface EventHooksApi {
	list(): Promise<EventHook[]>;
	/** The new hook is ACTIVE but not verified. */
	create(definition: EventHookDefinition, secret: string): Promise<EventHook>;
	/** Replaces the definition and the secret, after which the hook must be verified again. */
	replace(id: string, definition: EventHookDefinition, secret: string): Promise<EventHook>;
	activate(id: string): Promise<EventHook>;
	/** Makes Okta send its challenge to the hook's URI and wait for the answer. */
	verify(hook: EventHook): Promise<EventHook>;
	/** Whether anyone responds to a verification of the hook as Okta expects. */
	responds(hook: EventHook): Promise<boolean>;
	/** Deactivates and deletes the hook. A hook already gone is fine. */
	remove(id: string): Promise<void>;
}

function toFilter({ eventTypes, filterExpression }: EventHookDefinition): IDataObject {
	return {
		type: 'EXPRESSION_LANGUAGE',
		eventFilterMap: eventTypes.map((event) => ({
			event,
			condition: { expression: filterExpression },
		})),
	};
}

function toBody(definition: EventHookDefinition, secret: string): IDataObject {
	return {
		name: definition.name,
		description: definition.description,
		events: {
			type: 'EVENT_TYPE',
			items: definition.eventTypes,
			...(definition.filterExpression !== undefined && { filter: toFilter(definition) }),
		},
		channel: {
			type: 'HTTP',
			version: '1.0.0',
			config: {
				uri: definition.uri,
				authScheme: { type: 'HEADER', key: 'Authorization', value: secret },
			},
		},
	};
}

/** The conditions by event type. What cannot be read counts as some condition, for it may be one. */
function readFilters(filter: unknown): Map<string, string> {
	if (!isRecord(filter)) return new Map();
	const entries: unknown[] = Array.isArray(filter.eventFilterMap) ? filter.eventFilterMap : [{}];
	return new Map(
		entries.map((entry) => {
			const { event, condition } = isRecord(entry) ? entry : {};
			return [String(event), isRecord(condition) ? String(condition.expression) : ''];
		}),
	);
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function readEventHook(answer: unknown): EventHook | undefined {
	if (!isRecord(answer) || typeof answer.id !== 'string' || answer.id === '') return undefined;
	const { id, status, verificationStatus, events, channel } = answer;
	const items = isRecord(events) && Array.isArray(events.items) ? events.items : [];
	const config = isRecord(channel) && isRecord(channel.config) ? channel.config : {};
	return {
		id,
		name: text(answer.name),
		status: String(status),
		verificationStatus: String(verificationStatus),
		eventTypes: items.filter((item) => typeof item === 'string'),
		created: text(answer.created),
		lastUpdated: text(answer.lastUpdated),
		description: text(answer.description),
		filters: readFilters(isRecord(events) ? events.filter : undefined),
		uri: String(config.uri),
		authHeader: isRecord(config.authScheme)
			? String(config.authScheme.key).toLowerCase()
			: undefined,
	};
}

/** Okta has no error code of its own for the limit, and does not document the text. */
const HOOK_LIMIT_TEXT =
	/(limit|maximum|exceed)[^.]*event hooks|event hooks[^.]*(limit|maximum|exceed)/i;

function explainLimit({ status, summary = '' }: OktaFailure): string | undefined {
	if (status !== 400 || !HOOK_LIMIT_TEXT.test(summary)) return undefined;
	return `The Okta org has used up its 25 active event hooks. Deactivate one that is no longer needed in ${CONSOLE_PLACE}, then publish the workflow again.`;
}

/** Okta does not document its answer where the feature is off: 400, or E0000015 for any feature. */
function explainFilter(
	{ status, errorCode }: OktaFailure,
	{ filterExpression }: EventHookDefinition,
): string | undefined {
	if (filterExpression === undefined) return undefined;
	if (status !== 400 && errorCode !== 'E0000015') return undefined;
	return "Okta did not accept the event hook with its filter. Filters are an Early Access feature: turn on 'Event Hook Filtering' in the Okta Admin Console under Settings > Features, and check 'Filter Expression'. To go on without, clear 'Filter Expression' and turn off 'Filter in Okta' under 'Options': the other filters work in n8n alone.";
}

function explainVerification(failure: OktaFailure, uri: string): string | undefined {
	if (failure.status !== 400) return undefined;
	return (
		explainLimit(failure) ??
		`Okta could not verify the webhook URL ${uri}. Okta must reach it from the internet with a valid certificate, and get n8n's answer within 3 seconds: check WEBHOOK_URL, and that the reverse proxy passes GET requests and their headers to n8n.`
	);
}

/** Okta's own 400 to a verification, unless it is about the number of hooks. */
function isNotVerified(failure: OktaFailure): boolean {
	const isOktas = failure.status === 400 && failure.errorCode === 'E0000001';
	return isOktas && explainLimit(failure) === undefined;
}

/** Okta's own 404: one without its error code comes from something in between, and proves nothing. */
function isGone(failure: OktaFailure): boolean {
	return failure.status === 404 && failure.errorCode === 'E0000007';
}

/**
 * Okta's Event Hooks API. Every method throws a NodeApiError that says
 * what to do.
 *
 * @param beforeWrite called before each call that changes something; if it throws, nothing is sent
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/
 */
export function eventHooksApi(okta: Okta, beforeWrite = () => {}): EventHooksApi {
	/** The body of Okta's answer; undefined for a tolerated failure. */
	async function call(request: Omit<OktaRequest, 'resource'>): Promise<unknown> {
		if (request.method !== 'GET') beforeWrite();
		return (await okta.call({ ...request, resource: EVENT_HOOKS }))?.body;
	}

	const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

	/** Okta's own answers always have an id: what has none came from something else. */
	function expectEventHook(answer: unknown): EventHook {
		const hook = readEventHook(answer);
		if (hook === undefined) throw unexpectedAnswer();
		return hook;
	}

	function unexpectedAnswer(): NodeApiError {
		return apiError(okta.node, `The org URL answers, but not as Okta's API does. ${ORG_URL_HELP}.`);
	}

	return {
		async list() {
			const answer = await call({ method: 'GET', path: PATH });
			if (!Array.isArray(answer)) throw unexpectedAnswer();
			return answer.map(expectEventHook);
		},

		async create(definition, secret) {
			const answer = await call({
				method: 'POST',
				path: PATH,
				body: toBody(definition, secret),
				once: true,
				explain: (failure) => explainLimit(failure) ?? explainFilter(failure, definition),
			});
			return expectEventHook(answer);
		},

		async replace(id, definition, secret) {
			const answer = await call({
				method: 'PUT',
				path: pathOf(id),
				body: toBody(definition, secret),
				explain: (failure) => explainFilter(failure, definition),
			});
			return expectEventHook(answer);
		},

		async activate(id) {
			const answer = await call({
				method: 'POST',
				path: `${pathOf(id)}/lifecycle/activate`,
				explain: explainLimit,
			});
			return expectEventHook(answer);
		},

		async verify({ id, uri }) {
			const answer = await call({
				method: 'POST',
				path: `${pathOf(id)}/lifecycle/verify`,
				explain: (failure) => explainVerification(failure, uri),
			});
			return expectEventHook(answer);
		},

		async responds({ id }) {
			const verified = await call({
				method: 'POST',
				path: `${pathOf(id)}/lifecycle/verify`,
				tolerate: isNotVerified,
			});
			return verified !== undefined;
		},

		async remove(id) {
			const deactivated = await call({
				method: 'POST',
				path: `${pathOf(id)}/lifecycle/deactivate`,
				// 400: no longer active, which is what is wanted.
				tolerate: (failure) => isGone(failure) || failure.status === 400,
			});
			if (deactivated) expectEventHook(deactivated);
			const deleted = await call({
				method: 'DELETE',
				path: pathOf(id),
				tolerate: isGone,
			});
			if (deleted) throw unexpectedAnswer();
		},
	};
}
