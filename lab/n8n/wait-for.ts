const POLL_EVERY_MS = 100;

/**
 * Calls `probe` until it returns something other than `undefined`, and returns that.
 *
 * @param what what to wait for, e.g. 'the workflow to be published'. It's part of the error message. As a
 *   function, it can also include the latest state
 * @param withinMs timeout in ms
 * @throws if the time is up, and whatever `probe` throws
 */
export async function waitFor<T>(
	what: string | (() => string),
	withinMs: number,
	probe: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
	const deadline = Date.now() + withinMs;
	for (;;) {
		const result = await probe();
		if (result !== undefined) return result;
		if (Date.now() >= deadline) {
			const name = typeof what === 'string' ? what : what();
			throw new Error(`Timed out after ${Math.round(withinMs / 1000)} s, waiting for ${name}.`);
		}
		await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
	}
}
