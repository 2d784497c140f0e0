import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ensureN8n } from '../n8n/install';
import { packTarball } from '../n8n/package-tarball';
import { findChromium } from './browser';
import { N8N_VERSION } from './world';

/** Once for all suites: the browser, n8n in the cache, and the package's tarball. */
export default async function setup(): Promise<void> {
	await findChromium();
	await ensureN8n(N8N_VERSION, (text) => console.log(text));
	process.env.PACKAGE_TARBALL = await packTarball(
		await mkdtemp(join(tmpdir(), 'okta-mfa-package-')),
	);
}
