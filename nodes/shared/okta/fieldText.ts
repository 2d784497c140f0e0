/** A credential field's value without surrounding spaces; empty if the field isn't set. */
export function fieldText(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}
