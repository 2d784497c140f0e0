type Action = () => void | Promise<void>;

/** What has to be undone at the end, whatever happens: the last thing done is the first one undone. */
export class Cleanup {
	private readonly actions: Array<{ what: string; action: Action }> = [];

	private hasRun = false;

	/**
	 * Remembers how to undo something.
	 *
	 * @param what what the action does, for the message when it fails
	 */
	async add(what: string, action: Action): Promise<void> {
		this.actions.push({ what, action });
		// Something that was begun before the end and became ready after it.
		if (this.hasRun) await this.run();
	}

	/**
	 * Undoes everything; one that fails does not keep the others from it.
	 *
	 * @returns what could not be undone, a line each
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
