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

/** Events that a delivery has in hand, by their ids, and what goes on once it has ended. */
interface InHand {
	hookId: string;
	ids: Set<string>;
	waiting: Array<() => void>;
}

/** Ids of events, by the hooks that sent them. */
class EventIds {
	private readonly byHook = new Map<string, Set<string>>();

	private count = 0;

	ofHook(hookId: string): ReadonlySet<string> | undefined {
		return this.byHook.get(hookId);
	}

	/** @returns how many there are of all hooks */
	add(hookId: string, id: string): number {
		let ids = this.byHook.get(hookId);
		if (!ids) {
			ids = new Set();
			this.byHook.set(hookId, ids);
		}
		ids.add(id);
		this.count += 1;
		return this.count;
	}
}

/**
 * Remembers which events of which hook were handed on, so that repeats of a delivery are dropped
 * without ever losing an event: a delivery that meets an event in another's hands waits until that
 * one has ended, and takes the event if it failed. Only the latest events are remembered.
 */
export class SeenEvents {
	private readonly inHand: InHand[] = [];

	private recent = new EventIds();

	private older = new EventIds();

	/** @param capacity how many events are remembered at least; at most it is twice as many */
	constructor(private readonly capacity: number) {}

	/**
	 * Claims those events that are new, each once, as soon as no other delivery of the hook has any of
	 * them in hand.
	 *
	 * @param idOf what identifies an event of this hook; one without an id cannot be told from others
	 * and is always new
	 */
	async claim<Event>(
		hookId: string,
		events: readonly Event[],
		idOf: (event: Event) => string | undefined,
	): Promise<Claim<Event>> {
		const ids = events.map(idOf);
		for (let other = this.otherWith(hookId, ids); other; other = this.otherWith(hookId, ids)) {
			const { waiting } = other;
			await new Promise<void>((resolve) => waiting.push(resolve));
		}
		const recent = this.recent.ofHook(hookId);
		const older = this.older.ofHook(hookId);
		const mine = new Set<string>();
		const claimed = events.filter((_, index) => {
			const id = ids[index];
			if (id === undefined) return true;
			if (mine.has(id) || recent?.has(id) || older?.has(id)) return false;
			mine.add(id);
			return true;
		});
		const claim: InHand = { hookId, ids: mine, waiting: [] };
		// Nobody has to settle what is about nothing.
		if (mine.size > 0) this.inHand.push(claim);
		return {
			events: claimed,
			settle: (handedOn) => {
				const place = this.inHand.indexOf(claim);
				if (place === -1) return;
				this.inHand.splice(place, 1);
				if (handedOn) for (const id of mine) this.remember(hookId, id);
				for (const goOn of claim.waiting) goOn();
			},
		};
	}

	private otherWith(hookId: string, ids: ReadonlyArray<string | undefined>): InHand | undefined {
		return this.inHand.find(
			(other) => other.hookId === hookId && ids.some((id) => id !== undefined && other.ids.has(id)),
		);
	}

	private remember(hookId: string, id: string): void {
		if (this.recent.add(hookId, id) < this.capacity) return;
		this.older = this.recent;
		this.recent = new EventIds();
	}
}
