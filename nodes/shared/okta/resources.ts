/** A part of Okta's Management API. */
export interface OktaResource {
	/** e.g. `event hooks`, as in "You've reached Okta's rate limit for event hooks". */
	name: string;
	/** Path below the org URL. */
	path: string;
	/** What the caller must be allowed to do, e.g. `manage event hooks`. */
	action: string;
	/**
	 * The OAuth scope that allows it.
	 *
	 * @see https://developer.okta.com/docs/api/oauth2/
	 */
	scope: string;
	/** The admin roles that allow it, as in "assign it …". */
	role: string;
}

/** Where a user finds event hooks. */
export const EVENT_HOOKS_PAGE = 'the Okta Admin Console under Workflow > Event Hooks';

export const EVENT_HOOKS: OktaResource = {
	name: 'event hooks',
	path: '/api/v1/eventHooks',
	action: 'manage event hooks',
	scope: 'okta.eventHooks.manage',
	role: 'the Super Administrator role or a custom role with the permission to manage event hooks',
};

export const SYSTEM_LOG: OktaResource = {
	name: 'the System Log',
	path: '/api/v1/logs',
	action: 'read the System Log',
	scope: 'okta.logs.read',
	role: 'an admin role that can view the System Log, e.g. Read-Only Administrator',
};
