/** A string literal in Okta Expression Language. */
export function quote(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}

/** An Okta Expression Language condition that is true if any of these is; undefined if there are none. */
export function anyOf(conditions: string[]): string | undefined {
	return conditions.length > 1 ? `(${conditions.join(' || ')})` : conditions[0];
}
