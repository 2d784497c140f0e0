import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { activate, deactivate, republish } from '../n8n/activation';
import { connectOAuth } from '../n8n/connect-oauth';
import { listExecutions, waitForExecutions } from '../n8n/executions';
import type { Execution } from '../n8n/executions';
import { installTarball } from '../n8n/package-tarball';
import { startN8n } from '../n8n/process';
import type { N8n } from '../n8n/process';
import { N8nRest } from '../n8n/rest';
import type { Credential, Json, WorkflowInput, WorkflowNode } from '../n8n/rest';
import { waitFor } from '../n8n/wait-for';
import { startOktaOrg } from '../okta-org';
import type { OktaOrg, OktaOrgOptions } from '../okta-org';

const OWNER = {
	email: 'owner@example.com',
	password: 'Owner-of-n8n-1',
	firstName: 'O',
	lastName: 'N',
};

export const TRIGGER = 'Okta User MFA Trigger';
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
	createFlow(options?: { parameters?: Json; triggers?: number }): Promise<Flow>;
	/** Tells of an event that a test delivered past the org, and that n8n acknowledged. */
	expectExecuted(uuid: string): void;
	/**
	 * Ends a scenario: deactivates what is active and checks that no hook is left, that every event
	 * n8n acknowledged was executed, and none twice.
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
	const credential = await rest.createCredential({
		name: 'Okta account',
		type: 'oktaOAuth2Api',
		data: { url: org.url, clientId: org.client.id, clientSecret: org.client.secret },
	});
	await connectOAuth(rest, credential.id);

	const flows: Flow[] = [];
	let deliveriesBefore = 0;
	const deliveredByTest: string[] = [];

	function trigger(name: string, parameters: Json): WorkflowNode {
		return {
			id: randomUUID(),
			webhookId: randomUUID(),
			name,
			type: 'n8n-nodes-okta-mfa.oktaUserMfaTrigger',
			typeVersion: 2,
			position: [0, 0],
			parameters,
			credentials: { oktaOAuth2Api: { id: credential.id, name: credential.name } },
		};
	}

	async function createFlow({ parameters = {}, triggers = 1 } = {}): Promise<Flow> {
		const names = [
			TRIGGER,
			...Array.from({ length: triggers - 1 }, (_, i) => `${TRIGGER}${i + 1}`),
		];
		const nodes = names.map((name) => trigger(name, parameters));
		const workflow: WorkflowInput = {
			name: 'Watch MFA',
			nodes: [
				...nodes,
				{
					id: randomUUID(),
					name: 'Next',
					type: 'n8n-nodes-base.noOp',
					typeVersion: 1,
					position: [240, 0],
					parameters: {},
				},
			],
			connections: Object.fromEntries(
				names.map((name) => [name, { main: [[{ node: 'Next', type: 'main', index: 0 }]] }]),
			),
			settings: { executionOrder: 'v1' },
		};
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
				const [first, ...others] = nodes;
				first.parameters = changed;
				await republish(rest, id, {
					...workflow,
					nodes: [first, ...others, workflow.nodes.at(-1)!],
				});
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
				.filter(({ delivered }) => delivered)
				.flatMap(({ hookId, uuids }) =>
					uuids.map((uuid): [string, string] => [`${hookId} ${uuid}`, uuid]),
				),
		);
		deliveriesBefore = org.deliveries().length;
		for (const uuid of deliveredByTest.splice(0)) acknowledged.set(uuid, uuid);
		const ended = flows.splice(0);
		for (const { id, deactivate } of ended) {
			if ((await rest.workflow(id)).active) await deactivate();
		}
		// n8n 1.x acknowledges a delivery a moment before it stores the execution.
		const executed = await waitFor('all acknowledged events', 30_000, async () => {
			const items = await Promise.all(ended.map(async (flow) => await flow.items(0)));
			return items.flat().length >= acknowledged.size ? items.flat() : undefined;
		});
		expect(org.hooks()).toEqual([]);
		expect(executed.map(({ uuid }) => uuid).sort()).toEqual([...acknowledged.values()].sort());
	}

	return {
		n8n,
		rest,
		org,
		credential,
		createFlow,
		expectExecuted: (uuid) => void deliveredByTest.push(uuid),
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
