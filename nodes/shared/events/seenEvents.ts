import { sleep } from 'n8n-workflow';

/** What a delivery or a poll may hand off. */
export interface Claim<Event> {
	events: Event[];
	/**
	 * Tells how the delivery ended: true, its events were handed off and every repeat is dropped;
	 * false, they were not, and the next delivery with them takes them. To be called if there are
	 * events: others wait for it.
	 */
	settle(handedOn: boolean): void;
	/**
	 * Says that nothing may tell how it ends. It may still be handed off, so its events stay claimed for a
	 * while.
	 *
	 * @param ms for how long
	 */
	abandon(ms?: number): void;
}

/** How far an event has come. */
export type Progress = 'new' | 'in hand' | 'handed off';

/** Events that a delivery or a poll has in hand, by their ids, and what goes on once it has ended. */
interface InHand {
	key: string;
	ids: Set<string>;
	isPolled: boolean;
	waiting: Array<() => void>;
	/** If it was abandoned: until when it keeps its events, in ms since 1970. */
	expiresAt: number | undefined;
	settle: (handedOn: boolean) => void;
}

/** Time, to be replaced in tests. */
export interface Clock {
	/** ms since 1970 */
	now(): number;
	/** @param ms how long to wait */
	sleep(ms: number): Promise<void>;
}

/**
 * For how long an abandoned delivery keeps its events. n8n can store an execution long after Okta has
 * hung up; one that is stopped in n8n's queue is never answered at all.
 */
const ABANDONED_MS = 15 * 60_000;

const CHECK_EVERY_MS = 1_000;

/**
 * For how long it may stay open whether n8n runs an execution, in ms. With a concurrency limit, n8n runs it
 * only when its turn comes. If n8n 1 couldn't store it, nothing tells.
 */
export const UNTOLD_MS = 30 * 60_000;

/** Ids of events, by the triggers that received them. */
class EventIds {
	private readonly byKey = new Map<string, Set<string>>();

	private count = 0;

	of(key: string): ReadonlySet<string> | undefined {
		return this.byKey.get(key);
	}

	/** @returns how many there are of all triggers */
	add(key: string, id: string): number {
		let ids = this.byKey.get(key);
		if (!ids) {
			ids = new Set();
			this.byKey.set(key, ids);
		}
		ids.add(id);
		this.count += 1;
		return this.count;
	}

	delete(key: string, id: string): void {
		if (this.byKey.get(key)?.delete(id)) this.count -= 1;
	}

	forget(key: string): void {
		this.count -= this.byKey.get(key)?.size ?? 0;
		this.byKey.delete(key);
	}
}

/**
 * Remembers which events of which trigger were handed off, so that repeats are dropped without ever losing
 * an event: a delivery that meets an event in another's hands waits until that one has ended, and takes
 * the event if it failed. Only the latest events are remembered.
 */
export class SeenEvents {
	private readonly inHand: InHand[] = [];

	/** How many of those in hand were abandoned. */
	private abandoned = 0;

	/**
	 * For triggers that are tracked: events whose delivery n8n acknowledged, but that no execution has begun
	 * with yet, with when that was (ms since 1970). n8n 1 acknowledges before it stores.
	 */
	private readonly unexecuted = new Map<string, Map<string, number>>();

	private recent = new EventIds();

	private older = new EventIds();

	/** @param capacity how many events are remembered at least; at most it is twice as many */
	constructor(
		private readonly capacity: number,
		private readonly clock: Clock = { now: () => Date.now(), sleep },
	) {}

	/**
	 * Claims those events of a delivery that are new, each once, as soon as no other delivery to the trigger
	 * has any of them in hand: nearly always at once, and then without a promise, which would take a tenth
	 * of the time of a delivery.
	 *
	 * @param key `nodeKeyOf`
	 * @param idOf what identifies an event; one without an id cannot be told from others
	 * and is always new
	 * @returns undefined if a poll has one of them in hand: it can take half an hour until that has ended
	 */
	claim<Event>(
		key: string,
		events: readonly Event[],
		idOf: (event: Event) => string | undefined,
	): Claim<Event> | undefined | Promise<Claim<Event> | undefined> {
		const ids = events.map(idOf);
		if (this.abandoned > 0) this.expireAbandoned();
		const other = this.otherWith(key, ids);
		if (other?.isPolled) return undefined;
		return other ? this.claimAfter(other, key, events, ids) : this.claimNow(key, events, ids);
	}

	/** Claims events that a poll has found and that are new, as `progressOf` tells. */
	claimPolled<Event>(
		key: string,
		events: readonly Event[],
		idOf: (event: Event) => string | undefined,
	): Claim<Event> {
		const ids = events.map(idOf);
		for (const id of ids) if (id !== undefined) this.forgetEvent(key, id);
		return this.claimNow(key, events, ids, true);
	}

	/** Begins to wait for the executions of a trigger's deliveries. */
	track(key: string): void {
		if (!this.unexecuted.has(key)) this.unexecuted.set(key, new Map());
	}

	/** Stops waiting for them. */
	untrack(key: string): void {
		this.unexecuted.delete(key);
	}

