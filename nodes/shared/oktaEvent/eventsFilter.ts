import type { INodePropertyOptions } from 'n8n-workflow';

import { isLogOnly } from '../okta/logOnlyEvents';
import type { Filter, FilterSettings } from './filter';
import { otherOption, selectedIn, shownByOther } from './otherOption';
import { selectedNames } from './subtitle';

/** An event that users can select. */
export interface EventOption {
	name: string;
	/** Its Okta event type. */
	value: string;
}

/**
 * The format of Okta's event types, e.g. `user.mfa.factor.activate` or `mim.createEnrollment.ANDROID`.
 *
 * @see https://developer.okta.com/docs/reference/api/event-types/
 */
const EVENT_TYPE = /^[A-Za-z]\w*(\.[\w-]+)+$/;

/** The selected event types, sorted and without duplicates. */
export function eventTypesOf(settings: FilterSettings): string[] {
	return [...new Set(selectedIn(settings, 'events', 'otherEvents'))].sort();
}

function problemOf(settings: FilterSettings): string | undefined {
	const types = eventTypesOf(settings);
	if (types.length === 0) return "No event is selected. Select at least one in 'Okta Events'.";
	const wrong = types.find((type) => !EVENT_TYPE.test(type));
	if (wrong === undefined) return undefined;
	return `'${wrong}' isn't an Okta event type. In 'Other Events', enter types such as user.lifecycle.suspend, separated by commas.`;
}

function toOption({ name, value }: EventOption): INodePropertyOptions {
	return { name, value, description: value };
}

function toLogOnlyOption({ name, value }: EventOption): INodePropertyOptions {
	return {
		name,
		value,
		description: `${value} (within five minutes, from the System Log)`,
		displayOptions: { show: { catchUp: [true] } },
	};
}

/**
 * Filters by event type. It's the first field of a trigger.
 *
 * @param defaultType the event type that is selected by default
 * @param source where the events come from. Okta never sends some events to an event hook: an event hook
 * trigger offers these only if it also reads the System Log.
 */
export function eventsFilter(
	events: readonly EventOption[],
	defaultType: string,
	source: 'event hook' | 'System Log',
): Filter {
	return {
		parameters: [
			{
				// n8n's node picker lists each option of a field named 'Events' as a separate trigger, even
				// the ones that need Catch Up.
				displayName: 'Okta Events',
				name: 'events',
				type: 'multiOptions',
				noDataExpression: true,
				options: [
					...events.map((event) =>
						source === 'event hook' && isLogOnly(event.value)
							? toLogOnlyOption(event)
							: toOption(event),
					),
					{ ...otherOption, description: 'Enter Okta event types below' },
				],
				default: [defaultType],
				description: 'The Okta events that start the workflow',
			},
			{
				displayName: 'Other Events',
				name: 'otherEvents',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. user.lifecycle.suspend, group.user_membership.add',
				description:
					'Okta event types, separated by commas. See <a href="https://developer.okta.com/docs/reference/api/event-types/">Okta\'s list of event types</a>.',
				...shownByOther('events'),
			},
		],
		subtitle: `[].concat($parameter["events"] || []).join() === ${JSON.stringify(defaultType)} ? [] : ${selectedNames('events', events, { otherName: 'otherEvents' })}`,
		toPredicate(settings) {
			const types = new Set<unknown>(eventTypesOf(settings));
			return ({ eventType }) => types.has(eventType);
		},
		toLogQuery(settings) {
			const types = eventTypesOf(settings).map((type) => `eventType eq ${JSON.stringify(type)}`);
			return types.length === 1 ? types[0] : `(${types.join(' or ')})`;
		},
		problemOf,
	};
}
