/** What a delivery may hand on. */
export interface Claim<Event> {
	events: Event[];
	/**
	 * Tells how the delivery ended: true, its events were handed on and every repeat is dropped;
	 * false, they were not, and the next delivery with them takes them.
	 */
	settle(handedOn: boolean): void;
}

/**
 * Remembers which events were handed on, so that repeats of a delivery are dropped without ever
 * losing an event: a delivery that meets an event in another's hands waits until that one has ended,
 * and takes the event if it failed. Only the latest events are remembered.
 */
export class SeenEvents {
	private readonly inHand = new Map<string, Promise<void>>();

	private recent = new Set<string>();

	private older = new Set<string>();

	/** @param capacity how many events are remembered at least; at most it is twice as many */
	constructor(private readonly capacity: number) {}

	/**
	 * Claims those events that are new, each once, as soon as no other delivery has any of them in
	 * hand.
	 *
	 * @param keyOf what identifies an event; one without a key cannot be told from others and is
	 * always new
	 */
	async claim<Event>(
		events: readonly Event[],
		keyOf: (event: Event) => string | undefined,
	): Promise<Claim<Event>> {
		const keys = events.map(keyOf);
		for (let others = this.othersOf(keys); others.length > 0; others = this.othersOf(keys)) {
			await Promise.all(others);
		}
		const mine = new Set<string>();
		const claimed = events.filter((_, index) => {
			const key = keys[index];
			if (key === undefined) return true;
			if (mine.has(key) || this.recent.has(key) || this.older.has(key)) return false;
			mine.add(key);
			return true;
		});
		let release = () => {};
		const ended = new Promise<void>((resolve) => {
			release = resolve;
		});
		for (const key of mine) this.inHand.set(key, ended);
		return {
			events: claimed,
			settle: (handedOn) => {
				for (const key of mine) {
					this.inHand.delete(key);
					if (handedOn) this.remember(key);
				}
				mine.clear();
				release();
			},
		};
	}

	private othersOf(keys: ReadonlyArray<string | undefined>): Array<Promise<void>> {
		return [
			...new Set(keys.flatMap((key) => (key === undefined ? [] : (this.inHand.get(key) ?? [])))),
		];
	}

	private remember(key: string): void {
		this.recent.add(key);
		if (this.recent.size < this.capacity) return;
		this.older = this.recent;
		this.recent = new Set();
	}
}
