/**
 * Calls `next` with a value immediately, or once its promise resolves. Deliveries are faster with fewer
 * promises.
 */
export function chain<T, U>(
	value: T | Promise<T>,
	next: (value: T) => U | Promise<U>,
): U | Promise<U> {
	return value instanceof Promise ? value.then(next) : next(value);
}
