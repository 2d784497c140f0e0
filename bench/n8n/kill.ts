import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Steps } from '../../scripts/steps';
import { deliveryBody } from '../../test/unit/fixtures/events';
import { deliveredSignIn } from '../events';
import { formatRounds, printTable } from '../report';
import type { Contender, World } from './world';

const AT_A_TIME = 16;
const KILLED_AFTER_MS = 4_000;

/** What became of the events of one round. */
interface Fate {
	acknowledged: number;
	/** Acknowledged, and not among n8n's executions: nobody sends these again. */
	lost: number;
	stored: number;
}

/** Which acknowledged events n8n has stored when it is killed while deliveries come in. */
export async function measureKill(world: World, steps: Steps, rounds: number): Promise<void> {
	const rows: string[][] = [];
	for (const contender of [world.okta, world.early]) {
		await steps.run(`Killing n8n: ${contender.name}`, async () => {
			const fates: Fate[] = [];
			for (let round = 0; round < rounds; round += 1) fates.push(await kill(world, contender));
			rows.push([
				contender.name,
				formatRounds(fates.map(({ acknowledged }) => acknowledged)),
				formatRounds(fates.map(({ lost }) => lost)),
				formatRounds(fates.map(({ stored }) => stored)),
			]);
		});
	}
	printTable(
		`${AT_A_TIME} at a time, n8n killed after ${KILLED_AFTER_MS / 1_000} s: median of ${rounds} rounds (least–most)`,
		['trigger', 'acknowledged', 'of these not stored', 'stored'],
		rows,
	);
}

async function kill({ n8n, storedExecutions }: World, contender: Contender): Promise<Fate> {
	await n8n.stop();
	await n8n.start({});
	const sent: string[] = [];
	const acknowledged: string[] = [];
	let isAlive = true;
	const sending = Array.from({ length: AT_A_TIME }, async () => {
		while (isAlive) {
			const uuid = randomUUID();
			sent.push(uuid);
			const status = await deliver(contender, uuid).catch(() => undefined);
			if (status !== undefined && status < 300) acknowledged.push(uuid);
		}
	});
	await sleep(KILLED_AFTER_MS);
	isAlive = false;
	await n8n.kill();
	await Promise.all(sending);
	const stored = storedExecutions(contender.workflowId);
	const isStored = (uuid: string) => stored.some(({ data }) => data.includes(uuid));
	await n8n.start({});
	return {
		acknowledged: acknowledged.length,
		lost: acknowledged.filter((uuid) => !isStored(uuid)).length,
		stored: sent.filter(isStored).length,
	};
}

/** @returns the status that n8n answered */
async function deliver({ url, secret }: Contender, uuid: string): Promise<number> {
	const { status } = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', authorization: secret },
		body: JSON.stringify(deliveryBody([deliveredSignIn(uuid)])),
	});
	return status;
}
