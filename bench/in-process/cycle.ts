/** Returns the values one after the other, and starts over at the end. */
export function cycle<T>(values: readonly T[]): () => T {
	let next = 0;
	return () => values[next++ % values.length];
}
