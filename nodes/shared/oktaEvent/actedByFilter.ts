import { isRecord } from '../isRecord';
import type { LogEvent } from '../okta/types';
import { splitList } from '../splitList';
import { userOf } from './event';
import type { Filter } from './filter';
import { selectedNames } from './subtitle';

const ACTORS = [
	{ name: 'The User', value: 'user', description: 'The user that the event is about' },
	{ name: 'Someone Else', value: 'someoneElse', description: 'Another user, such as an admin' },
	{ name: 'An App', value: 'app', description: 'Such as a service app that calls the Okta API' },
	{ name: 'Okta', value: 'okta', description: 'Okta itself, or Okta Support' },
];

/** Whether the actor is the user, by ID, or by login if the actor has no ID. */
function isSame(actor: Record<string, unknown>, user: Record<string, unknown> = {}): boolean {
	const key = actor.id === undefined || actor.id === null ? 'alternateId' : 'id';
	return typeof actor[key] === 'string' && actor[key] === user[key];
}

/** Who acted; undefined if the event doesn't report it. */
function actorOf(event: LogEvent): string | undefined {
	const { actor } = event;
	if (!isRecord(actor)) return undefined;
	if (actor.type === 'SystemPrincipal' || actor.alternateId === 'system@okta.com') return 'okta';
	if (actor.type === 'User') return isSame(actor, userOf(event)) ? 'user' : 'someoneElse';
	return typeof actor.type === 'string' ? 'app' : undefined;
}

/** Filters by who acted: the help desk resetting a factor is different from the user resetting it. */
export const actedByFilter: Filter = {
	parameters: [
		{
			displayName: 'Acted By',
			name: 'actedBy',
			type: 'multiOptions',
			options: ACTORS,
			default: [],
			description:
				'Start the workflow only for actions performed by one of these. Leave empty for all.',
		},
	],
	isInMoreFilters: true,
	subtitle: `${selectedNames('actedBy', ACTORS, { isInMoreFilters: true })}.map((name) => "by " + name)`,
	toPredicate({ actedBy }) {
		const wanted = new Set<string | undefined>(splitList(actedBy.toLowerCase()));
		return wanted.size > 0 ? (event) => wanted.has(actorOf(event)?.toLowerCase()) : undefined;
	},
};
