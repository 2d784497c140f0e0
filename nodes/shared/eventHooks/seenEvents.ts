/** What a delivery may hand on. */
export interface Claim<Event> {
	events: Event[];
	/**
	 * Tells how the delivery ended: true, its events were handed on and every repeat is dropped;
	 * false, they were not, and the next delivery with them takes them. To be called if there are
	 * events: others wait for it.
	 */
	settle(handedOn: boolean): void;
}

/** Events that a delivery has in hand, by their keys, and what goes on once it has ended. */
interface InHand {
	keys: Set<string>;
	waiting: Array<() => void>;
}

/**
 * Remembers which events were handed on, so that repeats of a delivery are dropped without ever
 * losing an event: a delivery that meets an event in another's hands waits until that one has ended,
 * and takes the event if it failed. Only the latest events are remembered.
 */
export class SeenEvents {
	private readonly inHand = new Set<InHand>();

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
		for (let other = this.otherWith(keys); other; other = this.otherWith(keys)) {
			const { waiting } = other;
			await new Promise<void>((resolve) => waiting.push(resolve));
		}
		const mine = new Set<string>();
		const claimed = events.filter((_, index) => {
			const key = keys[index];
			if (key === undefined) return true;
			if (mine.has(key) || this.recent.has(key) || this.older.has(key)) return false;
			mine.add(key);
			return true;
		});
		const claim: InHand = { keys: mine, waiting: [] };
		// Nobody has to settle what is about nothing.
		if (mine.size > 0) this.inHand.add(claim);
		return {
			events: claimed,
			settle: (handedOn) => {
				if (!this.inHand.delete(claim)) return;
				if (handedOn) for (const key of mine) this.remember(key);
				for (const goOn of claim.waiting) goOn();
			},
		};
	}

	private otherWith(keys: ReadonlyArray<string | undefined>): InHand | undefined {
		for (const other of this.inHand) {
			if (keys.some((key) => key !== undefined && other.keys.has(key))) return other;
		}
		return undefined;
	}

	private remember(key: string): void {
		this.recent.add(key);
		if (this.recent.size < this.capacity) return;
		this.older = this.recent;
		this.recent = new Set();
	}
}
