import { Groups } from '../../nodes/shared/eventHooks/groups';
import type { Follower, Leader, Limits, Turn } from '../../nodes/shared/eventHooks/groups';

const LIMITS: Limits = { storing: 1, waitMs: 500, items: 10, bytes: 1_000, held: 5 };

const TRIGGER = 'workflow-1/node-1';
const OTHER_TRIGGER = 'workflow-1/node-2';

/** Lets everything run that can run without anything else happening. */
const everythingElse = async () =>
	await new Promise<void>((resolve) => {
		setImmediate(resolve);
	});

/** Deliveries of a trigger, on a clock that stands still until a test moves it. */
function startGroups(limits: Partial<Limits> = {}) {
	let sleepers: Array<() => void> = [];
	const groups = new Groups<string>(
		{ ...LIMITS, ...limits },
		async () => await new Promise((wake) => sleepers.push(wake)),
	);
	return {
		/** What becomes of a delivery, as far as it is known at once. */
		async deliver(
			items: string[],
			{ key = TRIGGER, bytes = 10, isAlone = false } = {},
		): Promise<{ turn?: Turn<string> }> {
			const delivery: { turn?: Turn<string> } = {};
			void Promise.resolve(groups.join(key, items, bytes, isAlone)).then((turn) => {
				delivery.turn = turn;
			});
			await everythingElse();
			return delivery;
		},
		/** Lets the time pass for which a delivery waits at most. */
		async pass(): Promise<void> {
			const due = sleepers;
			sleepers = [];
			for (const wake of due) wake();
			await everythingElse();
		},
	};
}

function leaderOf({ turn }: { turn?: Turn<string> }): Leader<string> {
	if (turn?.is !== 'leader') throw new Error(`Not a leader: ${turn?.is}`);
	return turn;
}

function followerOf({ turn }: { turn?: Turn<string> }): Follower {
	if (turn?.is !== 'follower') throw new Error(`Not a follower: ${turn?.is}`);
	return turn;
}

describe('A delivery', () => {
	it('goes to n8n at once, and without a promise, if n8n stores no execution of its trigger', () => {
		const groups = new Groups<string>(LIMITS);

		expect(groups.join(TRIGGER, ['a'], 10, false)).toMatchObject({
			is: 'leader',
			items: ['a'],
			isGroup: false,
		});
	});

	it('goes at once while n8n stores fewer executions than it may', async () => {
		const { deliver } = startGroups({ storing: 2 });

		expect((await deliver(['a'])).turn).toMatchObject({ is: 'leader', items: ['a'] });
		expect((await deliver(['b'])).turn).toMatchObject({ is: 'leader', items: ['b'] });
		expect((await deliver(['c'])).turn).toBeUndefined();
	});

	it('never waits for executions of another trigger', async () => {
		const { deliver } = startGroups();
		await deliver(['a']);

		expect((await deliver(['b'], { key: OTHER_TRIGGER })).turn).toMatchObject({ items: ['b'] });
	});

	it('goes alone and at once if it must', async () => {
		const { deliver } = startGroups();
		await deliver(['a']);
		const waiting = await deliver(['b']);

		expect((await deliver(['c'], { isAlone: true })).turn).toMatchObject({
			items: ['c'],
			isGroup: false,
		});
		expect(waiting.turn).toBeUndefined();
	});

	it('waits behind those that wait, so that events stay in order', async () => {
		const { deliver } = startGroups();
		const first = leaderOf(await deliver(['a']));
		const second = await deliver(['b']);
		const third = await deliver(['c']);
		first.end(true);
		await everythingElse();

		expect(leaderOf(second).items).toEqual(['b', 'c']);
		expect(followerOf(third)).toBeDefined();
	});
});

