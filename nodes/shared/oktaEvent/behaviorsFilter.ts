import { splitList } from '../splitList';
import { positiveBehaviorsOf } from './behaviors';
import type { Filter, FilterSettings } from './filter';
import { OTHER, otherOption, shownByOther } from './otherOption';
import { selectedNames } from './subtitle';

/** The behaviors that Okta sets up in every org. */
const BEHAVIORS = [
	'New City',
	'New Country',
	'New Device',
	'New Geo-Location',
	'New IP',
	'New State',
	'Velocity',
].map((name) => ({ name, value: name }));

/** Normalizes a name: case doesn't matter, and Okta has two names for velocity. */
function fold(name: string): string {
	const folded = name.trim().toLowerCase();
	return folded === 'velocity behavior' ? 'velocity' : folded;
}

/** Names can contain commas, so the ones entered for 'Other' are one per line. */
function readNames({ behaviors, otherBehaviors }: FilterSettings): string[] {
	return splitList(behaviors)
		.flatMap((name) => (name === OTHER ? otherBehaviors.split(/[\r\n]+/) : [name]))
		.map(fold)
		.filter((name) => name !== '');
}

/** Filters by what was unusual about the sign-in. */
export const behaviorsFilter: Filter = {
	parameters: [
		{
			displayName: 'Behaviors',
			name: 'behaviors',
			type: 'multiOptions',
			options: [
				...BEHAVIORS,
				{ ...otherOption, description: "Enter the names of your org's custom behaviors below" },
			],
			default: [],
			description:
				"Start the workflow only if Okta's behavior detection found these behaviors. Events that don't report behaviors are skipped. Leave empty for all events.",
		},
		{
			displayName: 'Other Behaviors',
			name: 'otherBehaviors',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			placeholder: 'e.g. New ASN',
			description:
				'Behavior names as shown in the Okta Admin Console under Security > Behavior Detection, one per line. Not case-sensitive.',
			...shownByOther('behaviors'),
		},
		{
			displayName: 'Behaviors Match',
			name: 'behaviorsMatch',
			type: 'options',
			options: [
				{ name: 'Any', value: 'any', description: 'At least one of the selected behaviors' },
				{ name: 'All', value: 'all', description: 'Every selected behavior' },
			],
			default: 'any',
			description: 'How many of the selected behaviors Okta must have found',
			displayOptions: { show: { behaviors: [{ _cnd: { exists: true } }] } },
		},
	],
	subtitle: `[${selectedNames('behaviors', BEHAVIORS, { otherName: 'otherBehaviors' })}.join($parameter["behaviorsMatch"] === "all" ? " and " : " or ")].filter(Boolean)`,
	toPredicate(settings) {
		const names = new Set(readNames(settings));
		if (names.size === 0) return undefined;
		const areAllNeeded = settings.behaviorsMatch.toLowerCase() === 'all';
		return (event) => {
			const found = positiveBehaviorsOf(event).map(fold);
			if (areAllNeeded) return [...names].every((name) => found.includes(name));
			return found.some((name) => names.has(name));
		};
	},
};
