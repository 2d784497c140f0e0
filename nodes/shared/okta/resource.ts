/** A part of Okta's Management API, as far as messages about it need. */
export interface OktaResource {
	/** e.g. `event hooks`, as in "Okta's rate limit for event hooks". */
	name: string;
	/** What one must be allowed to do, e.g. `manage event hooks`. */
	action: string;
	/** The OAuth scope for that. */
	scope: string;
	/** Where a person looks when Okta did not accept a request. */
	whereToLook: string;
}
