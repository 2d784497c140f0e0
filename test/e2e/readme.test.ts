import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { environmentForNestedNpm } from '../../lab/n8n/npm';
import { OWNER } from '../../lab/n8n/owner';
import { startN8n } from '../../lab/n8n/process';
import { findProgram, runProgram } from '../../lab/n8n/programs';
import { N8nRest } from '../../lab/n8n/rest';
import { N8N_VERSION } from './world';

/** The commands that install the package without n8n's dialog. */
function installCommands(): string {
	const page = readFileSync(join(__dirname, '../../docs/install.md'), 'utf8');
	const [, text = ''] = page.split('\n## From the command line\n');
	return /```sh\n([^`]*)```/.exec(text)?.[1] ?? '';
}

it('The commands under "From the command line" in docs/install.md install both nodes', async () => {
	const home = await mkdtemp(join(tmpdir(), 'okta-mfa-install-'));
	try {
		// The package isn't published yet, or not in this version.
		const commands = installCommands().replace(
			' n8n-nodes-okta-mfa',
			` ${process.env.PACKAGE_TARBALL}`,
		);
		expect(commands).toContain('npm install');
		expect(commands).toContain('.tgz');
		await runProgram(await findProgram('bash'), ['-e', '-c', commands], home, {
			...environmentForNestedNpm(),
			HOME: home,
			// This machine's settings for reaching the registry.
			npm_config_userconfig: join(homedir(), '.npmrc'),
		});

		const n8n = await startN8n({ version: N8N_VERSION, userFolder: home });
		try {
			const rest = new N8nRest(n8n.url);
			await rest.setUpOwner(OWNER);
			const nodes = await rest.call<Array<{ name: string }>>('GET', '/types/nodes.json');
			const names = nodes.map(({ name }) => name);
			expect(names).toContain('n8n-nodes-okta-mfa.oktaUserMfaTrigger');
			expect(names).toContain('n8n-nodes-okta-mfa.oktaUserMfaPollingTrigger');
		} finally {
			await n8n.stop();
		}
	} finally {
		await rm(home, { recursive: true, force: true, maxRetries: 5 });
	}
});
