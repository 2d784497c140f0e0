import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { activate, deactivate, republish } from '../../lab/n8n/activation';
import { backUp } from '../../lab/n8n/backup';
import { listExecutions, waitForExecutions } from '../../lab/n8n/executions';
import type { Execution } from '../../lab/n8n/executions';
import { importWorkflow } from '../../lab/n8n/import-workflow';
import { mfaWorkflow, withParameters } from '../../lab/n8n/mfa-workflow';
import type { MfaWorkflowOptions } from '../../lab/n8n/mfa-workflow';
import { connectToOkta } from '../../lab/n8n/okta-credential';
import { OWNER } from '../../lab/n8n/owner';
import { installTarball } from '../../lab/n8n/package-tarball';
import { startN8n } from '../../lab/n8n/process';
import type { N8n } from '../../lab/n8n/process';
import { N8nRest } from '../../lab/n8n/rest';
import type { Credential, Json, WorkflowInput } from '../../lab/n8n/rest';
import { waitFor } from '../../lab/n8n/wait-for';
import { startOktaOrg } from '../../lab/okta-org';
import type { OktaOrg, OktaOrgOptions } from '../../lab/okta-org';

export const N8N_VERSION = process.env.N8N_VERSION ?? '2.41.1';
/** Unlike n8n 1, n8n 2 publishes in the background, and only what has changed. */
export const IS_V1 = N8N_VERSION.startsWith('1.');

/** One workflow that starts with one or more triggers. */
export interface Flow {
	readonly id: string;
	activate(): Promise<void>;
	/** Activates and returns the error that the user sees. Fails if there's none. */
	failToActivate(): Promise<string>;
	deactivate(): Promise<void>;
	isActive(): Promise<boolean>;
	/** Imports the workflow again with n8n's command line, without the IDs that webhook URLs contain. */
	removeWebhookIds(): Promise<void>;
	/** Changes the first trigger's parameters and waits until the change is live. */
	republish(parameters: Json): Promise<void>;
	/** Waits until that many executions have ended and returns all of them. */
	executions(count: number): Promise<Execution[]>;
	/**
	 * Waits until the triggers have emitted that many items and returns all of their items so far. The items of
	 * `otherTriggers` don't count.
	 */
	items(count: number): Promise<Json[]>;
	staticData(): Promise<string>;
}

/** A second n8n, started from a copy of the first one's folder, at another address. */
export interface Copy {
	readonly n8n: N8n;
	/** The copy of a workflow. */
	flow(original: Flow): Flow;
}

/** A real n8n with the package, a stand-in org, and a credential that connects the two. */
export interface World {
	readonly n8n: N8n;
	readonly rest: N8nRest;
	readonly org: OktaOrg;
	readonly credential: Credential;
	/** @param credential to use instead of the world's own */
	createFlow(options?: MfaWorkflowOptions, credential?: Credential): Promise<Flow>;
	/**
	 * Signs a user in, and expects that Okta delivers the event to each hook on the first attempt and that it
	 * starts each of these flows. No others may be active.
	 */
	expectSignInStarts(...flows: Flow[]): Promise<void>;
	/** Backs up this n8n as it currently is, and returns the backup's folder. */
	backUp(): Promise<string>;
	/** Starts a copy of this n8n as it currently is. It must not have run anything yet. */
	startCopy(): Promise<Copy>;
	/** Adds an event that must be executed although the org didn't deliver it itself. */
	expectExecuted(uuid: string): void;
	/** Adds an event that n8n acknowledges but doesn't execute, e.g. because of a filter. */
	expectIgnored(uuid: string): void;
	/**
	 * Ends a scenario: deactivates all flows, and checks that no hook is left and that every event that the node
	 * acknowledged (204) was executed exactly once, unless it was passed to `expectIgnored`.
	 *
	 * While n8n migrates its database during a start, it responds with 200 ("n8n is starting up") itself. Okta
	 * counts that as an acknowledgment too, so the event is lost before any node has seen it.
	 */
	endScenario(): Promise<void>;
	stop(): Promise<void>;
}

