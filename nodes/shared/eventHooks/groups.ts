import { sleep } from 'n8n-workflow';

/** Bounds of groups. */
export interface Limits {
	/**
	 * Deliveries of a trigger that n8n may be storing before further ones wait. Counted in deliveries, so
	 * that two at a time never wait for each other, and nothing is stored beside a group: the next group
	 * grows meanwhile.
	 */
	storing: number;
	/** For how long a delivery waits for the executions ahead of it at most, in ms. */
	waitMs: number;
	/** Items in one execution. A delivery that has more goes alone. */
	items: number;
	/** Request bodies in one execution, in bytes. A larger one goes alone. */
	bytes: number;
	/** Deliveries of all triggers that wait. Each holds a request of n8n open. */
	held: number;
}

/** A delivery whose items go to n8n, with those of the deliveries that waited behind it. */
export interface Leader<Item> {
	is: 'leader';
	/** All items of the execution, in the order in which they arrived. */
	items: Item[];
	/** Whether they are those of several deliveries. */
	isGroup: boolean;
	/** Tells whether n8n stored the execution. */
	end(isStored: boolean): void;
	/** Says that n8n may not tell any more: the execution no longer holds others up. */
	release(): void;
}

/** A delivery whose items go to n8n with another's. */
export interface Follower {
	is: 'follower';
	/** Resolves once n8n has stored the execution, or couldn't. */
	isStored: Promise<boolean>;
	/** Stops waiting for that. */
	leave(): void;
}

export type Turn<Item> = Leader<Item> | Follower | { is: 'full' };

interface Waiting<Item> {
	items: Item[];
	bytes: number;
	resolve: (turn: Turn<Item>) => void;
}

/** The deliveries of one trigger. */
interface Line<Item> {
	/** Deliveries that n8n is storing. */
	storing: number;
	waiting: Array<Waiting<Item>>;
}

/**
 * Group commit: deliveries that arrive while n8n stores executions of the same trigger wait, and then go
 * to n8n together as one execution. To store an execution takes n8n far longer than to receive a request,
 * so a burst is through many times sooner. Without a burst, nothing waits.
 */
export class Groups<Item> {
	private readonly lines = new Map<string, Line<Item>>();

	/** How many deliveries wait. */
	private held = 0;

	constructor(
		private readonly limits: Limits,
		private readonly wait: (ms: number) => Promise<void> = sleep,
	) {}

	/**
	 * Queues a delivery: nearly always it goes to n8n at once, and then without a promise.
	 *
	 * @param key `nodeKeyOf`
	 * @param bytes of its body
	 * @param isAlone whether it must go alone and at once
	 */
	join(
		key: string,
		items: Item[],
		bytes: number,
		isAlone: boolean,
	): Turn<Item> | Promise<Turn<Item>> {
		const line = this.lineOf(key);
		const isFree = line.waiting.length === 0 && line.storing < this.limits.storing;
		if (isAlone || isFree) return this.lead(key, line, items, []);
		if (this.held >= this.limits.held) return { is: 'full' };
		this.held += 1;
		return new Promise((resolve) => {
			const waiting = { items, bytes, resolve };
			line.waiting.push(waiting);
			void this.wait(this.limits.waitMs).then(() => {
				while (line.waiting.includes(waiting)) this.startGroup(key, line);
			});
		});
	}

	private lineOf(key: string): Line<Item> {
		let line = this.lines.get(key);
		if (!line) {
			line = { storing: 0, waiting: [] };
			this.lines.set(key, line);
		}
		return line;
	}

	/** Hands as many of the waiting deliveries to n8n as fit into one execution. */
	private startGroup(key: string, line: Line<Item>): void {
		const [first, ...others] = line.waiting;
		let { bytes } = first;
		const items = [...first.items];
		const followers: Array<Waiting<Item>> = [];
		for (const other of others) {
			bytes += other.bytes;
			if (items.length + other.items.length > this.limits.items || bytes > this.limits.bytes) break;
			items.push(...other.items);
			followers.push(other);
		}
		line.waiting.splice(0, 1 + followers.length);
		this.held -= 1;
		first.resolve(this.lead(key, line, items, followers));
	}

	private lead(
		key: string,
		line: Line<Item>,
		items: Item[],
		followers: Array<Waiting<Item>>,
	): Leader<Item> {
		let tell: (isStored: boolean) => void = () => {};
		if (followers.length > 0) {
			const isStored = new Promise<boolean>((resolve) => {
				tell = resolve;
			});
			for (const { resolve } of followers) resolve(this.follow(isStored));
		}

		const deliveries = 1 + followers.length;
		line.storing += deliveries;
		let isStoring = true;
		const release = () => {
			if (!isStoring) return;
			isStoring = false;
			line.storing -= deliveries;
			while (line.waiting.length > 0 && line.storing < this.limits.storing) {
				this.startGroup(key, line);
			}
			if (line.storing === 0) this.lines.delete(key);
		};
		return {
			is: 'leader',
			items,
			isGroup: followers.length > 0,
			release,
			end: (stored) => {
				tell(stored);
				release();
			},
		};
	}

	private follow(isStored: Promise<boolean>): Follower {
		let isHeld = true;
		const leave = () => {
			if (isHeld) this.held -= 1;
			isHeld = false;
		};
		void isStored.then(leave);
		return { is: 'follower', isStored, leave };
	}
}
