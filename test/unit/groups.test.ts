import { Groups } from '../../nodes/shared/eventHooks/groups';
import type { Follower, Leader, Limits, JoinResult } from '../../nodes/shared/eventHooks/groups';
import { flushPromises } from './fixtures/clock';

const LIMITS: Limits = { storing: 1, waitMs: 500, items: 10, bytes: 1_000, pending: 5 };

const TRIGGER = 'workflow-1/node-1';
const OTHER_TRIGGER = 'workflow-1/node-2';

/** Groups with a clock that only `pass` advances. */
function startGroups(limits: Partial<Limits> = {}) {
	let sleepers: Array<() => void> = [];
	const groups = new Groups<string>(
		{ ...LIMITS, ...limits },
		async () => await new Promise((wake) => sleepers.push(wake)),
	);
	return {
		/** Queues a delivery. Its result is undefined while it waits. */
		async deliver(
			items: string[],
			{ key = TRIGGER, bytes = 10, isAlone = false } = {},
		): Promise<{ result?: JoinResult<string> }> {
			const delivery: { result?: JoinResult<string> } = {};
			void Promise.resolve(groups.join(key, items, bytes, isAlone)).then((result) => {
				delivery.result = result;
			});
			await flushPromises();
			return delivery;
		},
		/** Advances the clock by the time that a delivery waits at most. */
		async pass(): Promise<void> {
			const due = sleepers;
			sleepers = [];
			for (const wake of due) wake();
			await flushPromises();
		},
	};
}

function leaderOf({ result }: { result?: JoinResult<string> }): Leader<string> {
	if (result?.is !== 'leader') throw new Error(`Not a leader: ${result?.is}`);
	return result;
}

function followerOf({ result }: { result?: JoinResult<string> }): Follower {
	if (result?.is !== 'follower') throw new Error(`Not a follower: ${result?.is}`);
	return result;
}

describe('A delivery', () => {
	it('goes to n8n immediately, without a promise, if n8n isn’t storing executions of its trigger', () => {
		const groups = new Groups<string>(LIMITS);

		expect(groups.join(TRIGGER, ['a'], 10, false)).toMatchObject({
			is: 'leader',
			items: ['a'],
			isGroup: false,
		});
	});

	it('goes immediately while n8n stores fewer executions than allowed', async () => {
		const { deliver } = startGroups({ storing: 2 });

		expect((await deliver(['a'])).result).toMatchObject({ is: 'leader', items: ['a'] });
		expect((await deliver(['b'])).result).toMatchObject({ is: 'leader', items: ['b'] });
		expect((await deliver(['c'])).result).toBeUndefined();
	});

	it('never waits for executions of another trigger', async () => {
		const { deliver } = startGroups();
		await deliver(['a']);

		expect((await deliver(['b'], { key: OTHER_TRIGGER })).result).toMatchObject({ items: ['b'] });
	});

	it('goes alone and immediately if it must', async () => {
		const { deliver } = startGroups();
		await deliver(['a']);
		const waiting = await deliver(['b']);

		expect((await deliver(['c'], { isAlone: true })).result).toMatchObject({
			items: ['c'],
			isGroup: false,
		});
		expect(waiting.result).toBeUndefined();
	});

	it('waits behind earlier ones, so events stay in order', async () => {
		const { deliver } = startGroups();
		const first = leaderOf(await deliver(['a']));
		const second = await deliver(['b']);
		const third = await deliver(['c']);
		first.finish(true);
		await flushPromises();

		expect(leaderOf(second).items).toEqual(['b', 'c']);
		expect(followerOf(third)).toBeDefined();
	});
});

