/** An outcome as people and Okta's events call it. */
export interface Outcome {
	name: string;
	/** What Okta writes into `outcome.result`. */
	value: string;
	description: string;
}

/**
 * All results that Okta's System Log knows.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export const OUTCOMES: readonly Outcome[] = [
	{ name: 'Abandoned', value: 'ABANDONED', description: 'The person left the sign-in' },
	{ name: 'Allow', value: 'ALLOW', description: 'A policy allowed it' },
	{ name: 'Challenge', value: 'CHALLENGE', description: 'Okta asked for one more factor' },
	{ name: 'Deferred', value: 'DEFERRED', description: 'Okta put it off' },
	{ name: 'Deny', value: 'DENY', description: 'A policy denied it' },
	{
		name: 'Failure',
		value: 'FAILURE',
		description: 'A wrong code or password, or a denied push on Identity Engine',
	},
	{ name: 'Rate Limit', value: 'RATE_LIMIT', description: 'Too many attempts' },
	{ name: 'Scheduled', value: 'SCHEDULED', description: 'Okta does it later' },
	{ name: 'Skipped', value: 'SKIPPED', description: 'Okta did not ask' },
	{ name: 'Success', value: 'SUCCESS', description: 'The person was authenticated' },
	{ name: 'Unanswered', value: 'UNANSWERED', description: 'The person did not react in time' },
	{ name: 'Unknown', value: 'UNKNOWN', description: 'Okta does not know how it ended' },
];
