import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { n8nBin } from './cache-folder';
import { n8nEnvironment } from './environment';
import { freePort } from './free-port';
import { lastLines, type N8n } from './process';
import { EXIT_WITH_PARENT, startProcessGroup } from './process-group';
import type { WorkflowInput } from './rest';

/**
 * Imports a workflow with n8n's command line, which changes nothing in it. The n8n can be running.
 *
 * @throws if n8n rejects it. The message has the last lines of n8n's output
 */
export async function importWorkflow(
	{ version, userFolder, port }: N8n,
	workflow: WorkflowInput & { id: string },
): Promise<void> {
	const file = join(userFolder, `${workflow.id}.json`);
	await writeFile(file, JSON.stringify({ active: false, ...workflow }));
	const group = await startProcessGroup({
		command: process.execPath,
		args: ['--require', EXIT_WITH_PARENT, n8nBin(version), 'import:workflow', `--input=${file}`],
		cwd: userFolder,
		env: n8nEnvironment({ version, userFolder, port, brokerPort: await freePort() }),
		keepStdinOpen: true,
	});
	const { code } = await group.ended;
	if (code !== 0) throw new Error(`n8n didn't import the workflow.\n${lastLines(group.output())}`);
}
