import type { Filter } from '../oktaEvent/filter';
import { pushResponseOf } from '../oktaEvent/push';
import { selectedNames } from '../oktaEvent/subtitle';
import { splitList } from '../splitList';

const RESPONSES = [
	{ name: 'Approved', value: 'APPROVE', description: 'The sign-in may still fail: see Outcomes' },
	{ name: 'Denied', value: 'DENY', description: 'Identity Engine only' },
	{ name: 'Error', value: 'ERROR', description: 'The push failed' },
];

/** Filters by the user's response to a push. In Classic Engine, a denied push is a separate event. */
export const pushResponsesFilter: Filter = {
	parameters: [
		{
			displayName: 'Push Response',
			name: 'pushResponses',
			type: 'multiOptions',
			options: RESPONSES,
			default: [],
			description:
				"Start the workflow only for these responses to a push notification. Events that don't report one are skipped. Leave empty for all events.",
		},
	],
	isInMoreFilters: true,
	subtitle: `${selectedNames('pushResponses', RESPONSES, { isInMoreFilters: true })}.map((name) => "push " + name.toLowerCase())`,
	toPredicate({ pushResponses }) {
		const wanted = new Set<string | null>(splitList(pushResponses.toUpperCase()));
		return wanted.size > 0 ? (event) => wanted.has(pushResponseOf(event)) : undefined;
	},
};
