type Action = () => void | Promise<void>;

/** Undoes things at the end, whatever happens, in reverse order. */
export class Cleanup {
	private readonly actions: Array<{ what: string; action: Action }> = [];

	private hasRun = false;

	/**
	 * Adds an action that undoes something.
	 *
	 * @param what what the action does, for the message if it fails
	 */
	async add(what: string, action: Action): Promise<void> {
		this.actions.push({ what, action });
		// It was started before the end, but only became ready after it.
		if (this.hasRun) await this.run();
	}

	/**
	 * Undoes everything, even if some actions fail.
	 *
	 * @returns what couldn't be undone, one line each
	 */
	async run(): Promise<string[]> {
		this.hasRun = true;
		const failures: string[] = [];
		for (let next = this.actions.pop(); next !== undefined; next = this.actions.pop()) {
			try {
				await next.action();
			} catch (error) {
				const reason = error instanceof Error ? error.message : String(error);
				failures.push(`${next.what}: ${reason}`);
			}
		}
		return failures;
	}
}
