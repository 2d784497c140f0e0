import { sleep } from 'n8n-workflow';

/** Events that a delivery or a poll may hand off. */
export interface Claim<Event> {
	events: Event[];
	/**
	 * Call once the outcome is known: `true` if n8n has stored the events (later repeats are dropped), `false` if
	 * the next delivery may claim them. Required whenever `events` isn't empty, because other deliveries
	 * wait for it.
	 */
	settle(isDone: boolean): void;
	/**
	 * Call if the outcome may never be known. n8n may still store the events, so they stay claimed for a while.
	 *
	 * @param ms how long they stay claimed
	 */
	abandon(ms?: number): void;
}

/** How far an event has been processed. It's done once n8n has stored it with an execution. */
export type Progress = 'new' | 'pending' | 'done';

/** A claim that hasn't been settled: the IDs of its events, and the deliveries that wait for it. */
interface PendingClaim {
	key: string;
	ids: Set<string>;
	isPolled: boolean;
	waiting: Array<() => void>;
	/** If it was abandoned: when its events become available again, in ms since 1970. */
	expiresAt: number | undefined;
	settle: (isDone: boolean) => void;
}

/** Time, replaceable in tests. */
export interface Clock {
	/** ms since 1970 */
	now(): number;
	/** @param ms how long to wait */
	sleep(ms: number): Promise<void>;
}

/**
 * How long an abandoned delivery keeps its events, in ms. n8n can store an execution long after Okta has
 * disconnected. If an execution is stopped in n8n's queue, n8n never responds to its delivery at all.
 */
const ABANDONED_MS = 15 * 60_000;

const CHECK_EVERY_MS = 1_000;

/**
 * How long to wait for n8n to run an execution, in ms. With a concurrency limit, an execution waits its turn.
 * If n8n 1 couldn't store it, n8n doesn't report that.
 */
export const OVERDUE_MS = 30 * 60_000;

/** Event IDs, by the trigger that received them. */
class EventIds {
	private readonly byKey = new Map<string, Set<string>>();

	private count = 0;

	of(key: string): ReadonlySet<string> | undefined {
		return this.byKey.get(key);
	}

	/** @returns the total number of IDs of all triggers */
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
 * Remembers which events of each trigger are done, so repeats are dropped without ever losing an event. If
 * another delivery has already claimed an event, a delivery waits for it and claims the event if the other one
 * fails. Only the latest events are remembered.
 */
export class SeenEvents {
	private readonly pending: PendingClaim[] = [];

	/** How many of the pending claims were abandoned. */
	private abandoned = 0;

	/**
	 * For tracked triggers: events that n8n has acknowledged but no execution has started with yet, and when they
	 * were acknowledged (ms since 1970). n8n 1 acknowledges a delivery before it stores the execution.
	 */
	private readonly unexecuted = new Map<string, Map<string, number>>();

	private recent = new EventIds();

	private older = new EventIds();

	/** @param capacity the minimum number of events to remember; the maximum is twice as many */
	constructor(
		private readonly capacity: number,
		private readonly clock: Clock = { now: () => Date.now(), sleep },
	) {}

	/**
	 * Claims the new events of a delivery, without duplicates, as soon as no other delivery to the trigger has a
	 * pending claim on any of them. This is almost always immediate and then doesn't use a promise, which would
	 * take a tenth of a delivery's time.
	 *
	 * @param key `nodeKeyOf`
	 * @param idOf returns an event's ID; an event without one can't be recognized and is always new
	 * @returns undefined if a poll has a pending claim on any of them, which can take half an hour to settle
	 */
	claim<Event>(
		key: string,
		events: readonly Event[],
		idOf: (event: Event) => string | undefined,
	): Claim<Event> | undefined | Promise<Claim<Event> | undefined> {
		const ids = events.map(idOf);
		if (this.abandoned > 0) this.expireAbandoned();
		const other = this.findOverlappingClaim(key, ids);
		if (other?.isPolled) return undefined;
		return other ? this.claimAfter(other, key, events, ids) : this.claimNow(key, events, ids);
	}

