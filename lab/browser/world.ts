import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';

import type { Cleanup } from '../process/cleanup';
import { OWNER } from '../n8n/owner';
import { installTarball } from '../n8n/package-tarball';
import { type N8n, startN8n } from '../n8n/process';
import { N8nRest } from '../n8n/rest';
import { type OktaOrg, type OktaOrgOptions, startOktaOrg } from '../okta-org';
import { launchBrowser } from './browser';

/** The version of n8n that `pages/` is written for. Other versions look different. */
export const N8N_VERSION = '2.41.1';

export interface WorldOptions {
	/** The path of the package, from `packTarball`. */
	tarball: string;
	org?: OktaOrgOptions;
	/** Aborts a start in progress. */
	signal?: AbortSignal;
}

/** A real n8n with the package and an owner, a stand-in org, and a browser without a page. */
export interface World {
	readonly n8n: N8n;
	readonly rest: N8nRest;
	readonly org: OktaOrg;
	readonly browser: Browser;
}

/**
 * Starts all of them.
 *
 * @param cleanup learns immediately how to stop each of them, so a start can fail halfway
 */
export async function startWorld(
	cleanup: Cleanup,
	{ tarball, org: orgOptions, signal }: WorldOptions,
): Promise<World> {
	const userFolder = await mkdtemp(join(tmpdir(), 'okta-mfa-browser-'));
	await cleanup.add(`Removing ${userFolder}`, async () => {
		await rm(userFolder, { recursive: true, force: true, maxRetries: 5 });
	});
	await installTarball(userFolder, tarball, { signal });

	const n8n = await startN8n({ version: N8N_VERSION, userFolder, signal });
	await cleanup.add('Stopping n8n', async () => await n8n.stop());
	const org = await startOktaOrg({
		redirectUris: [`${n8n.url}/rest/oauth2-credential/callback`],
		...orgOptions,
	});
	await cleanup.add('Stopping the stand-in org', async () => await org.stop());
	const rest = new N8nRest(n8n.url);
	await rest.setUpOwner(OWNER);

	const browser = await launchBrowser();
	await cleanup.add('Closing the browser', async () => await browser.close());
	return { n8n, rest, org, browser };
}
