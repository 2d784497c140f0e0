import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Steps } from '../../lab/process/steps';
import { printTable } from '../shared/report';
import { tally } from './executions';
import {
	deliver,
	describeLoads,
	load,
	LOAD_COLUMNS,
	OKTA_TIMEOUT_MS,
	type LoadResult,
} from './load';
import { AS_SHIPPED, LAZY } from './settings';
import type { CatchUpContender, Contender, World } from './world';

/** The number of users who sign in at the same time, which is more than n8n as shipped can handle in Okta's 3 s. */
const AT_A_TIME = 64;
const SIGN_INS = 256;
/** How long n8n must be idle before it counts as done, in ms. */
const QUIET_MS = 15_000;

/**
 * Measures what happens to sign-ins if n8n can't keep up. Okta waits 3 s for a response and retries once. Also
 * measures whether responding before anything is stored would help.
 */
export async function measureOverload(world: World, steps: Steps, rounds: number): Promise<void> {
	const fates: string[][] = [];
	const catchUp = await steps.run('Publishing triggers with Catch Up', async () => [
		await world.publishCatchUp('… with Catch Up', {}),
		await world.publishCatchUp('… with both', { options: { oneExecutionPerDelivery: true } }),
	]);
	const comparisons: string[][] = [];
	for (const { name, env, factor } of [AS_SHIPPED, LAZY]) {
		await steps.run(`Overload, ${name}`, async () => {
			await world.n8n.stop();
			await world.n8n.start(env);
			for (const contender of [world.okta, world.ungrouped]) {
				await load(world, contender, 8, 40 * factor);
				const deliverTo = async () => await deliverAsOkta(contender);
				fates.push([name, contender.name, ...(await signInAtOnce(world, contender, deliverTo))]);
			}
			for (const contender of catchUp) {
				const signIn = async () => await signInTo(contender);
				fates.push([name, contender.name, ...(await signInAtOnce(world, contender, signIn))]);
			}
		});
		await steps.run(`Responding first, ${name}`, async () => {
			const results = new Map<Contender, LoadResult[]>();
			for (let round = 0; round < rounds; round += 1) {
				const contenders = [world.floor, world.early, world.dropping];
				for (let turn = 0; turn < contenders.length; turn += 1) {
					const contender = contenders[(round + turn) % contenders.length];
					const result = await load(world, contender, AT_A_TIME, 3 * AT_A_TIME * factor);
					results.set(contender, [...(results.get(contender) ?? []), result]);
				}
			}
			for (const [contender, all] of results) {
				comparisons.push([name, contender.name, ...describeLoads(all)]);
			}
		});
	}
	printTable(
		`${SIGN_INS} sign-ins, ${AT_A_TIME} at a time: what Okta sees, and what n8n runs`,
		[
			'setting',
			'trigger',
			'accepted on the first try',
			'on the second',
			'Okta gave up',
			'run once',
			'run twice',
			'never run',
			'Okta gave up, but it ran',
		],
		fates,
	);
	printTable(
		`${AT_A_TIME} at a time: median of ${rounds} rounds (least–most)`,
		['setting', 'trigger', ...LOAD_COLUMNS],
		comparisons,
	);
}

/** What Okta knows about a sign-in. */
interface Fate {
	uuid: string;
	attempts: number;
	delivered: boolean;
}

/** Signs in several users at a time, each as soon as the previous delivery is done. */
async function signInAtOnce(
	{ executions }: World,
	{ workflowId }: Contender,
	signIn: () => Promise<Fate>,
): Promise<string[]> {
	const fates: Fate[] = [];
	let left = SIGN_INS;
	await Promise.all(
		Array.from({ length: AT_A_TIME }, async () => {
			while (left-- > 0) fates.push(await signIn());
		}),
	);
	// With Catch Up, this waits for three polls.
	await untilQuiet(async () => JSON.stringify(await executions.runs(workflowId)));

	const stored = await executions.stored(workflowId);
	const successes = stored.filter(({ status }) => status === 'success');
	const runs = tally(successes.flatMap(({ uuids }) => uuids));
	const all = fates.map((fate) => ({ ...fate, runs: runs.get(fate.uuid) ?? 0 }));
	const count = (matches: (each: (typeof all)[number]) => boolean) =>
		String(all.filter(matches).length);
	return [
		count(({ delivered, attempts }) => delivered && attempts === 1),
		count(({ delivered, attempts }) => delivered && attempts === 2),
		count(({ delivered }) => !delivered),
		count((each) => each.runs === 1),
		count((each) => each.runs > 1),
		count((each) => each.runs === 0),
		count((each) => !each.delivered && each.runs > 0),
	];
}

/** Okta retries once after a timeout, a network failure, or a 5xx. */
async function deliverAsOkta(contender: Contender): Promise<Fate> {
	const uuid = randomUUID();
	for (let attempts = 1; ; attempts += 1) {
		const status = await deliver(contender, uuid, OKTA_TIMEOUT_MS);
		const delivered = status === 200 || status === 204;
		const isFinal = status !== undefined && status < 500;
		if (isFinal || attempts === 2) return { uuid, attempts, delivered };
	}
}

/** The stand-in org does the same, and logs the event. */
async function signInTo({ org }: CatchUpContender): Promise<Fate> {
	const { event, deliveries } = await org.signIn('sms');
	const delivered = deliveries.some((each) => each.delivered);
	return { uuid: event.uuid, attempts: deliveries.length, delivered };
}

/** Waits until a state hasn't changed for a while. */
async function untilQuiet(state: () => Promise<string>): Promise<void> {
	let before: string;
	do {
		before = await state();
		await sleep(QUIET_MS);
	} while (before !== (await state()));
}
