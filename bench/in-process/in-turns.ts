/** One after the other, and from the beginning again. */
export function inTurns<T>(values: readonly T[]): () => T {
	let next = 0;
	return () => values[next++ % values.length];
}
