import type { Steps } from '../../lab/process/steps';
import { formatRounds, formatShare, printTable } from '../shared/report';
import {
	describeLoads,
	load,
	LOAD_COLUMNS,
	perSecond,
	combine,
	percentile,
	type LoadResult,
} from './load';
import type { Setting } from './settings';
import type { Contender, World } from './world';

/**
 * Concurrent deliveries, deliveries per turn of a trigger, and turns per round. Turns are short because the
 * machine's speed changes within seconds. A round has more than 100 deliveries. Otherwise, its p99 would be its
 * slowest delivery. With many concurrent deliveries, a turn has two full waves of them.
 */
const LOADS = [
	{ atATime: 1, deliveries: 26, turns: 4 },
	{ atATime: 2, deliveries: 26, turns: 4 },
	{ atATime: 4, deliveries: 28, turns: 4 },
	{ atATime: 8, deliveries: 32, turns: 4 },
	{ atATime: 16, deliveries: 64, turns: 2 },
	{ atATime: 32, deliveries: 64, turns: 2 },
	{ atATime: 64, deliveries: 128, turns: 2 },
];

/** The order of the four in each turn, so that each follows each of the others equally often. */
const ORDERS = [
	[0, 1, 3, 2],
	[1, 2, 0, 3],
	[2, 3, 1, 0],
	[3, 0, 2, 1],
];

type Results = Map<Contender, LoadResult[]>;

/**
 * Compares the trigger with itself without groups, with a bare trigger, and with n8n's Webhook node. They take
 * turns within each round.
 */
export async function measureThroughput(
	world: World,
	{ name, env, factor }: Setting,
	steps: Steps,
	rounds: number,
): Promise<void> {
	const contenders = [world.okta, world.ungrouped, world.floor, world.webhook];
	await steps.run(`Restarting n8n: ${name}`, async () => {
		await world.n8n.stop();
		await world.n8n.start(env);
		for (const contender of contenders) await load(world, contender, 8, 40 * factor);
	});
	const rows: string[][] = [];
	const ratios: string[][] = [];
	const countRuns = async () =>
		await Promise.all(contenders.map(({ workflowId }) => world.executions.runs(workflowId)));
	for (const { atATime, deliveries, turns } of LOADS) {
		const results: Results = new Map();
		const before = await countRuns();
		await steps.run(`${name}: ${atATime} at a time`, async (report) => {
			for (let round = 0; round < rounds; round += 1) {
				report(`${name}: ${atATime} at a time, round ${round + 1} of ${rounds}`);
				const ofRound: Results = new Map();
				for (let turn = 0; turn < turns; turn += 1) {
					for (const index of ORDERS[(round * turns + turn) % ORDERS.length]) {
						const contender = contenders[index];
						const result = await load(world, contender, atATime, deliveries * factor);
						ofRound.set(contender, [...(ofRound.get(contender) ?? []), result]);
					}
				}
				for (const [contender, parts] of ofRound) {
					results.set(contender, [...(results.get(contender) ?? []), combine(parts)]);
				}
			}
		});
		const of = (contender: Contender) => results.get(contender) ?? [];
		// Over all rounds, so that a delivery that runs twice shows up even if the second run is late.
		const after = await countRuns();
		for (const [index, contender] of contenders.entries()) {
			const items = after[index].items - before[index].items;
			rows.push([
				`${atATime}`,
				contender.name,
				...describeLoads(of(contender)),
				`${after[index].executions - before[index].executions}`,
				`${items}`,
				formatShare(items, combine(of(contender)).times.length),
			]);
		}
		for (const other of contenders.slice(1)) {
			ratios.push([
				`${atATime}`,
				other.name,
				ratio(of(world.okta), of(other), perSecond),
				ratio(of(other), of(world.okta), percentile(0.99)),
			]);
		}
	}
	printTable(
		`${name}: median of ${rounds} rounds (least–most)`,
		['at a time', 'trigger', ...LOAD_COLUMNS, 'executions', 'items', 'executed'],
		rows,
	);
	printTable(
		`${name}: how many times better the Okta User MFA Trigger is, round by round`,
		['at a time', 'compared with', 'deliveries/s', 'p99'],
		ratios,
	);
}

function ratio(
	above: LoadResult[],
	below: LoadResult[],
	of: (result: LoadResult) => number,
): string {
	return formatRounds(above.map((result, round) => of(result) / of(below[round])));
}
