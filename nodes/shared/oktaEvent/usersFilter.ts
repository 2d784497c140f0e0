import { splitList } from '../splitList';
import { userOf } from './event';
import { anyOf, quote } from './expression';
import type { EventPredicate, Filter } from './filter';
import { toUserMatcher } from './userPatterns';

/** An Okta user ID. Unlike a login, it has only one spelling. */
const USER_ID = /^00u[\dA-Za-z]{17}$/;

/** The actor comes first: some events have no targets, and Okta doesn't document how it evaluates those. */
function toCondition(ids: string[]): string {
	const idConditions = (field: string) => ids.map((id) => `${field} eq ${quote(id)}`);
	const target = anyOf(idConditions('id'));
	return `(${idConditions('event.actor.id').join(' || ')} || event.target.?[type eq 'User' && ${target}].size()>0)`;
}

/**
 * Whether an event is about one of these users.
 *
 * @param users user IDs and logins, with wildcards, separated by commas or line breaks
 * @returns undefined if there are none
 */
export function toUserPredicate(users: string): EventPredicate | undefined {
	const patterns = splitList(users);
	if (patterns.length === 0) return undefined;
	const isListed = toUserMatcher(patterns);
	const isWanted = (name: unknown) => typeof name === 'string' && isListed(name);
	return (event) => {
		const user = userOf(event);
		return isWanted(user?.alternateId) || isWanted(user?.id);
	};
}

/** Filters by the user that the event is about. */
export const usersFilter: Filter = {
	parameters: [
		{
			displayName: 'Users',
			name: 'users',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			placeholder: 'e.g. ada@example.com, *@contractor.example.com',
			description:
				'Start the workflow only for these users. Enter Okta user IDs or logins, separated by commas or line breaks. * is a wildcard. Not case-sensitive. Leave empty for all users.',
		},
	],
	subtitle: '$parameter["users"] || []',
	toPredicate({ users }) {
		return toUserPredicate(users);
	},
	/** Only for user IDs: Okta's comparison is case-sensitive, and a login can be entered in any case. */
	toHookExpression({ users }) {
		const ids = splitList(users);
		return ids.length > 0 && ids.every((id) => USER_ID.test(id)) ? toCondition(ids) : undefined;
	},
};
