import { splitList } from '../splitList';
import type { Filter } from './filter';
import { riskLevelOf } from './risk';
import { selectedNames } from './subtitle';

const LEVELS = [
	{ name: 'High', value: 'HIGH' },
	{ name: 'Medium', value: 'MEDIUM' },
	{ name: 'Low', value: 'LOW' },
];

/** Filters by the risk level that Okta assessed. */
export const riskLevelsFilter: Filter = {
	parameters: [
		{
			displayName: 'Risk Levels',
			name: 'riskLevels',
			type: 'multiOptions',
			options: LEVELS,
			default: [],
			description:
				"Start the workflow only for these risk levels. Events that don't report a risk level are skipped. Leave empty for all events.",
		},
	],
	subtitle: `${selectedNames('riskLevels', LEVELS)}.map((level) => level + " risk")`,
	toPredicate({ riskLevels }) {
		const wanted = new Set<string | null>(splitList(riskLevels.toUpperCase()));
		return wanted.size > 0 ? (event) => wanted.has(riskLevelOf(event)) : undefined;
	},
};
