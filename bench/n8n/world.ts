import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Cleanup } from '../../lab/process/cleanup';
import { activate } from '../../lab/n8n/activation';
import { mfaWorkflow, type MfaWorkflowOptions } from '../../lab/n8n/mfa-workflow';
import { npm } from '../../lab/n8n/npm';
import { connectToOkta } from '../../lab/n8n/okta-credential';
import { OWNER } from '../../lab/n8n/owner';
import { installTarball, packTarball } from '../../lab/n8n/package-tarball';
import { EVERY_FIVE_SECONDS } from '../../lab/n8n/poll-times';
import { startN8n, type N8n } from '../../lab/n8n/process';
import { N8nRest, type Json, type WorkflowNode } from '../../lab/n8n/rest';
import { startOktaOrg, type OktaOrg } from '../../lab/okta-org';
import { Executions } from './executions';

/** The version of n8n to measure. */
export const N8N_VERSION = '2.41.1';

const FLOOR_TRIGGER = resolve(__dirname, '../floor-trigger');

/** Filters that let every delivery of the benchmark through. */
export const FILTERS = {
	outcomes: ['SUCCESS', 'FAILURE'],
	factors: ['OKTA_VERIFY_PUSH', 'SMS_FACTOR'],
	ignorePasswordVerifications: true,
	users: '*@example.com, 00u1a2b3c4d5e6f7g8h9, bo@*.example.org',
};

/** A published workflow that starts with a trigger. */
export interface Contender {
	name: string;
	workflowId: string;
	/** The URL of its webhook. */
	url: string;
	/** The shared secret. It's sent to all contenders, even if they don't check it. */
	secret: string;
	/** Whether it emits the events it receives. */
	emits: boolean;
}

export interface World {
	readonly n8n: N8n;
	/** Signed in. */
	readonly rest: N8nRest;
	readonly okta: Contender;
	/** The same trigger without groups: an execution for each delivery. */
	readonly ungrouped: Contender;
	/** The same trigger with filters that let nothing through. */
	readonly dropping: Contender;
	readonly floor: Contender;
	readonly webhook: Contender;
	/** Responds before n8n has stored anything. */
	readonly early: Contender;
	/** The Okta API calls that publishing the workflow made. */
	readonly activationCalls: string[];
	readonly executions: Executions;
	/** Publishes another workflow with the Okta User MFA Trigger. */
	publishOkta(name: string, options: MfaWorkflowOptions): Promise<Contender>;
	/** Publishes one with Catch Up, which reads the log of its own org. */
	publishCatchUp(name: string, parameters: Json): Promise<CatchUpContender>;
}

/** A trigger with its own org, which delivers to it and whose log it reads. */
export interface CatchUpContender extends Contender {
	org: OktaOrg;
}

/** A real n8n as shipped, with a workflow for each trigger to compare. */
export async function startWorld(cleanup: Cleanup, signal: AbortSignal): Promise<World> {
	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-bench-'));
	await cleanup.add(`Removing ${folder}`, async () => {
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	});
	await installTarball(folder, await packTarball(folder, { signal }), { signal });
	const nodes = join(folder, '.n8n/nodes');
	await npm(['install', '--install-links', '--legacy-peer-deps', FLOOR_TRIGGER], {
		cwd: nodes,
		signal,
	});

	const n8n = await startN8n({ version: N8N_VERSION, userFolder: folder, signal });
	await cleanup.add('Stopping n8n', async () => await n8n.stop());
	const org = await startOktaOrg();
	await cleanup.add('Stopping the stand-in org', async () => await org.stop());
	const rest = new N8nRest(n8n.url);
	await rest.setUpOwner(OWNER);
	const credential = await connectToOkta(rest, org);

	const publishOkta = async (
		name: string,
		options: MfaWorkflowOptions,
		by = credential,
		to = org,
	): Promise<Contender> => {
		const { id } = await rest.createWorkflow(mfaWorkflow(by, options));
		await activate(rest, id);
		const { id: hookId, channel } = to.hooks().at(-1)!;
		const secret = to.secretOf(hookId) ?? '';
		return { name, workflowId: id, url: channel.config.uri, secret, emits: true };
	};
	const publishCatchUp = async (name: string, parameters: Json): Promise<CatchUpContender> => {
		const ownOrg = await startOktaOrg();
		await cleanup.add('Stopping an org', async () => await ownOrg.stop());
		const scopes = 'okta.eventHooks.manage okta.logs.read offline_access';
		const own = await connectToOkta(rest, ownOrg, scopes);
		const all = { ...FILTERS, catchUp: true, pollTimes: EVERY_FIVE_SECONDS, ...parameters };
		return { ...(await publishOkta(name, { parameters: all }, own, ownOrg)), org: ownOrg };
	};
	const callsBefore = org.requests().length;
	const okta = await publishOkta('Okta User MFA Trigger', { parameters: FILTERS });
	const activationCalls = org
		.requests()
		.slice(callsBefore)
		.map(({ method, path }) => `${method} ${path}`);
	const ungrouped = await publishOkta('One Execution per Delivery', {
		parameters: { ...FILTERS, options: { oneExecutionPerDelivery: true } },
	});
	const dropping = {
		...(await publishOkta('Okta User MFA Trigger, all filtered out', {
			parameters: { users: 'nobody@example.com' },
		})),
		emits: false,
	};

	const publish = async (
		name: string,
		node: Pick<WorkflowNode, 'type' | 'typeVersion' | 'parameters'>,
		path: (webhookId: string) => string,
	): Promise<Contender> => {
		const workflow = mfaWorkflow(credential);
		const [trigger] = workflow.nodes;
		Object.assign(trigger, { credentials: undefined }, node);
		const { id: workflowId } = await rest.createWorkflow({ ...workflow, name });
		await activate(rest, workflowId);
		return {
			name,
			workflowId,
			url: `${n8n.url}/webhook/${path(trigger.webhookId ?? '')}`,
			secret: okta.secret,
			emits: true,
		};
	};
	const bare = (type: string) => ({
		type: `n8n-nodes-floor.${type}`,
		typeVersion: 2,
		parameters: {},
	});
	const below = (webhookId: string) => `${webhookId}/webhook`;

	const database = new DatabaseSync(join(folder, '.n8n/database.sqlite'), { readOnly: true });
	await cleanup.add('Closing the database', () => database.close());
	const query = (sql: string) =>
		database
			.prepare(sql)
			.all()
			.map((row): [string, string] => {
				const [first, second] = Object.values(row);
				return [String(first), String(second)];
			});
	return {
		n8n,
		rest,
		okta,
		ungrouped,
		dropping,
		floor: await publish('bare trigger', bare('floorTrigger'), below),
		early: await publish('bare trigger that responds first', bare('earlyTrigger'), below),
		webhook: await publish(
			'n8n’s Webhook node',
			{
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2.1,
				parameters: { httpMethod: 'POST', path: 'bench', options: {} },
			},
			() => 'bench',
		),
		activationCalls,
		executions: new Executions(query),
		publishOkta,
		publishCatchUp,
	};
}