describe('Waiting deliveries', () => {
	it('go to n8n together once the execution ahead of them is stored', async () => {
		const { deliver } = startGroups();
		const first = leaderOf(await deliver(['a']));
		const others = [await deliver(['b', 'c']), await deliver(['d'])];
		expect(others.map(({ result }) => result)).toEqual([undefined, undefined]);
		first.finish(true);
		await flushPromises();

		expect(leaderOf(others[0])).toMatchObject({ items: ['b', 'c', 'd'], isGroup: true });
		expect(followerOf(others[1])).toBeDefined();
	});

	it.each([true, false])(
		'continue regardless of whether the execution ahead of them was stored: %s',
		async (isStored) => {
			const { deliver } = startGroups();
			const first = leaderOf(await deliver(['a']));
			const second = await deliver(['b']);
			first.finish(isStored);
			await flushPromises();

			expect(leaderOf(second).items).toEqual(['b']);
		},
	);

	it('continue if it may never be known whether the execution ahead of them was stored', async () => {
		const { deliver } = startGroups();
		const first = leaderOf(await deliver(['a']));
		const second = await deliver(['b']);
		first.release();
		await flushPromises();

		expect(leaderOf(second).items).toEqual(['b']);
	});

	it('continue after the maximum wait, no matter how many executions n8n is still storing', async () => {
		const { deliver, pass } = startGroups();
		await deliver(['a']);
		const others = [await deliver(['b']), await deliver(['c'])];
		await pass();

		expect(leaderOf(others[0]).items).toEqual(['b', 'c']);
		// That one is stored alongside the first.
		const later = await deliver(['d']);
		expect(later.result).toBeUndefined();
		await pass();
		expect(leaderOf(later).items).toEqual(['d']);
	});

	it('are split if one execution would have too many items', async () => {
		const { deliver } = startGroups({ items: 3 });
		const first = leaderOf(await deliver(['a']));
		const others = [await deliver(['b', 'c']), await deliver(['d', 'e']), await deliver(['f'])];
		first.finish(true);
		await flushPromises();

		const second = leaderOf(others[0]);
		expect(second.items).toEqual(['b', 'c']);
		expect(others[1].result).toBeUndefined();
		second.finish(true);
		await flushPromises();
		expect(leaderOf(others[1]).items).toEqual(['d', 'e', 'f']);
		expect(followerOf(others[2])).toBeDefined();
	});

	it('are split if one execution would have too many bytes', async () => {
		const { deliver } = startGroups({ bytes: 100 });
		const first = leaderOf(await deliver(['a']));
		const others = [await deliver(['b'], { bytes: 60 }), await deliver(['c'], { bytes: 60 })];
		first.finish(true);
		await flushPromises();

		expect(leaderOf(others[0]).items).toEqual(['b']);
		expect(others[1].result).toBeUndefined();
	});

	it('go alone if they are larger than a group', async () => {
		const { deliver } = startGroups({ items: 2, bytes: 100 });
		const first = leaderOf(await deliver(['a']));
		const large = await deliver(['b', 'c', 'd'], { bytes: 1_000 });
		first.finish(true);
		await flushPromises();

		expect(leaderOf(large)).toMatchObject({ items: ['b', 'c', 'd'], isGroup: false });
	});

	it('are limited: the next one is rejected, and nothing waits for it', async () => {
		const { deliver } = startGroups({ pending: 2 });
		const first = leaderOf(await deliver(['a']));
		const waiting = [await deliver(['b']), await deliver(['c'])];

		expect((await deliver(['d'])).result).toEqual({ is: 'full' });
		first.finish(true);
		await flushPromises();
		expect(leaderOf(waiting[0]).items).toEqual(['b', 'c']);
	});

	it('count as waiting until the execution with their items is stored', async () => {
		const { deliver } = startGroups({ pending: 2 });
		const first = leaderOf(await deliver(['a']));
		const second = await deliver(['b']);
		await deliver(['c']);
		first.finish(true);
		await flushPromises();

		// One follows, one waits.
		await deliver(['d']);
		expect((await deliver(['e'])).result).toEqual({ is: 'full' });
		leaderOf(second).finish(true);
		await flushPromises();
		await deliver(['f']);
		expect((await deliver(['g'])).result).toBeUndefined();
	});

	it('no longer count once they have left, and are subtracted only once', async () => {
		const { deliver } = startGroups({ pending: 1, storing: 1 });
		const first = leaderOf(await deliver(['a']));
		const waiting = await deliver(['b']);
		first.finish(true);
		await flushPromises();
		const second = leaderOf(waiting);
		const third = await deliver(['c']);
		second.finish(true);
		await flushPromises();
		leaderOf(third).finish(true);

		expect((await deliver(['d'])).result).toMatchObject({ is: 'leader' });
	});
});

describe('A delivery whose items another one passed to n8n', () => {
	async function startFollowing() {
		const running = startGroups({ pending: 2 });
		const first = leaderOf(await running.deliver(['a']));
		const second = await running.deliver(['b']);
		const third = await running.deliver(['c']);
		first.finish(true);
		await flushPromises();
		return { ...running, leader: leaderOf(second), follower: followerOf(third) };
	}

	it.each([true, false])('learns whether the execution was stored: %s', async (isStored) => {
		const { leader, follower } = await startFollowing();
		leader.finish(isStored);

		await expect(follower.isStored).resolves.toBe(isStored);
	});

	it('still learns it if the other’s connection closed before that was known', async () => {
		const { leader, follower } = await startFollowing();
		leader.release();
		leader.finish(true);

		await expect(follower.isStored).resolves.toBe(true);
	});

	it('makes room only once when it leaves', async () => {
		const { deliver, leader, follower } = await startFollowing();
		follower.leave();
		follower.leave();
		leader.finish(true);
		await flushPromises();
		await deliver(['d']);
		await deliver(['e']);
		await deliver(['f']);

		expect((await deliver(['g'])).result).toEqual({ is: 'full' });
	});
});
