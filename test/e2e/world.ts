import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { activate, deactivate, republish } from '../n8n/activation';
import { listExecutions, waitForExecutions } from '../n8n/executions';
import type { Execution } from '../n8n/executions';
import { mfaWorkflow, withParameters } from '../n8n/mfa-workflow';
import type { MfaWorkflowOptions } from '../n8n/mfa-workflow';
import { connectToOkta } from '../n8n/okta-credential';
import { OWNER } from '../n8n/owner';
import { installTarball } from '../n8n/package-tarball';
import { startN8n } from '../n8n/process';
import type { N8n } from '../n8n/process';
import { N8nRest } from '../n8n/rest';
import type { Credential, Json } from '../n8n/rest';
import { waitFor } from '../n8n/wait-for';
import { startOktaOrg } from '../okta-org';
import type { OktaOrg, OktaOrgOptions } from '../okta-org';

export const N8N_VERSION = process.env.N8N_VERSION ?? '2.41.1';
/** n8n 2.x publishes in the background and asks Okta nothing at its start. */
export const IS_V1 = N8N_VERSION.startsWith('1.');

/** One workflow that begins with one or more triggers. */
export interface Flow {
	readonly id: string;
	activate(): Promise<void>;
	/** Activates and returns the error that a person reads; fails if there is none. */
	failToActivate(): Promise<string>;
	deactivate(): Promise<void>;
	/** Changes the first trigger's parameters and waits until that is live. */
	republish(parameters: Json): Promise<void>;
	/** Waits for that many ended executions and returns all there are. */
	executions(count: number): Promise<Execution[]>;
	/** The items that the triggers put out in all executions so far, once as many have arrived. */
	items(count: number): Promise<Json[]>;
	staticData(): Promise<string>;
}

/** A real n8n with the package, a stand-in org, and a credential that connects the two. */
export interface World {
	readonly n8n: N8n;
	readonly rest: N8nRest;
	readonly org: OktaOrg;
	readonly credential: Credential;
	/** @param credential another one than the world's own */
	createFlow(options?: MfaWorkflowOptions, credential?: Credential): Promise<Flow>;
	/** Tells of an event that a test delivered past the org, and that n8n acknowledged. */
	expectExecuted(uuid: string): void;
	/** Tells of an event that a filter leaves out: n8n acknowledges it, and runs nothing. */
	expectIgnored(uuid: string): void;
	/**
	 * Ends a scenario: deactivates what is active and checks that no hook is left, that every event
	 * the node acknowledged (204) was executed, unless a filter leaves it out, and none twice.
	 *
	 * n8n itself answers 200 ("n8n is starting up") while it migrates its database at its start. Okta
	 * takes that for an acknowledgement too, and the event is lost before any node has seen it.
	 */
	endScenario(): Promise<void>;
	stop(): Promise<void>;
}

export async function startWorld(
	options: OktaOrgOptions = {},
	env?: NodeJS.ProcessEnv,
): Promise<World> {
	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-e2e-'));
	const tarball = process.env.PACKAGE_TARBALL;
	if (tarball === undefined) throw new Error('PACKAGE_TARBALL is not set: run `npm run test:e2e`');
	await installTarball(folder, tarball);
	const org = await startOktaOrg(options);
	const n8n = await startN8n({ version: N8N_VERSION, userFolder: folder, env }).catch(
		async (error: unknown) => {
			await org.stop();
			throw error;
		},
	);

	const rest = new N8nRest(n8n.url);
	await rest.setUpOwner(OWNER);
	const credential = await connectToOkta(rest, org);

	const flows: Flow[] = [];
	let deliveriesBefore = 0;
	const deliveredByTest: string[] = [];
	const ignored = new Set<string>();

	async function createFlow(
		options?: MfaWorkflowOptions,
		flowCredential = credential,
	): Promise<Flow> {
		const workflow = mfaWorkflow(flowCredential, options);
		const names = workflow.nodes.slice(0, -1).map(({ name }) => name);
		const { id } = await rest.createWorkflow(workflow);
		const itemsOf = (execution: Execution) => names.flatMap((name) => execution.itemsOf(name));
		const flow: Flow = {
			id,
			activate: async () => await activate(rest, id),
			async failToActivate() {
				try {
					await activate(rest, id);
				} catch (error) {
					return error instanceof Error ? error.message : String(error);
				}
				throw new Error('The activation succeeded');
			},
			deactivate: async () => await deactivate(rest, id),
			async republish(changed) {
				await republish(rest, id, withParameters(workflow, changed));
			},
			executions: async (count) => await waitForExecutions(rest, id, count),
			async items(count) {
				return await waitFor(`${count} item(s)`, 30_000, async () => {
					const { length } = await listExecutions(rest, id);
					const items = (await waitForExecutions(rest, id, length)).flatMap(itemsOf);
					return items.length >= count ? items : undefined;
				});
			},
			staticData: async () => JSON.stringify((await rest.workflow(id)).staticData ?? {}),
		};
		flows.push(flow);
		return flow;
	}

	async function endScenario(): Promise<void> {
		org.faults.clearFaults();
		const acknowledged = new Map(
			org
				.deliveries()
				.slice(deliveriesBefore)
				.filter(({ status }) => status === 204)
				.flatMap(({ hookId, uuids }) =>
					uuids
						.filter((uuid) => !ignored.has(uuid))
						.map((uuid): [string, string] => [`${hookId} ${uuid}`, uuid]),
				),
		);
		deliveriesBefore = org.deliveries().length;
		for (const uuid of deliveredByTest.splice(0)) acknowledged.set(uuid, uuid);
		const ended = flows.splice(0);
		for (const { id, deactivate } of ended) {
			if ((await rest.workflow(id)).active) await deactivate();
		}
		// n8n 1.x acknowledges a delivery a moment before it stores the execution.
		const executed = async () =>
			(await Promise.all(ended.map(async (flow) => await flow.items(0)))).flat();
		await waitFor('all acknowledged events', 30_000, async () =>
			(await executed()).length >= acknowledged.size ? true : undefined,
		).catch(() => {
			// The comparison below tells which are missing.
		});
		expect(org.hooks()).toEqual([]);
		const uuids = (await executed()).map(({ uuid }) => uuid);
		expect(uuids.sort()).toEqual([...acknowledged.values()].sort());
	}

	return {
		n8n,
		rest,
		org,
		credential,
		createFlow,
		expectExecuted: (uuid) => void deliveredByTest.push(uuid),
		expectIgnored: (uuid) => void ignored.add(uuid),
		endScenario,
		async stop() {
			await n8n.stop();
			await org.stop();
			await rm(folder, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

/** Signs people in one after the other for as long as the work takes. */
export async function signInThroughout(org: OktaOrg, work: () => Promise<void>): Promise<void> {
	let working = true;
	const signIns = (async () => {
		while (working) {
			await org.signIn('sms');
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	})();
	try {
		await work();
	} finally {
		working = false;
		await signIns;
	}
}
