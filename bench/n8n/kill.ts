import { setTimeout as sleep } from 'node:timers/promises';

import type { Steps } from '../../scripts/steps';
import { printTable } from '../report';
import { send } from './load';
import type { World } from './world';

const AT_A_TIME = 16;
const KILLED_AFTER_MS = 4_000;
const SECONDS = 6;

/** How many acknowledged events n8n has stored when it is killed while deliveries come in. */
export async function measureKill(
	{ n8n, okta, early, executions }: World,
	steps: Steps,
): Promise<void> {
	const rows: string[][] = [];
	for (const contender of [okta, early]) {
		await steps.run(`Killing n8n: ${contender.name}`, async () => {
			await n8n.stop();
			await n8n.start({});
			const countStored = async () =>
				Object.values(await executions(contender.workflowId)).reduce((sum, n) => sum + n, 0);
			const before = await countStored();
			const sending = send(contender, { connections: AT_A_TIME, duration: SECONDS });
			await sleep(KILLED_AFTER_MS);
			await n8n.kill();
			const acknowledged = (await sending)['2xx'];
			const stored = (await countStored()) - before;
			await n8n.start({});
			rows.push([contender.name, ...[acknowledged, stored].map(String)]);
		});
	}
	printTable(
		`${AT_A_TIME} at a time, n8n killed after ${KILLED_AFTER_MS / 1_000} s`,
		['trigger', 'acknowledged', 'stored'],
		rows,
	);
}
