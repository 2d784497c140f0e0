/** Makes callers of `pass()` wait while it's closed. */
export class Gate {
	private opened: Promise<void> | undefined;

	get isClosed(): boolean {
		return this.opened !== undefined;
	}

	/** @returns a function that opens the gate for everyone waiting */
	close(): () => void {
		let open = () => {};
		this.opened = new Promise<void>((resolve) => {
			open = resolve;
		});
		return () => {
			this.opened = undefined;
			open();
		};
	}

	/** Opens the gate for new callers only. Those that already wait never pass. */
	abandon(): void {
		this.opened = undefined;
	}

	/** Not async, so that callers continue in the same turn in which the gate opens. */
	pass(): Promise<void> | undefined {
		return this.opened;
	}
}
