import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this project keeps its n8n versions between runs, outside the repository. */
export function cacheRoot(): string {
	const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
	return join(base, 'n8n-nodes-okta-mfa');
}

/** The folder of one n8n version, whether it exists or not. */
export function n8nFolder(version: string): string {
	return join(cacheRoot(), `n8n-${version}`);
}

/** The program to start with Node. */
export function n8nBin(version: string): string {
	return join(n8nFolder(version), 'node_modules/n8n/bin/n8n');
}
