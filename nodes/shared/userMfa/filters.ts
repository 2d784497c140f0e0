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

/** All filters except for the events, in the order of the panel. */
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

/** The filters of the event hook trigger. */
export const hookFilters: readonly Filter[] = [
	eventsFilter(EVENTS, MFA_SIGN_IN, 'event hook'),
	...EVENT_FILTERS,
];

/** The filters of the polling trigger. */
export const logFilters: readonly Filter[] = [
	eventsFilter(EVENTS, MFA_SIGN_IN, 'System Log'),
	...EVENT_FILTERS,
];