	/** Claims events that a poll has found and that are new according to `progressOf`. */
	claimPolled<Event>(
		key: string,
		events: readonly Event[],
		idOf: (event: Event) => string | undefined,
	): Claim<Event> {
		const ids = events.map(idOf);
		for (const id of ids) if (id !== undefined) this.forgetEvent(key, id);
		return this.claimNow(key, events, ids, true);
	}

	/** Starts waiting for the executions of a trigger's deliveries. */
	track(key: string): void {
		if (!this.unexecuted.has(key)) this.unexecuted.set(key, new Map());
	}

	/** Stops waiting for the executions of a trigger's deliveries. */
	untrack(key: string): void {
		this.unexecuted.delete(key);
	}

	/** Returns a function that looks up how far an event of the trigger has been processed. */
	progressOf(key: string): (id: string) => Progress {
		this.expireAbandoned();
		const pendingIds = new Set<string>();
		for (const claim of this.pending) {
			if (claim.key === key) for (const id of claim.ids) pendingIds.add(id);
		}
		return (id) => {
			const acknowledgedAt = this.unexecuted.get(key)?.get(id);
			if (acknowledgedAt !== undefined) return this.isOverdue(acknowledgedAt) ? 'new' : 'pending';
			if (pendingIds.has(id)) return 'pending';
			return this.isDone(key, id) ? 'done' : 'new';
		};
	}

	/** How many events of the trigger are overdue: no execution has started with them in time. */
	countOverdue(key: string): number {
		const times = [...(this.unexecuted.get(key)?.values() ?? [])];
		return times.filter((time) => this.isOverdue(time)).length;
	}

	/** Records that an execution has started with these events, so n8n has stored it. */
	settleExecuted(key: string, ids: readonly string[]): void {
		for (const claim of [...this.pending]) {
			if (claim.key === key && ids.some((id) => claim.ids.has(id))) claim.settle(true);
		}
		for (const id of ids) this.unexecuted.get(key)?.delete(id);
	}

	/** Forgets which events of the trigger are done. */
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
		return this.clock.now() - acknowledgedAt >= OVERDUE_MS;
	}

	private async claimAfter<Event>(
		first: PendingClaim,
		key: string,
		events: readonly Event[],
		ids: ReadonlyArray<string | undefined>,
	): Promise<Claim<Event> | undefined> {
		for (
			let other: PendingClaim | undefined = first;
			other;
			other = this.findOverlappingClaim(key, ids)
		) {
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
			if (mine.has(id) || this.isDone(key, id)) return false;
			mine.add(id);
			return true;
		});
		const claim: PendingClaim = {
			key,
			ids: mine,
			isPolled,
			waiting: [],
			expiresAt: undefined,
			settle: (isDone) => {
				const index = this.pending.indexOf(claim);
				if (index === -1) return;
				this.pending.splice(index, 1);
				if (claim.expiresAt !== undefined) this.abandoned -= 1;
				if (isDone) for (const id of mine) this.remember(key, id, isPolled);
				for (const resume of claim.waiting) resume();
			},
		};
		// An empty claim needs no settling.
		if (mine.size > 0) this.pending.push(claim);
		return {
			events: claimed,
			settle: claim.settle,
			abandon: (ms = ABANDONED_MS) => {
				if (claim.expiresAt !== undefined || !this.pending.includes(claim)) return;
				claim.expiresAt = this.clock.now() + ms;
				this.abandoned += 1;
			},
		};
	}

	private isDone(key: string, id: string): boolean {
		return Boolean(this.recent.of(key)?.has(id) || this.older.of(key)?.has(id));
	}

	/** Waits until a claim is settled, or was abandoned long enough ago to count as failed. */
	private async waitFor(other: PendingClaim): Promise<void> {
		const settled = new Promise<void>((resolve) => other.waiting.push(resolve));
		while (this.pending.includes(other)) {
			await Promise.race([settled, this.clock.sleep(CHECK_EVERY_MS)]);
			this.expireAbandoned();
		}
	}

	private expireAbandoned(): void {
		const now = this.clock.now();
		for (const claim of [...this.pending]) {
			if (claim.expiresAt !== undefined && claim.expiresAt <= now) claim.settle(false);
		}
	}

	private findOverlappingClaim(
		key: string,
		ids: ReadonlyArray<string | undefined>,
	): PendingClaim | undefined {
		if (this.pending.length === 0) return undefined;
		const others = this.pending.filter(
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
