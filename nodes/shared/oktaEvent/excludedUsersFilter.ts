import type { Filter } from './filter';
import { toUserPredicate } from './usersFilter';

/** Skips events about these users. An event without a user isn't about any of them, so it passes. */
export const excludedUsersFilter: Filter = {
	parameters: [
		{
			displayName: 'Excluded Users',
			name: 'excludedUsers',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			placeholder: 'e.g. svc-*, test@example.com',
			description:
				'Skip events about these users, such as service and test accounts. Enter Okta user IDs or logins, separated by commas or line breaks. * is a wildcard. Not case-sensitive.',
		},
	],
	isInMoreFilters: true,
	subtitle:
		'[].concat(($parameter["moreFilters"] || {})["excludedUsers"] || []).filter((users) => !String(users).startsWith("=")).map((users) => "not " + users)',
	toPredicate({ excludedUsers }) {
		const isExcluded = toUserPredicate(excludedUsers);
		return isExcluded && ((event) => !isExcluded(event));
	},
};
