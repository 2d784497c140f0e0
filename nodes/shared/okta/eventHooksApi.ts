import type { IDataObject, NodeApiError } from 'n8n-workflow';

import { apiError } from '../errors';
import { isRecord } from '../isRecord';
import type { Okta, OktaRequest } from './client';
import {
	explainDefinition,
	explainDeletion,
	explainLimit,
	explainVerification,
	isGone,
	isNotVerified,
} from './eventHookFailures';
import { ORG_URL_HELP } from './orgUrl';
import { EVENT_HOOKS } from './resources';
import type { EventHook, EventHookDefinition } from './types';

/** The operations on Okta's event hooks that a trigger needs. */
export interface EventHooksApi {
	list(): Promise<EventHook[]>;
	/** The new hook is ACTIVE but not verified. */
	create(definition: EventHookDefinition, secret: string): Promise<EventHook>;
	/** Replaces the definition and the secret, after which the hook must be verified again. */
	replace(id: string, definition: EventHookDefinition, secret: string): Promise<EventHook>;
	activate(id: string): Promise<EventHook>;
	/** Has Okta send its verification challenge to the hook's URI and wait for the response. */
	verify(hook: EventHook): Promise<EventHook>;
	/** Whether the hook's URI responds to a verification as Okta expects. */
	responds(hook: EventHook): Promise<boolean>;
	/** Deactivates and deletes the hook. Does nothing if it's already gone. */
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

/** The conditions by event type. An unreadable filter counts as a condition because it may be one. */
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

function readEventHook(response: unknown): EventHook | undefined {
	if (!isRecord(response) || typeof response.id !== 'string' || response.id === '')
		return undefined;
	const { id, status, verificationStatus, events, channel } = response;
	const items = isRecord(events) && Array.isArray(events.items) ? events.items : [];
	const config = isRecord(channel) && isRecord(channel.config) ? channel.config : {};
	return {
		id,
		name: text(response.name),
		status: String(status),
		verificationStatus: String(verificationStatus),
		eventTypes: items.filter((item) => typeof item === 'string'),
		created: text(response.created),
		lastUpdated: text(response.lastUpdated),
		description: text(response.description),
		filters: readFilters(isRecord(events) ? events.filter : undefined),
		uri: String(config.uri),
		authHeader: isRecord(config.authScheme)
			? String(config.authScheme.key).toLowerCase()
			: undefined,
	};
}

/**
 * Okta's Event Hooks API.
 *
 * @param beforeWrite runs before each call that changes something. If it throws, nothing is sent
 * @throws NodeApiError from every method, with a message that says what to do
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/
 */
export function eventHooksApi(okta: Okta, beforeWrite = () => {}): EventHooksApi {
	/** The body of Okta's response; undefined for a tolerated failure. */
	async function call(request: Omit<OktaRequest, 'resource'>): Promise<unknown> {
		if (request.method !== 'GET') beforeWrite();
		return (await okta.call({ ...request, resource: EVENT_HOOKS }))?.body;
	}

	const pathOf = (id: string) => `${EVENT_HOOKS.path}/${encodeURIComponent(id)}`;

	/** Okta's own responses always have an ID. One without an ID came from something else. */
	function expectEventHook(response: unknown): EventHook {
		const hook = readEventHook(response);
		if (hook === undefined) throw unexpectedResponse();
		return hook;
	}

	function unexpectedResponse(): NodeApiError {
		return apiError(
			okta.node,
			`The response from the org URL didn't come from the Okta API. ${ORG_URL_HELP}.`,
		);
	}

	return {
		async list() {
			const response = await call({ method: 'GET', path: EVENT_HOOKS.path });
			if (!Array.isArray(response)) throw unexpectedResponse();
			return response.map(expectEventHook);
		},

		async create(definition, secret) {
			const response = await call({
				method: 'POST',
				path: EVENT_HOOKS.path,
				body: toBody(definition, secret),
				idempotent: false,
				explain: (failure) => explainDefinition(failure, definition),
			});
			return expectEventHook(response);
		},

		async replace(id, definition, secret) {
			const response = await call({
				method: 'PUT',
				path: pathOf(id),
				body: toBody(definition, secret),
				explain: (failure) => explainDefinition(failure, definition),
			});
			return expectEventHook(response);
		},

		async activate(id) {
			const response = await call({
				method: 'POST',
				path: `${pathOf(id)}/lifecycle/activate`,
				explain: explainLimit,
			});
			return expectEventHook(response);
		},

		async verify({ id, uri }) {
			const response = await call({
				method: 'POST',
				path: `${pathOf(id)}/lifecycle/verify`,
				explain: (failure) => explainVerification(failure, uri),
			});
			return expectEventHook(response);
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
				tolerate: isGone,
			});
			if (deactivated) expectEventHook(deactivated);
			const deleted = await call({
				method: 'DELETE',
				path: pathOf(id),
				explain: (failure) => explainDeletion(failure, id),
				tolerate: isGone,
			});
			if (deleted) throw unexpectedResponse();
		},
	};
}
