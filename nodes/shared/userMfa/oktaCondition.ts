import type { Filters } from './filters';

/** An id of an Okta user, which Okta writes in exactly one way. */
const USER_ID = /^00u[\dA-Za-z]{17}$/;

function quote(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}

function anyOf(conditions: string[]): string {
	return conditions.length === 1 ? conditions[0] : `(${conditions.join(' || ')})`;
}

function isAbout(id: string): string {
	const quoted = quote(id);
	return `(event.actor.id eq ${quoted} || event.target.?[type eq 'User' && id eq ${quoted}].size()>0)`;
}

/**
 * The filters as a condition in Okta's Expression Language, so that Okta does not send what the node
 * would ignore. With ids as Okta writes them it never holds back an event that the filters let through,
 * and it may let through more: an event hook cannot look at the factor, and compares letters with their
 * case, in which a login may be entered in another way than Okta has it. So only outcomes and users by
 * id are in it.
 *
 * @returns undefined where nothing can be said in it
 * @see https://help.okta.com/oie/en-us/Content/Topics/automation-hooks/event-hooks-el.htm
 */
export function toOktaCondition({
	outcomes,
	users,
}: Pick<Filters, 'outcomes' | 'users'>): string | undefined {
	const conditions: string[] = [];
	if (outcomes.length > 0) {
		conditions.push(anyOf(outcomes.map((outcome) => `event.outcome.result eq ${quote(outcome)}`)));
	}
	if (users.length > 0 && users.every((user) => USER_ID.test(user))) {
		conditions.push(anyOf(users.map(isAbout)));
	}
	return conditions.length > 0 ? conditions.join(' && ') : undefined;
}
