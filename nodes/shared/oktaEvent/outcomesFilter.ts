import { splitList } from '../splitList';
import { anyOf, quote } from './expression';
import type { Filter, FilterSettings } from './filter';
import { outcomeOf } from './event';
import { selectedNames } from './subtitle';

/**
 * All outcome results in Okta's System Log.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export const OUTCOMES = [
	{ name: 'Abandoned', value: 'ABANDONED', description: 'The user abandoned the sign-in' },
	{ name: 'Allow', value: 'ALLOW', description: 'A policy allowed the action' },
	{ name: 'Challenge', value: 'CHALLENGE', description: 'Okta asked for another factor' },
	{ name: 'Deferred', value: 'DEFERRED', description: 'Okta deferred the action' },
	{
		name: 'Deny',
		value: 'DENY',
		description: 'A policy denied the action. A denied push is a Failure.',
	},
	{
		name: 'Failure',
		value: 'FAILURE',
		description: 'Such as a wrong code or password, or a denied push on Identity Engine',
	},
	{ name: 'Rate Limit', value: 'RATE_LIMIT', description: 'Too many attempts' },
	{ name: 'Scheduled', value: 'SCHEDULED', description: 'Scheduled for later' },
	{ name: 'Skipped', value: 'SKIPPED', description: 'Okta skipped the action' },
	{ name: 'Success', value: 'SUCCESS', description: 'Such as a successful authentication' },
	{
		name: 'Unanswered',
		value: 'UNANSWERED',
		description: "The user didn't complete this factor and signed in with another",
	},
	{ name: 'Unknown', value: 'UNKNOWN', description: "Okta couldn't determine the outcome" },
];

function readOutcomes({ outcomes }: FilterSettings): string[] {
	return splitList(outcomes).map((outcome) => outcome.toUpperCase());
}

/** Filters by outcome. */
export const outcomesFilter: Filter = {
	parameters: [
		{
			displayName: 'Outcomes',
			name: 'outcomes',
			type: 'multiOptions',
			options: OUTCOMES,
			default: [],
			description: 'Start the workflow only for these outcomes. Leave empty for all.',
		},
	],
	subtitle: selectedNames('outcomes', OUTCOMES),
	toPredicate(settings) {
		const wanted = new Set<string | undefined>(readOutcomes(settings));
		return wanted.size > 0 ? (event) => wanted.has(outcomeOf(event)) : undefined;
	},
	toHookExpression(settings) {
		return anyOf(
			readOutcomes(settings).map((outcome) => `event.outcome.result eq ${quote(outcome)}`),
		);
	},
	toLogQuery(settings) {
		const results = readOutcomes(settings).map(
			(each) => `outcome.result eq ${JSON.stringify(each)}`,
		);
		return results.length > 0 ? `(${results.join(' or ')})` : undefined;
	},
};
