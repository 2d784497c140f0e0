import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { namesIn } from '../../lab/n8n/files';
import type { N8n } from '../../lab/n8n/process';

/** The contents of all log files in the processes' folders. */
export async function logFilesOf(processes: readonly N8n[]): Promise<string> {
	const texts: string[] = [];
	for (const { userFolder } of processes) {
		const folder = join(userFolder, '.n8n');
		for (const name of await namesIn(folder)) {
			if (name.endsWith('.log')) texts.push(await readFile(join(folder, name), 'utf8'));
		}
	}
	return texts.join('\n');
}