export async function startWorld(
	options: OktaOrgOptions = {},
	env?: NodeJS.ProcessEnv,
): Promise<World> {
	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-e2e-'));
	const userFolder = join(folder, 'n8n');
	const tarball = process.env.PACKAGE_TARBALL;
	if (tarball === undefined) throw new Error('PACKAGE_TARBALL is not set: run `npm run test:e2e`');
	await installTarball(userFolder, tarball);
	const org = await startOktaOrg(options);
	const n8n = await startN8n({ version: N8N_VERSION, userFolder, env }).catch(
		async (error: unknown) => {
			await org.stop();
			throw error;
		},
	);

	const rest = new N8nRest(n8n.url);
	await rest.setUpOwner(OWNER);
	const credential = await connectToOkta(rest, org);

	const flows: Flow[] = [];
	const copies: N8n[] = [];
	const workflows = new Map<string, { workflow: WorkflowInput; names: string[] }>();
	let deliveriesBefore = 0;
	let backups = 0;
	const deliveredByTest: string[] = [];
	const ignored = new Set<string>();

	/** @param on the n8n that has it */
	function openFlow(id: string, on: N8nRest): Flow {
		const { workflow, names } = workflows.get(id)!;
		const itemsOf = (execution: Execution) => names.flatMap((name) => execution.itemsOf(name));
		const flow: Flow = {
			id,
			activate: async () => await activate(on, id),
			async failToActivate() {
				try {
					await activate(on, id);
				} catch (error) {
					return error instanceof Error ? error.message : String(error);
				}
				throw new Error('The activation should have failed, but succeeded');
			},
			deactivate: async () => await deactivate(on, id),
			isActive: async () => (await on.workflow(id)).active,
			async removeWebhookIds() {
				const nodes = workflow.nodes.map((node) => ({ ...node, webhookId: undefined }));
				await importWorkflow(n8n, { ...workflow, id, nodes });
			},
			async republish(changed) {
				await republish(on, id, withParameters(workflow, changed));
			},
			executions: async (count) => await waitForExecutions(on, id, count),
			async items(count) {
				return await waitFor(`${count} item(s)`, 30_000, async () => {
					const { length } = await listExecutions(on, id);
					const items = (await waitForExecutions(on, id, length)).flatMap(itemsOf);
					return items.length >= count ? items : undefined;
				});
			},
			staticData: async () => JSON.stringify((await on.workflow(id)).staticData ?? {}),
		};
		flows.push(flow);
		return flow;
	}

	async function createFlow(
		options: MfaWorkflowOptions = {},
		flowCredential = credential,
	): Promise<Flow> {
		const workflow = mfaWorkflow(flowCredential, options);
		const names = workflow.nodes.slice(0, options.triggers ?? 1).map(({ name }) => name);
		const { id } = await rest.createWorkflow(workflow);
		workflows.set(id, { workflow, names });
		return openFlow(id, rest);
	}

	async function expectSignInStarts(...started: Flow[]): Promise<void> {
		const { event, deliveries } = await org.signIn('sms');
		expect(deliveries.map(({ status }) => status)).toEqual(started.map(() => 204));
		for (const flow of started) {
			await waitFor('the sign-in to start the workflow', 30_000, async () =>
				(await flow.items(0)).some(({ uuid }) => uuid === event.uuid) ? true : undefined,
			);
		}
	}

	async function backUpAll(): Promise<string> {
		backups += 1;
		const backup = join(folder, `backup-${backups}`);
		await backUp(n8n.userFolder, backup);
		return backup;
	}

	async function startCopy(): Promise<Copy> {
		const copy = await startN8n({ version: N8N_VERSION, userFolder: await backUpAll(), env });
		copies.push(copy);
		const copyRest = new N8nRest(copy.url);
		await copyRest.login(OWNER);
		return { n8n: copy, flow: ({ id }) => openFlow(id, copyRest) };
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
		// An event that starts several workflows is in there several times.
		for (const [index, uuid] of deliveredByTest.splice(0).entries()) {
			acknowledged.set(String(index), uuid);
		}
		const ended = flows.splice(0);
		for (const flow of ended) {
			if (await flow.isActive()) await flow.deactivate();
		}
		// n8n 1.x acknowledges a delivery a moment before it stores the execution.
		const executed = async () =>
			(await Promise.all(ended.map(async (flow) => await flow.items(0)))).flat();
		await waitFor('all acknowledged events to be executed', 30_000, async () =>
			(await executed()).length >= acknowledged.size ? true : undefined,
		).catch(() => {
			// The comparison below shows which ones are missing.
		});
		expect(org.hooks()).toEqual([]);
		const uuids = (await executed()).map(({ uuid }) => uuid);
		expect(uuids.sort()).toEqual([...acknowledged.values()].sort());
		for (const copy of copies.splice(0)) await copy.stop();
	}

	return {
		n8n,
		rest,
		org,
		credential,
		createFlow,
		expectSignInStarts,
		backUp: backUpAll,
		startCopy,
		expectExecuted: (uuid) => void deliveredByTest.push(uuid),
		expectIgnored: (uuid) => void ignored.add(uuid),
		endScenario,
		async stop() {
			for (const each of [n8n, ...copies]) await each.stop();
			await org.stop();
			await rm(folder, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

/**
 * Runs work that takes n8n long for each of several workflows, in parallel if n8n can do that. n8n 1 mixes up
 * the database transactions of parallel calls.
 *
 * @returns the results, in the order of the workflows
 */
export async function withEach<T>(flows: Flow[], work: (flow: Flow) => Promise<T>): Promise<T[]> {
	if (!IS_V1) return await Promise.all(flows.map(work));
	const results: T[] = [];
	for (const flow of flows) results.push(await work(flow));
	return results;
}

/** Signs users in, one after the other, while the work runs. */
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
