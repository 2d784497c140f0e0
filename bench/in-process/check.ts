import type { Steps } from '../../lab/process/steps';
import { formatRounds, median, printTable } from '../shared/report';
import { openCheckPath } from './check-path';

const HOOKS = [1, 25];
const CHECKS = 1_000;

/**
 * Measures the CPU time that the trigger needs to check an unchanged event hook, without the request itself and
 * n8n's part of a poll.
 */
export async function measureChecks(steps: Steps, rounds: number): Promise<void> {
	const rows: string[][] = [];
	for (const hooks of HOOKS) {
		const times = await steps.run(`Checks in an org with ${hooks} event hooks`, async () => {
			const check = await openCheckPath(hooks);
			const measured: number[] = [];
			for (let round = 0; round <= rounds; round += 1) {
				const before = process.cpuUsage();
				for (let count = 0; count < CHECKS; count += 1) {
					const requests = await check();
					if (requests !== 1) throw new Error(`A check made ${requests} requests instead of one.`);
				}
				const { user, system } = process.cpuUsage(before);
				// The first round doesn't count, because the code is compiled then.
				if (round > 0) measured.push((user + system) / CHECKS);
			}
			return measured;
		});
		rows.push([
			String(hooks),
			formatRounds(times),
			`${((median(times) * 288) / 1_000).toFixed(1)}`,
		]);
	}
	printTable(
		`Check of an unchanged event hook: µs of CPU time, median of ${rounds} rounds (least–most)`,
		['hooks in the org', 'µs per check', 'ms a day'],
		rows,
	);
}
