import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Steps } from '../../lab/process/steps';
import { formatRounds, printTable } from '../shared/report';
import { tally } from './executions';
import { deliver } from './load';
import { AS_SHIPPED, LAZY, type Setting } from './settings';
import type { Contender, World } from './world';

const AT_A_TIME = 32;
const KILLED_AFTER_MS = 4_000;

/** What happened to the events of one round. */
interface Fate {
	acknowledged: number;
	/** Acknowledged but not in n8n's executions. These are never sent again. */
	lost: number;
	stored: number;
	storedTwice: number;
}

/** Measures which acknowledged events n8n has stored if it's killed while deliveries come in. */
export async function measureKill(world: World, steps: Steps, rounds: number): Promise<void> {
	const rows: string[][] = [];
	for (const setting of [AS_SHIPPED, LAZY]) {
		for (const contender of [world.okta, world.early]) {
			await steps.run(`Killing n8n: ${contender.name}, ${setting.name}`, async () => {
				const fates: Fate[] = [];
				for (let round = 0; round < rounds; round += 1) {
					fates.push(await kill(world, contender, setting));
				}
				rows.push([
					setting.name,
					contender.name,
					formatRounds(fates.map(({ acknowledged }) => acknowledged)),
					formatRounds(fates.map(({ lost }) => lost)),
					formatRounds(fates.map(({ stored }) => stored)),
					formatRounds(fates.map(({ storedTwice }) => storedTwice)),
				]);
			});
		}
	}
	await startAfterKill(world.n8n, {});
	printTable(
		`${AT_A_TIME} at a time, n8n killed after ${KILLED_AFTER_MS / 1_000} s: median of ${rounds} rounds (least–most)`,
		['setting', 'trigger', 'acknowledged', 'of these not stored', 'stored', 'stored twice'],
		rows,
	);
}

/** n8n 2.41 can exit while it recovers an execution that was killed before it started. The next start works. */
async function startAfterKill(n8n: World['n8n'], env: NodeJS.ProcessEnv): Promise<void> {
	await n8n.start(env).catch(async () => await n8n.start(env));
}

async function kill(
	{ n8n, executions }: World,
	contender: Contender,
	{ env }: Setting,
): Promise<Fate> {
	await n8n.stop();
	await startAfterKill(n8n, env);
	const sent: string[] = [];
	const acknowledged: string[] = [];
	let isAlive = true;
	const sending = Array.from({ length: AT_A_TIME }, async () => {
		while (isAlive) {
			const uuid = randomUUID();
			sent.push(uuid);
			const status = await deliver(contender, uuid);
			if (status !== undefined && status < 300) acknowledged.push(uuid);
		}
	});
	await sleep(KILLED_AFTER_MS);
	isAlive = false;
	await n8n.kill();
	await Promise.all(sending);
	const stored = tally(
		(await executions.stored(contender.workflowId)).flatMap(({ uuids }) => uuids),
	);
	const storedAtLeast = (times: number) => (uuid: string) => (stored.get(uuid) ?? 0) >= times;
	return {
		acknowledged: acknowledged.length,
		lost: acknowledged.filter((uuid) => !stored.has(uuid)).length,
		stored: sent.filter(storedAtLeast(1)).length,
		storedTwice: sent.filter(storedAtLeast(2)).length,
	};
}
