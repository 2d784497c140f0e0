/** A copy with the overrides merged in: objects key by key, anything else as a whole. */
export function merge<T>(value: T, overrides: unknown): T {
	if (!isPlainObject(value) || !isPlainObject(overrides)) {
		return (overrides === undefined ? value : structuredClone(overrides)) as T;
	}
	const merged: Record<string, unknown> = { ...value };
	for (const [key, override] of Object.entries(overrides)) {
		merged[key] = merge(merged[key], override);
	}
	return merged as T;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
