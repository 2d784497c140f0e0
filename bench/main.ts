/**
 * Measures the package, in this process and in a real n8n. Takes about an hour and a half. Don't run anything
 * else on the machine.
 *
 *     npm run bench                      everything
 *     npm run bench -- delivery memory   only these
 */
import { Argument, Command, InvalidArgumentError } from 'commander';

import type { Cleanup } from '../lab/process/cleanup';
import { Steps } from '../lab/process/steps';
import { runScript } from '../lab/process/script';
import { ensureN8n } from '../lab/n8n/install';
import { measureChecks } from './in-process/check';
import { measureDeliveryPath } from './in-process/delivery';
import { measureLoading } from './in-process/loading';
import { measureMemory } from './in-process/memory';
import { measurePollingPath } from './in-process/polling';
import { measureKill } from './n8n/kill';
import { measureLimit } from './n8n/limit';
import { measureOverload } from './n8n/overload';
import { measureQueue } from './n8n/queue';
import { AS_SHIPPED, LAZY } from './n8n/settings';
import { measureThroughput } from './n8n/throughput';
import { N8N_VERSION, startWorld, type World } from './n8n/world';

/** The arguments of each part. */
interface Run {
	steps: Steps;
	rounds: number;
	cleanup: Cleanup;
	signal: AbortSignal;
}

const PARTS: Record<string, (run: Run) => Promise<void>> = {
	loading: async ({ steps }) => await measureLoading(steps),
	// Runs before the others, which make the trigger remember events.
	memory: async ({ steps }) => await measureMemory(steps),
	delivery: async ({ steps, rounds }) => await measureDeliveryPath(steps, rounds),
	polling: async ({ steps, rounds }) => await measurePollingPath(steps, rounds),
	check: async ({ steps, rounds }) => await measureChecks(steps, rounds),
	activation: async (run) => {
		const { activationCalls } = await openWorld(run);
		console.log(`\nOkta calls for publishing the workflow\n\n${activationCalls.join('\n')}`);
	},
	shipped: async (run) => {
		await measureThroughput(await openWorld(run), AS_SHIPPED, run.steps, run.rounds);
	},
	lazy: async (run) => {
		await measureThroughput(await openWorld(run), LAZY, run.steps, run.rounds);
	},
	overload: async (run) => {
		await measureOverload(await openWorld(run), run.steps, run.rounds);
	},
	kill: async (run) => await measureKill(await openWorld(run), run.steps, run.rounds),
	limit: async (run) => await measureLimit(await openWorld(run), run.steps),
	queue: async (run) => {
		const { cleanup, signal, steps, rounds } = run;
		await ensureN8n(N8N_VERSION, (text) => console.error(text), { signal });
		// It would use part of the CPU.
		await (await world)?.n8n.stop();
		await measureQueue(cleanup, signal, steps, rounds);
	},
};

function toRounds(text: string): number {
	if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a positive integer.');
	return Number(text);
}

let world: Promise<World> | undefined;

/** The real n8n that the parts share. */
async function openWorld({ cleanup, signal, steps }: Run): Promise<World> {
	world ??= (async () => {
		await ensureN8n(N8N_VERSION, (text) => console.error(text), { signal });
		return await steps.run('Starting n8n', async () => await startWorld(cleanup, signal));
	})();
	return await world;
}

void new Command('bench')
	.description("Measure the package. Don't run anything else on the machine.")
	.addArgument(
		new Argument('[parts...]', 'what to measure')
			.choices(Object.keys(PARTS))
			.default(Object.keys(PARTS)),
	)
	.option('--rounds <number>', 'number of rounds per comparison', toRounds, 5)
	.action(async (parts: string[], { rounds }: { rounds: number }) => {
		await runScript(async (cleanup, signal) => {
			const run = { steps: new Steps(signal), rounds, cleanup, signal };
			for (const [part, measure] of Object.entries(PARTS)) {
				if (parts.includes(part)) await measure(run);
			}
		});
	})
	.parseAsync();
