import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ensureN8n } from '../n8n/install';
import { packTarball } from '../n8n/package-tarball';

/** Once for all suites: n8n in the cache, and the package's tarball. */
export default async function setup(): Promise<void> {
	process.env.N8N_VERSION ??= '2.41.1';
	await ensureN8n(process.env.N8N_VERSION, (text) => console.log(text));
	process.env.PACKAGE_TARBALL = await packTarball(
		await mkdtemp(join(tmpdir(), 'okta-mfa-package-')),
	);
}
