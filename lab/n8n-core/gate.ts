/** Something that others wait at while it's closed. */
export class Gate {
	private opened: Promise<void> | undefined;

	get isClosed(): boolean {
		return this.opened !== undefined;
	}

	/** @returns lets everyone go on who has waited since */
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

	/** Lets the next ones pass. Those that wait go on waiting, forever. */
	abandon(): void {
		this.opened = undefined;
	}

	/** Not async: whoever waits here goes on in the same turn in which the gate opens. */
	pass(): Promise<void> | undefined {
		return this.opened;
	}
}
