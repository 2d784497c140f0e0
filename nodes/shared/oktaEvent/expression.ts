/** A text in Okta's Expression Language. */
export function quote(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}

/** A condition in Okta's Expression Language that holds if any of these does; undefined for none. */
export function anyOf(conditions: string[]): string | undefined {
	return conditions.length > 1 ? `(${conditions.join(' || ')})` : conditions[0];
}
