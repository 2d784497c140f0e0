/**
 * A System Log event, as event hooks deliver it and the System Log API returns it. Okta promises no
 * key: any may be absent or null, and `debugData` is expressly no contract.
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
	/** Empty if it has none. */
	description: string;
	eventTypes: string[];
	/** The condition in Okta's Expression Language that events of a type must meet, where there is one. */
	filters: ReadonlyMap<string, string>;
	uri: string;
	/** The header that carries the secret, in lower case; undefined where there is none. */
	authHeader?: string;
}

/** What an event hook shall be, apart from its id and state. */
export interface EventHookDefinition {
	/** Shown in Okta's console. */
	name: string;
	description: string;
	eventTypes: string[];
	/** A condition in Okta's Expression Language that events of any type must meet. */
	filterExpression?: string;
	/** Where Okta sends deliveries. */
	uri: string;
}
