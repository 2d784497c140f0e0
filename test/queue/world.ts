import { randomUUID } from 'node:crypto';

import { activate, deactivate, republish } from '../../lab/n8n/activation';
import { waitForExecutions, type Execution } from '../../lab/n8n/executions';
import { mfaWorkflow, withParameters } from '../../lab/n8n/mfa-workflow';
import type { MfaWorkflowOptions } from '../../lab/n8n/mfa-workflow';
import { connectToOkta } from '../../lab/n8n/okta-credential';
import { OWNER } from '../../lab/n8n/owner';
import { startQueue, type Queue } from '../../lab/n8n/queue';
import { N8nRest, type Json } from '../../lab/n8n/rest';
import { startOktaOrg, type OktaOrg } from '../../lab/okta-org';

/** Okta waits 3 s, but these tests aren't about the speed of four processes on a busy machine. */
const DELIVERY_TIMEOUT_MS = 30_000;
/** The scopes that Catch Up needs. */
const SCOPES = 'okta.eventHooks.manage okta.logs.read offline_access';

const EXECUTED_WITHIN_MS = 60_000;

const ENVIRONMENT = {
	// Logs as much as possible, to find leaks.
	N8N_LOG_LEVEL: 'debug',
	// By default, n8n gives up on the executions of a dead worker only after two minutes.
	QUEUE_WORKER_LOCK_DURATION: '15000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '3000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

/** Long enough for a worker to be running some executions at any time. */
const PAUSE = {
	webhookId: randomUUID(),
	name: 'Pause',
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	parameters: { resume: 'timeInterval', amount: 1, unit: 'seconds' },
};

/** A workflow that starts with the trigger. */
export interface Flow {
	readonly id: string;
	activate(): Promise<void>;
	deactivate(): Promise<void>;
	/** Changes the trigger's parameters and waits until the change is live. */
	republish(parameters: Json): Promise<void>;
	/** Waits until there are that many executions and all have ended, and returns all of them. */
	executions(count: number, withinMs?: number): Promise<Execution[]>;
	staticData(): Promise<string>;
}

/** n8n in queue mode with the package, a stand-in org, and a credential that connects the two. */
export interface World {
	readonly queue: Queue;
	readonly rest: N8nRest;
	readonly org: OktaOrg;
	/** The secrets of all hooks so far. */
	readonly secrets: ReadonlySet<string>;
	createFlow(options?: MfaWorkflowOptions): Promise<Flow>;
	/** Starts the processes that an earlier scenario stopped. */
	startScenario(): Promise<void>;
	/** Deactivates all flows, and checks that no hook is left. */
	endScenario(): Promise<void>;
	stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
	const { N8N_VERSION: version, PACKAGE_TARBALL: tarball } = process.env;
	if (version === undefined || tarball === undefined) {
		throw new Error('N8N_VERSION or PACKAGE_TARBALL is not set: run `npm run test:queue`');
	}
	const queue = await startQueue({ version, tarball, env: ENVIRONMENT });
	let org: OktaOrg | undefined;
	const stop = async () => {
		try {
			await org?.stop();
		} finally {
			await queue.stop();
		}
	};
	try {
		org = await startOktaOrg({ deliveryTimeout: DELIVERY_TIMEOUT_MS });
		return await connect(queue, org, stop);
	} catch (error) {
		await stop();
		throw error;
	}
}

async function connect(queue: Queue, org: OktaOrg, stop: () => Promise<void>): Promise<World> {
	const rest = new N8nRest(queue.main.url);
	await rest.setUpOwner(OWNER);
	const credential = await connectToOkta(rest, org, SCOPES);

	const secrets = new Set<string>();
	const recordSecrets = () => {
		for (const { id } of org.hooks()) secrets.add(org.secretOf(id) ?? '');
	};
	const flows: Flow[] = [];

	async function createFlow(options: MfaWorkflowOptions = {}): Promise<Flow> {
		const workflow = mfaWorkflow(credential, { next: PAUSE, ...options });
		const { id } = await rest.createWorkflow(workflow);
		const flow: Flow = {
			id,
			async activate() {
				await activate(rest, id);
				recordSecrets();
			},
			deactivate: async () => await deactivate(rest, id),
			async republish(parameters) {
				await republish(rest, id, withParameters(workflow, parameters));
				recordSecrets();
			},
			executions: async (count, withinMs = EXECUTED_WITHIN_MS) =>
				await waitForExecutions(rest, id, count, withinMs),
			staticData: async () => JSON.stringify((await rest.workflow(id)).staticData ?? {}),
		};
		flows.push(flow);
		return flow;
	}

	async function startScenario(): Promise<void> {
		for (const n8n of queue.processes) {
			if (!n8n.isRunning()) await n8n.start();
		}
	}

	async function endScenario(): Promise<void> {
		for (const flow of flows.splice(0)) {
			const { active } = await rest.workflow(flow.id);
			if (active) await flow.deactivate();
		}
		expect(org.hooks()).toEqual([]);
	}

	return { queue, rest, org, secrets, createFlow, startScenario, endScenario, stop };
}
