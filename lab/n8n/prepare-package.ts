import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ensureN8n } from './install';
import { packTarball } from './package-tarball';

/** Runs before all suites: installs n8n in the cache, packs the package, and sets `PACKAGE_TARBALL` to its path. */
export async function preparePackage(n8nVersion: string): Promise<void> {
	process.env.N8N_VERSION = n8nVersion;
	await ensureN8n(n8nVersion, (text) => console.log(text));
	process.env.PACKAGE_TARBALL = await packTarball(
		await mkdtemp(join(tmpdir(), 'okta-mfa-package-')),
	);
}