	/** How far events of the trigger have come. */
	progressOf(key: string): (id: string) => Progress {
		this.expireAbandoned();
		const inHand = new Set<string>();
		for (const claim of this.inHand) {
			if (claim.key === key) for (const id of claim.ids) inHand.add(id);
		}
		return (id) => {
			const acknowledgedAt = this.unexecuted.get(key)?.get(id);
			if (acknowledgedAt !== undefined) return this.isOverdue(acknowledgedAt) ? 'new' : 'in hand';
			if (inHand.has(id)) return 'in hand';
			return this.isHandedOff(key, id) ? 'handed off' : 'new';
		};
	}

	/** How many events of the trigger no execution has begun with, although n8n had time enough for it. */
	countOverdue(key: string): number {
		const times = [...(this.unexecuted.get(key)?.values() ?? [])];
		return times.filter((time) => this.isOverdue(time)).length;
	}

	/** Notes that an execution has begun with these events: n8n has stored it. */
	settleExecuted(key: string, ids: readonly string[]): void {
		for (const claim of [...this.inHand]) {
			if (claim.key === key && ids.some((id) => claim.ids.has(id))) claim.settle(true);
		}
		for (const id of ids) this.unexecuted.get(key)?.delete(id);
	}

	/** Forgets what the trigger has handed off. */
	forget(key: string): void {
		this.recent.forget(key);
		this.older.forget(key);
		this.untrack(key);
	}

	private forgetEvent(key: string, id: string): void {
		this.recent.delete(key, id);
		this.older.delete(key, id);
		this.unexecuted.get(key)?.delete(id);
	}

	private isOverdue(acknowledgedAt: number): boolean {
		return this.clock.now() - acknowledgedAt >= UNTOLD_MS;
	}

	private async claimAfter<Event>(
		first: InHand,
		key: string,
		events: readonly Event[],
		ids: ReadonlyArray<string | undefined>,
	): Promise<Claim<Event> | undefined> {
		for (let other: InHand | undefined = first; other; other = this.otherWith(key, ids)) {
			if (other.isPolled) return undefined;
			await this.waitFor(other);
		}
		return this.claimNow(key, events, ids);
	}

	private claimNow<Event>(
		key: string,
		events: readonly Event[],
		ids: ReadonlyArray<string | undefined>,
		isPolled = false,
	): Claim<Event> {
		const mine = new Set<string>();
		const claimed = events.filter((_, index) => {
			const id = ids[index];
			if (id === undefined) return true;
			if (mine.has(id) || this.isHandedOff(key, id)) return false;
			mine.add(id);
			return true;
		});
		const claim: InHand = {
			key,
			ids: mine,
			isPolled,
			waiting: [],
			expiresAt: undefined,
			settle: (handedOn) => {
				const place = this.inHand.indexOf(claim);
				if (place === -1) return;
				this.inHand.splice(place, 1);
				if (claim.expiresAt !== undefined) this.abandoned -= 1;
				if (handedOn) for (const id of mine) this.remember(key, id, isPolled);
				for (const goOn of claim.waiting) goOn();
			},
		};
		// An empty claim needs no settling.
		if (mine.size > 0) this.inHand.push(claim);
		return {
			events: claimed,
			settle: claim.settle,
			abandon: (ms = ABANDONED_MS) => {
				if (claim.expiresAt !== undefined || !this.inHand.includes(claim)) return;
				claim.expiresAt = this.clock.now() + ms;
				this.abandoned += 1;
			},
		};
	}

	private isHandedOff(key: string, id: string): boolean {
		return Boolean(this.recent.of(key)?.has(id) || this.older.of(key)?.has(id));
	}

	/** Waits until a delivery has ended, or was abandoned long enough ago to count as failed. */
	private async waitFor(other: InHand): Promise<void> {
		const end = new Promise<void>((resolve) => other.waiting.push(resolve));
		while (this.inHand.includes(other)) {
			await Promise.race([end, this.clock.sleep(CHECK_EVERY_MS)]);
			this.expireAbandoned();
		}
	}

	private expireAbandoned(): void {
		const now = this.clock.now();
		for (const claim of [...this.inHand]) {
			if (claim.expiresAt !== undefined && claim.expiresAt <= now) claim.settle(false);
		}
	}

	private otherWith(key: string, ids: ReadonlyArray<string | undefined>): InHand | undefined {
		if (this.inHand.length === 0) return undefined;
		const others = this.inHand.filter(
			(other) => other.key === key && ids.some((id) => id !== undefined && other.ids.has(id)),
		);
		return others.find(({ isPolled }) => isPolled) ?? others[0];
	}

	private remember(key: string, id: string, isExecuted: boolean): void {
		const unexecuted = this.unexecuted.get(key);
		if (unexecuted && !isExecuted) {
			unexecuted.set(id, this.clock.now());
			const [[oldest] = ['']] = unexecuted;
			if (unexecuted.size > this.capacity) unexecuted.delete(oldest);
		}
		if (this.recent.add(key, id) < this.capacity) return;
		this.older = this.recent;
		this.recent = new EventIds();
	}
}
