import { sleep } from 'n8n-workflow';

/** Limits for grouping deliveries. */
export interface Limits {
	/**
	 * How many deliveries of a trigger n8n may be storing before further ones wait. With a limit of 2, a delivery
	 * doesn't wait for just one other. A group counts with all its deliveries, so the next group fills up
	 * meanwhile.
	 */
	storing: number;
	/** How long a delivery waits at most for the executions ahead of it, in ms. */
	waitMs: number;
	/** Items per execution. A larger delivery goes alone. */
	items: number;
	/** Total size of the request bodies per execution, in bytes. A larger delivery goes alone. */
	bytes: number;
	/** Waiting deliveries of all triggers. Each keeps a request to n8n open. */
	pending: number;
}

/** A delivery that passes its items to n8n, along with those of the deliveries waiting behind it. */
export interface Leader<Item> {
	is: 'leader';
	/** All items of the execution, in order of arrival. */
	items: Item[];
	/** Whether they come from several deliveries. */
	isGroup: boolean;
	/** Call once it's known whether n8n stored the execution. */
	finish(isStored: boolean): void;
	/** Call if that may never be known: the execution no longer blocks others. */
	release(): void;
}

/** A delivery whose items another delivery passes to n8n. */
export interface Follower {
	is: 'follower';
	/** Resolves once it's known whether n8n stored the execution. */
	isStored: Promise<boolean>;
	/** Stops waiting. */
	leave(): void;
}

export type JoinResult<Item> = Leader<Item> | Follower | { is: 'full' };

interface Waiting<Item> {
	items: Item[];
	bytes: number;
	resolve: (result: JoinResult<Item>) => void;
}

/** The deliveries of one trigger. */
interface Queue<Item> {
	/** Deliveries that n8n is storing. */
	storing: number;
	waiting: Array<Waiting<Item>>;
}

/**
 * Group commit: deliveries that arrive while n8n stores executions of the same trigger wait, then go to n8n
 * together as one execution. Storing an execution takes n8n far longer than receiving a request, so a burst
 * finishes several times faster. Outside of bursts, nothing waits.
 */
export class Groups<Item> {
	private readonly queues = new Map<string, Queue<Item>>();

	/** How many deliveries of all triggers wait. */
	private pending = 0;

	constructor(
		private readonly limits: Limits,
		private readonly wait: (ms: number) => Promise<void> = sleep,
	) {}

	/**
	 * Queues a delivery. It almost always goes to n8n immediately, in which case this returns no promise.
	 *
	 * @param key `nodeKeyOf`
	 * @param bytes size of the request body
	 * @param isAlone whether it must go alone and immediately
	 */
	join(
		key: string,
		items: Item[],
		bytes: number,
		isAlone: boolean,
	): JoinResult<Item> | Promise<JoinResult<Item>> {
		const queue = this.queueOf(key);
		const isFree = queue.waiting.length === 0 && queue.storing < this.limits.storing;
		if (isAlone || isFree) return this.lead(key, queue, items, []);
		if (this.pending >= this.limits.pending) return { is: 'full' };
		this.pending += 1;
		return new Promise((resolve) => {
			const waiting = { items, bytes, resolve };
			queue.waiting.push(waiting);
			void this.wait(this.limits.waitMs).then(() => {
				while (queue.waiting.includes(waiting)) this.startGroup(key, queue);
			});
		});
	}

	private queueOf(key: string): Queue<Item> {
		let queue = this.queues.get(key);
		if (!queue) {
			queue = { storing: 0, waiting: [] };
			this.queues.set(key, queue);
		}
		return queue;
	}

	/** Passes as many waiting deliveries to n8n as fit into one execution. */
	private startGroup(key: string, queue: Queue<Item>): void {
		const [first, ...others] = queue.waiting;
		let { bytes } = first;
		const items = [...first.items];
		const followers: Array<Waiting<Item>> = [];
		for (const other of others) {
			bytes += other.bytes;
			if (items.length + other.items.length > this.limits.items || bytes > this.limits.bytes) break;
			items.push(...other.items);
			followers.push(other);
		}
		queue.waiting.splice(0, 1 + followers.length);
		this.pending -= 1;
		first.resolve(this.lead(key, queue, items, followers));
	}

	private lead(
		key: string,
		queue: Queue<Item>,
		items: Item[],
		followers: Array<Waiting<Item>>,
	): Leader<Item> {
		let resolveStored: (isStored: boolean) => void = () => {};
		if (followers.length > 0) {
			const isStored = new Promise<boolean>((resolve) => {
				resolveStored = resolve;
			});
			for (const { resolve } of followers) resolve(this.follow(isStored));
		}

		const deliveries = 1 + followers.length;
		queue.storing += deliveries;
		let isStoring = true;
		const release = () => {
			if (!isStoring) return;
			isStoring = false;
			queue.storing -= deliveries;
			while (queue.waiting.length > 0 && queue.storing < this.limits.storing) {
				this.startGroup(key, queue);
			}
			if (queue.storing === 0) this.queues.delete(key);
		};
		return {
			is: 'leader',
			items,
			isGroup: followers.length > 0,
			release,
			finish: (stored) => {
				resolveStored(stored);
				release();
			},
		};
	}

	private follow(isStored: Promise<boolean>): Follower {
		let isPending = true;
		const leave = () => {
			if (isPending) this.pending -= 1;
			isPending = false;
		};
		void isStored.then(leave);
		return { is: 'follower', isStored, leave };
	}
}
