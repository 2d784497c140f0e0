const POLL_EVERY_MS = 100;

/**
 * Asks `probe` until it answers something other than `undefined`, and returns that.
 *
 * @param what names what is waited for, e.g. 'the workflow to be published'; it ends up in the error
 * @param withinMs milliseconds from now
 * @throws when the time is over; whatever `probe` throws
 */
export async function waitFor<T>(
	what: string,
	withinMs: number,
	probe: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
	const deadline = Date.now() + withinMs;
	for (;;) {
		const answer = await probe();
		if (answer !== undefined) return answer;
		if (Date.now() >= deadline) {
			throw new Error(`Waited ${Math.round(withinMs / 1000)} s for ${what}, in vain.`);
		}
		await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
	}
}
