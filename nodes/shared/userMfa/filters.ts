import { actedByFilter } from '../oktaEvent/actedByFilter';
import { behaviorsFilter } from '../oktaEvent/behaviorsFilter';
import { eventsFilter } from '../oktaEvent/eventsFilter';
import type { Filter } from '../oktaEvent/filter';
import { excludedUsersFilter } from '../oktaEvent/excludedUsersFilter';
import { outcomesFilter } from '../oktaEvent/outcomesFilter';
import { riskLevelsFilter } from '../oktaEvent/riskLevelsFilter';
import { usersFilter } from '../oktaEvent/usersFilter';
import { EVENTS, MFA_SIGN_IN } from './events';
import { factorsFilter } from './factorsFilter';
import { passwordFilter } from './passwordFilter';
import { pushResponsesFilter } from './pushResponsesFilter';

/** What users can filter by besides the events, in the order of the panel. */
const EVENT_FILTERS = [
	outcomesFilter,
	factorsFilter,
	passwordFilter,
	usersFilter,
	riskLevelsFilter,
	behaviorsFilter,
	excludedUsersFilter,
	actedByFilter,
	pushResponsesFilter,
];

/** Of the trigger with an event hook. */
export const hookFilters: readonly Filter[] = [
	eventsFilter(EVENTS, MFA_SIGN_IN, 'event hook'),
	...EVENT_FILTERS,
];

/** Of the trigger that polls the System Log. */
export const logFilters: readonly Filter[] = [
	eventsFilter(EVENTS, MFA_SIGN_IN, 'System Log'),
	...EVENT_FILTERS,
];
