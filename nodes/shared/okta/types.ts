/**
 * A System Log event, as event hooks deliver it and the System Log API returns it. Okta doesn't guarantee any
 * key: each may be absent or null, and Okta explicitly says not to rely on `debugData`.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export interface LogEvent {
	[key: string]: unknown;
	uuid?: unknown;
	eventType?: unknown;
}

/** The parts of an Okta event hook that this package works with. */
export interface EventHook {
	id: string;
	name: string;
	status: string;
	verificationStatus: string;
	/** ISO 8601; empty if Okta left it out. */
	created: string;
	/** Changes with every change of the hook. ISO 8601; empty if Okta left it out. */
	lastUpdated: string;
	/** Empty if the hook has no description. */
	description: string;
	eventTypes: string[];
	/** By event type: the condition that its events must meet, in Okta Expression Language. */
	filters: ReadonlyMap<string, string>;
	uri: string;
	/** The header that carries the secret, in lower case; undefined if there is none. */
	authHeader?: string;
}

/** The settings of an event hook, without its ID and state. */
export interface EventHookDefinition {
	/** Shown in Okta's console. */
	name: string;
	description: string;
	eventTypes: string[];
	/** A condition that events of every type must meet, in Okta Expression Language. */
	filterExpression?: string;
	/** Where Okta sends deliveries. */
	uri: string;
}
