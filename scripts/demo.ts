/**
 * Shows the package at work in a real n8n, with a stand-in for the Okta org:
 *
 *     npm run demo             keeps running until Ctrl-C, so you can look around
 *     npm run demo -- --once   stops after the first item
 */
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command, InvalidArgumentError } from 'commander';

import { activate, deactivate } from '../lab/n8n/activation';
import { waitForExecutions } from '../lab/n8n/executions';
import { ensureN8n } from '../lab/n8n/install';
import { mfaWorkflow, TRIGGER } from '../lab/n8n/mfa-workflow';
import { connectToOkta } from '../lab/n8n/okta-credential';
import { installTarball, packTarball } from '../lab/n8n/package-tarball';
import { lastLines, type N8n, startN8n } from '../lab/n8n/process';
import { type Json, N8nRest, type Owner } from '../lab/n8n/rest';
import { startOktaOrg } from '../lab/okta-org';
import type { Cleanup } from '../lab/process/cleanup';
import { Steps } from '../lab/process/steps';
import { runScript } from '../lab/process/script';

const OWNER: Owner = {
	email: 'demo@example.com',
	password: 'Demo-of-Okta-MFA-1',
	firstName: 'Demo',
	lastName: 'Owner',
};

interface Flags {
	once: boolean;
	n8nVersion: string;
}

async function demo(
	{ once, n8nVersion }: Flags,
	steps: Steps,
	cleanup: Cleanup,
	signal: AbortSignal,
): Promise<N8n> {
	await steps.run(
		`Getting n8n ${n8nVersion}`,
		async (report) => await ensureN8n(n8nVersion, report, { signal }),
	);

	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-demo-'));
	await cleanup.add(`Removing ${folder}`, async () => {
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	});
	const userFolder = join(folder, 'n8n');
	const packFolder = join(folder, 'package');

	await steps.run('Building the package and installing its tarball', async () => {
		await mkdir(packFolder);
		const tarball = await packTarball(packFolder, { signal });
		await installTarball(userFolder, tarball, { signal });
	});

	const n8n = await steps.run(`Starting n8n ${n8nVersion}`, async () => {
		const started = await startN8n({ version: n8nVersion, userFolder, signal });
		await cleanup.add('Stopping n8n', async () => await started.stop(5_000));
		return started;
	});

	const org = await steps.run('Starting a stand-in for an Okta org', async () => {
		const redirectUris = [`${n8n.url}/rest/oauth2-credential/callback`];
		const started = await startOktaOrg({ redirectUris });
		await cleanup.add('Stopping the stand-in org', async () => await started.stop());
		return started;
	});

	const rest = new N8nRest(n8n.url);
	const credential = await steps.run('Connecting n8n to the org through OAuth', async () => {
		await rest.setUpOwner(OWNER);
		return await connectToOkta(rest, org);
	});

	const workflowId = await steps.run('Publishing a workflow that waits for MFA', async () => {
		const { id } = await rest.createWorkflow(mfaWorkflow(credential));
		await activate(rest, id);
		const hooks = org
			.hooks()
			.map(({ status, verificationStatus }) => `${status} ${verificationStatus}`);
		if (hooks.join() !== 'ACTIVE VERIFIED') {
			throw new Error(
				`The org should have one active, verified event hook, but it has: [${hooks.join()}]`,
			);
		}
		return id;
	});

	const item = await steps.run('Signing a user in with an approved push', async () => {
		const { deliveries } = await org.signIn('pushApproved');
		const [delivery] = deliveries;
		if (delivery?.delivered !== true) {
			const why = delivery?.error ?? delivery?.status ?? 'no event hook matches it';
			throw new Error(`The org couldn't deliver the event to n8n: ${why}`);
		}
		const [execution] = await waitForExecutions(rest, workflowId, 1);
		const [first] = execution?.itemsOf(TRIGGER) ?? [];
		if (execution?.status !== 'success' || first === undefined) {
			throw new Error(
				`The execution ended with status "${execution?.status}": ${execution?.error}`,
			);
		}
		return first;
	});
	show(item);

	if (once) {
		await steps.run('Unpublishing the workflow, which removes its event hook', async () => {
			await deactivate(rest, workflowId);
			const left = org.hooks().length;
			if (left > 0) throw new Error(`${left} event hook(s) are still in the org.`);
		});
	} else {
		invite(`${n8n.url}/workflow/${workflowId}`, `${org.url}/`);
	}
	return n8n;
}

function show(item: Json): void {
	console.log(`\nThe item that "${TRIGGER}" returned:\n`);
	console.log(`${JSON.stringify(item, null, 2)}\n`);
}

function invite(workflowPage: string, orgPage: string): void {
	console.log(`Look around:
  n8n       ${workflowPage}
            log in as ${OWNER.email} with the password ${OWNER.password}
  Okta org  ${orgPage}
            shows the event hooks and latest deliveries, with buttons for more sign-ins

Press Ctrl-C to stop everything.`);
}

/** Runs until interrupted. */
async function keepRunning(n8n: N8n): Promise<never> {
	await n8n.ended();
	throw new Error(`n8n stopped unexpectedly. ${lastLines(n8n.logs())}`);
}

async function main(flags: Flags): Promise<void> {
	await runScript(async (cleanup, signal) => {
		const n8n = await demo(flags, new Steps(signal), cleanup, signal);
		if (!flags.once) await keepRunning(n8n);
	});
}

const version = (text: string): string => {
	if (!/^\d+\.\d+\.\d+$/.test(text)) throw new InvalidArgumentError('It must look like 2.41.1.');
	return text;
};

void new Command('demo')
	.description('Show the Okta User MFA Trigger at work in a real n8n, all on this machine.')
	.option('--once', 'stop after the first item', false)
	.option('--n8n-version <version>', 'n8n version to use', version, '2.41.1')
	.action(main)
	.parseAsync();