describe('Deliveries that wait', () => {
	it('go to n8n together once the execution ahead of them is stored', async () => {
		const { deliver } = startGroups();
		const first = leaderOf(await deliver(['a']));
		const others = [await deliver(['b', 'c']), await deliver(['d'])];
		expect(others.map(({ turn }) => turn)).toEqual([undefined, undefined]);
		first.end(true);
		await everythingElse();

		expect(leaderOf(others[0])).toMatchObject({ items: ['b', 'c', 'd'], isGroup: true });
		expect(followerOf(others[1])).toBeDefined();
	});

	it.each([true, false])(
		'go on whatever became of the execution ahead of them (stored: %s)',
		async (isStored) => {
			const { deliver } = startGroups();
			const first = leaderOf(await deliver(['a']));
			const second = await deliver(['b']);
			first.end(isStored);
			await everythingElse();

			expect(leaderOf(second).items).toEqual(['b']);
		},
	);

	it('go on if n8n may never tell what became of the execution ahead of them', async () => {
		const { deliver } = startGroups();
		const first = leaderOf(await deliver(['a']));
		const second = await deliver(['b']);
		first.release();
		await everythingElse();

		expect(leaderOf(second).items).toEqual(['b']);
	});

	it('go on after their time, however many executions n8n still stores', async () => {
		const { deliver, pass } = startGroups();
		await deliver(['a']);
		const others = [await deliver(['b']), await deliver(['c'])];
		await pass();

		expect(leaderOf(others[0]).items).toEqual(['b', 'c']);
		// That one is stored beside the first.
		const later = await deliver(['d']);
		expect(later.turn).toBeUndefined();
		await pass();
		expect(leaderOf(later).items).toEqual(['d']);
	});

	it('go in several executions if one would have too many items', async () => {
		const { deliver } = startGroups({ items: 3 });
		const first = leaderOf(await deliver(['a']));
		const others = [await deliver(['b', 'c']), await deliver(['d', 'e']), await deliver(['f'])];
		first.end(true);
		await everythingElse();

		const second = leaderOf(others[0]);
		expect(second.items).toEqual(['b', 'c']);
		expect(others[1].turn).toBeUndefined();
		second.end(true);
		await everythingElse();
		expect(leaderOf(others[1]).items).toEqual(['d', 'e', 'f']);
		expect(followerOf(others[2])).toBeDefined();
	});

	it('go in several executions if one would have too many bytes', async () => {
		const { deliver } = startGroups({ bytes: 100 });
		const first = leaderOf(await deliver(['a']));
		const others = [await deliver(['b'], { bytes: 60 }), await deliver(['c'], { bytes: 60 })];
		first.end(true);
		await everythingElse();

		expect(leaderOf(others[0]).items).toEqual(['b']);
		expect(others[1].turn).toBeUndefined();
	});

	it('go alone if they are larger than a group', async () => {
		const { deliver } = startGroups({ items: 2, bytes: 100 });
		const first = leaderOf(await deliver(['a']));
		const large = await deliver(['b', 'c', 'd'], { bytes: 1_000 });
		first.end(true);
		await everythingElse();

		expect(leaderOf(large)).toMatchObject({ items: ['b', 'c', 'd'], isGroup: false });
	});

	it('are bounded: the next one is turned away, and nothing waits for it', async () => {
		const { deliver } = startGroups({ held: 2 });
		const first = leaderOf(await deliver(['a']));
		const waiting = [await deliver(['b']), await deliver(['c'])];

		expect((await deliver(['d'])).turn).toEqual({ is: 'full' });
		first.end(true);
		await everythingElse();
		expect(leaderOf(waiting[0]).items).toEqual(['b', 'c']);
	});

	it('count as waiting until the execution with their items is stored', async () => {
		const { deliver } = startGroups({ held: 2 });
		const first = leaderOf(await deliver(['a']));
		const second = await deliver(['b']);
		await deliver(['c']);
		first.end(true);
		await everythingElse();

		// One follows, one waits.
		await deliver(['d']);
		expect((await deliver(['e'])).turn).toEqual({ is: 'full' });
		leaderOf(second).end(true);
		await everythingElse();
		await deliver(['f']);
		expect((await deliver(['g'])).turn).toBeUndefined();
	});

	it('no longer count once they have left, and only once', async () => {
		const { deliver } = startGroups({ held: 1, storing: 1 });
		const first = leaderOf(await deliver(['a']));
		const waiting = await deliver(['b']);
		first.end(true);
		await everythingElse();
		const second = leaderOf(waiting);
		const third = await deliver(['c']);
		second.end(true);
		await everythingElse();
		leaderOf(third).end(true);

		expect((await deliver(['d'])).turn).toMatchObject({ is: 'leader' });
	});
});

describe('A delivery whose items went with another’s', () => {
	async function startFollowing() {
		const running = startGroups({ held: 2 });
		const first = leaderOf(await running.deliver(['a']));
		const second = await running.deliver(['b']);
		const third = await running.deliver(['c']);
		first.end(true);
		await everythingElse();
		return { ...running, leader: leaderOf(second), follower: followerOf(third) };
	}

	it.each([true, false])('learns whether the execution is stored: %s', async (isStored) => {
		const { leader, follower } = await startFollowing();
		leader.end(isStored);

		await expect(follower.isStored).resolves.toBe(isStored);
	});

	it('still learns it if the other’s connection closed before n8n knew', async () => {
		const { leader, follower } = await startFollowing();
		leader.release();
		leader.end(true);

		await expect(follower.isStored).resolves.toBe(true);
	});

	it('makes room when it leaves, and only once', async () => {
		const { deliver, leader, follower } = await startFollowing();
		follower.leave();
		follower.leave();
		leader.end(true);
		await everythingElse();
		await deliver(['d']);
		await deliver(['e']);
		await deliver(['f']);

		expect((await deliver(['g'])).turn).toEqual({ is: 'full' });
	});
});
