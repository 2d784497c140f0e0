import type { Steps } from '../../scripts/steps';
import { formatRounds, formatShare, printTable } from '../report';
import { load, type LoadResult } from './load';
import { SETTINGS } from './settings';
import type { Contender, World } from './world';

/** Deliveries at a time, and how many in a round of n8n as shipped. */
const LOADS = [
	{ atATime: 2, deliveries: 48 },
	{ atATime: 8, deliveries: 96 },
	{ atATime: 32, deliveries: 160 },
	{ atATime: 64, deliveries: 192 },
];

type Results = Map<Contender, LoadResult[]>;

/** Compares the trigger with a bare one and with n8n's Webhook node, in turns within each round. */
export async function measureThroughput(world: World, steps: Steps, rounds: number): Promise<void> {
	const contenders = [world.okta, world.floor, world.webhook];
	for (const { name, env, factor } of SETTINGS) {
		await steps.run(`Starting n8n anew: ${name}`, async () => {
			await world.n8n.stop();
			await world.n8n.start(env);
			for (const contender of contenders) await load(world, contender, 8, 40 * factor);
		});
		const rows: string[][] = [];
		const ratios: string[][] = [];
		for (const { atATime, deliveries } of LOADS) {
			const results: Results = new Map(contenders.map((contender) => [contender, []]));
			await steps.run(`${name}: ${atATime} at a time`, async (report) => {
				for (let round = 0; round < rounds; round += 1) {
					report(`${name}: ${atATime} at a time, round ${round + 1} of ${rounds}`);
					// Each comes first, second and last equally often.
					for (let turn = 0; turn < contenders.length; turn += 1) {
						const contender = contenders[(round + turn) % contenders.length];
						const result = await load(world, contender, atATime, deliveries * factor);
						results.get(contender)?.push(result);
					}
				}
			});
			for (const contender of contenders) {
				rows.push([`${atATime}`, contender.name, ...describe(results.get(contender) ?? [])]);
			}
			ratios.push(
				...[world.floor, world.webhook].map((other) => [
					`${atATime}`,
					other.name,
					ratio(results, world.okta, other, ({ perSecond }) => perSecond),
					ratio(results, other, world.okta, ({ p99 }) => p99),
				]),
			);
		}
		printTable(
			`${name}: median of ${rounds} rounds (least–most)`,
			['at a time', 'trigger', 'deliveries/s', 'p50 (ms)', 'p99 (ms)', 'within 3 s', 'executed'],
			rows,
		);
		printTable(
			`${name}: how many times as good the Okta User MFA Trigger is, round by round`,
			['at a time', 'compared with', 'deliveries/s', 'p99'],
			ratios,
		);
	}
}

function describe(results: LoadResult[]): string[] {
	const sum = (of: (result: LoadResult) => number) =>
		results.reduce((total, result) => total + of(result), 0);
	const deliveries = sum((result) => result.deliveries);
	return [
		formatRounds(results.map(({ perSecond }) => perSecond)),
		formatRounds(results.map(({ p50 }) => p50)),
		formatRounds(results.map(({ p99 }) => p99)),
		formatShare(
			sum(({ inTime }) => inTime),
			deliveries,
		),
		formatShare(
			sum(({ executed }) => executed),
			deliveries,
		),
	];
}

function ratio(
	results: Results,
	numerator: Contender,
	denominator: Contender,
	of: (result: LoadResult) => number,
): string {
	const others = results.get(denominator) ?? [];
	return formatRounds(
		(results.get(numerator) ?? []).map((result, i) => of(result) / of(others[i])),
	);
}
