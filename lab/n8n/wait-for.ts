const POLL_EVERY_MS = 100;

/**
 * Asks `probe` until it answers something other than `undefined`, and returns that.
 *
 * @param what names what is waited for, e.g. 'the workflow to be published'; it ends up in the error. As a
 *   function, it can also say what was seen last
 * @param withinMs milliseconds from now
 * @throws when the time is over; whatever `probe` throws
 */
export async function waitFor<T>(
	what: string | (() => string),
	withinMs: number,
	probe: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
	const deadline = Date.now() + withinMs;
	for (;;) {
		const answer = await probe();
		if (answer !== undefined) return answer;
		if (Date.now() >= deadline) {
			const name = typeof what === 'string' ? what : what();
			throw new Error(`Waited ${Math.round(withinMs / 1000)} s for ${name}, in vain.`);
		}
		await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
	}
}
