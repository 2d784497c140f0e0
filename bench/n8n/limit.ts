import { randomUUID } from 'node:crypto';

import type { Steps } from '../../lab/process/steps';
import { listExecutions } from '../../lab/n8n/executions';
import { waitFor } from '../../lab/n8n/wait-for';
import { printTable } from '../shared/report';
import { tally } from './executions';
import { deliver, OKTA_TIMEOUT_MS } from './load';
import { FILTERS, type Contender, type World } from './world';

const PAUSE_MS = 5_000;
const PAUSE = {
	name: 'Pause',
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		jsCode: `await new Promise((resolve) => setTimeout(resolve, ${PAUSE_MS})); return $input.all();`,
	},
};

const DELIVERIES = 4;
const ALL_WITHIN_MS = 10 * PAUSE_MS;

/** Measures what happens to deliveries while n8n runs one slow execution at a time. */
export async function measureLimit(world: World, steps: Steps): Promise<void> {
	const { n8n } = world;
	const stopped: string[][] = [];
	const killed: string[][] = [];
	for (const oneExecutionPerDelivery of [false, true]) {
		const name = oneExecutionPerDelivery ? world.ungrouped.name : world.okta.name;
		await steps.run(`One execution at a time: ${name}`, async () => {
			const parameters = { ...FILTERS, options: { oneExecutionPerDelivery } };
			if (!n8n.isRunning()) await n8n.start({});
			const slow = await world.publishOkta(name, { parameters, next: PAUSE });
			await n8n.stop();
			await n8n.start({ N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' });
			stopped.push([name, ...(await stopQueued(world, slow))]);
			killed.push([name, ...(await killBehind(world, slow))]);
		});
	}
	await n8n.stop();
	await n8n.start({});
	printTable(
		`${DELIVERIES} deliveries after a queued execution was stopped`,
		['trigger', 'acknowledged', 'run once', 'run twice'],
		stopped,
	);
	printTable(
		`n8n killed with ${DELIVERIES} deliveries behind a running execution`,
		['trigger', 'acknowledged', 'executions queued', 'events in them', 'run after a restart'],
		killed,
	);
}

/** Stops a queued execution, and then sends more deliveries. */
async function stopQueued(world: World, slow: Contender): Promise<string[]> {
	const { rest } = world;
	await deliver(slow, randomUUID());
	const held = deliver(slow, randomUUID(), OKTA_TIMEOUT_MS);
	const { id } = await waitFor('a queued execution', PAUSE_MS, async () =>
		(await listExecutions(rest, slow.workflowId)).find(({ status }) => status === 'new'),
	);
	await rest.call('POST', `/rest/executions/${id}/stop`);
	const { uuids, responses } = deliverAtOnce(slow);
	const statuses = await Promise.all(responses);
	await held;
	const runs = await untilRun(world, slow, uuids);
	return [
		count(statuses, (status) => status === 204),
		count(uuids, (uuid) => runs.get(uuid) === 1),
		count(uuids, (uuid) => (runs.get(uuid) ?? 0) > 1),
	];
}

/** Kills n8n while deliveries wait for a running execution, and restarts it. */
async function killBehind(world: World, slow: Contender): Promise<string[]> {
	const { n8n, executions } = world;
	await deliver(slow, randomUUID());
	const { uuids, responses } = deliverAtOnce(slow);
	const findQueued = async () =>
		(await executions.stored(slow.workflowId)).filter((execution) =>
			execution.uuids.some((uuid) => uuids.includes(uuid)),
		);
	const isStored = async () =>
		(await findQueued()).flatMap((execution) => execution.uuids).length === DELIVERIES;
	await waitUntil(isStored, PAUSE_MS / 2);
	await n8n.kill();
	const statuses = await Promise.all(responses);
	const queued = await findQueued();
	await n8n.start();
	const runs = await untilRun(world, slow, uuids);
	return [
		count(statuses, (status) => status === 204),
		String(queued.length),
		String(queued.flatMap((execution) => execution.uuids).length),
		count(uuids, (uuid) => runs.has(uuid)),
	];
}

function deliverAtOnce(contender: Contender): {
	uuids: string[];
	responses: Array<Promise<number | undefined>>;
} {
	const uuids = Array.from({ length: DELIVERIES }, () => randomUUID());
	return { uuids, responses: uuids.map(async (uuid) => await deliver(contender, uuid)) };
}

/** @returns how often each event ran, once all of them have run or the time is up */
async function untilRun(
	{ executions }: World,
	{ workflowId }: Contender,
	uuids: string[],
): Promise<Map<string, number>> {
	const runs = async () => {
		const stored = await executions.stored(workflowId);
		const successes = stored.filter(({ status }) => status === 'success');
		return tally(successes.flatMap((execution) => execution.uuids));
	};
	await waitUntil(async () => {
		const counts = await runs();
		return uuids.every((uuid) => counts.has(uuid));
	}, ALL_WITHIN_MS);
	return await runs();
}

/** Waits until a condition is met. If it never is, the tables show it. */
async function waitUntil(condition: () => Promise<boolean>, withinMs: number): Promise<void> {
	await waitFor('deliveries', withinMs, async () => ((await condition()) ? true : undefined)).catch(
		() => undefined,
	);
}

function count<T>(values: T[], matches: (value: T) => boolean): string {
	return String(values.filter(matches).length);
}
