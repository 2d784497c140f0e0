import type { Filters } from './filters';
import { USER_MFA_EVENT_TYPE } from './parameters';

/**
 * The System Log query for MFA sign-ins with one of the outcomes, or with any.
 *
 * @see https://developer.okta.com/docs/reference/system-log-query/
 */
export function toLogFilter({ outcomes }: Pick<Filters, 'outcomes'>): string {
	const type = `eventType eq ${JSON.stringify(USER_MFA_EVENT_TYPE)}`;
	if (outcomes.length === 0) return type;
	const results = outcomes.map((outcome) => `outcome.result eq ${JSON.stringify(outcome)}`);
	return `${type} and (${results.join(' or ')})`;
}
