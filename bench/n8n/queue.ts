import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Cleanup } from '../../lab/process/cleanup';
import type { Steps } from '../../lab/process/steps';
import { activate } from '../../lab/n8n/activation';
import { mfaWorkflow } from '../../lab/n8n/mfa-workflow';
import { connectToOkta } from '../../lab/n8n/okta-credential';
import { OWNER } from '../../lab/n8n/owner';
import { packTarball } from '../../lab/n8n/package-tarball';
import { startQueue } from '../../lab/n8n/queue';
import { N8nRest } from '../../lab/n8n/rest';
import { startOktaOrg } from '../../lab/okta-org';
import { printTable } from '../shared/report';
import { Executions } from './executions';
import { describeLoads, load, LOAD_COLUMNS, type LoadResult } from './load';
import { AS_SHIPPED, LAZY } from './settings';
import { FILTERS, N8N_VERSION } from './world';

const LOADS = [
	{ atATime: 8, deliveries: 104 },
	{ atATime: 64, deliveries: 192 },
];

/** Measures how fast n8n responds in queue mode, with one webhook processor, two workers, PostgreSQL, and Redis. */
export async function measureQueue(
	cleanup: Cleanup,
	signal: AbortSignal,
	steps: Steps,
	rounds: number,
): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-package-'));
	await cleanup.add(`Removing ${folder}`, async () => {
		await rm(folder, { recursive: true, force: true });
	});
	const tarball = await packTarball(folder, { signal });
	const rows: string[][] = [];
	for (const { name, env, factor } of [AS_SHIPPED, LAZY]) {
		await steps.run(`Queue mode, ${name}`, async () => {
			const queue = await startQueue({ version: N8N_VERSION, tarball, env });
			await cleanup.add('Stopping n8n in queue mode', queue.stop);
			const org = await startOktaOrg({ deliveryTimeout: 30_000 });
			await cleanup.add('Stopping the stand-in org', async () => await org.stop());
			const rest = new N8nRest(queue.main.url);
			await rest.setUpOwner(OWNER);
			const credential = await connectToOkta(rest, org);
			const { id } = await rest.createWorkflow(mfaWorkflow(credential, { parameters: FILTERS }));
			await activate(rest, id);
			const [hook] = org.hooks();
			const okta = {
				name: 'Okta User MFA Trigger',
				workflowId: id,
				url: hook.channel.config.uri,
				secret: org.secretOf(hook.id) ?? '',
				emits: true,
			};
			const executions = new Executions(async (sql) => {
				const lines = (await queue.postgres.query(sql)).split('\n');
				return lines.filter(Boolean).map((line): [string, string] => {
					const [first, ...rest] = line.split('|');
					return [first, rest.join('|')];
				});
			});
			await load({ executions }, okta, 8, 40 * factor);
			for (const { atATime, deliveries } of LOADS) {
				const results: LoadResult[] = [];
				for (let round = 0; round < rounds; round += 1) {
					results.push(await load({ executions }, okta, atATime, deliveries * factor));
				}
				rows.push([name, String(atATime), ...describeLoads(results)]);
			}
			await org.stop();
			await queue.stop();
		});
	}
	printTable(
		`Queue mode, all on this machine: median of ${rounds} rounds (least–most)`,
		['setting', 'at a time', ...LOAD_COLUMNS],
		rows,
	);
}
