/**
 * The shape of an event hook, as Okta's Management API describes it.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/
 */

export interface EventHookHeader {
	key: string;
	value: string;
}

export interface EventHookAuthScheme {
	type: 'HEADER';
	key: string;
	/** Write-only: sent on create and replace, never returned. */
	value?: string;
}

export interface EventHookChannel {
	type: 'HTTP';
	version: string;
	config: {
		uri: string;
		headers?: EventHookHeader[];
		/** `null` if none was set. */
		authScheme?: EventHookAuthScheme | null;
		method?: 'POST';
	};
}

export interface EventHookFilter {
	type: 'EXPRESSION_LANGUAGE';
	eventFilterMap: Array<{
		event: string;
		condition: { expression: string; version?: string | null };
	}>;
}

export interface EventSubscriptions {
	type: 'EVENT_TYPE';
	items: string[];
	filter?: EventHookFilter | null;
}

/** What a caller sends to create or replace a hook. */
export interface EventHookInput {
	name: string;
	description?: string | null;
	/** If omitted, a new hook is ACTIVE and a replaced one keeps its status. */
	status?: 'ACTIVE' | 'INACTIVE';
	events: EventSubscriptions;
	channel: EventHookChannel;
}

export interface Link {
	href: string;
	hints?: { allow: string[] };
}

/** What Okta returns. */
export interface EventHook extends EventHookInput {
	id: string;
	status: 'ACTIVE' | 'INACTIVE';
	verificationStatus: 'VERIFIED' | 'UNVERIFIED';
	created: string;
	createdBy: string;
	lastUpdated: string;
	_links: Record<string, Link>;
}
