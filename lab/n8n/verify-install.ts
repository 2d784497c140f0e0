import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { exists } from './files';
import { startProcessGroup } from './process-group';

/** Written last, so a folder that has it was complete at that time. */
const MARKER = 'complete.json';

/**
 * Returns what's wrong with an installation of n8n, or `undefined` if it's complete and usable: every package on
 * npm's list is there, n8n reports the right version, and sqlite3 (which is compiled on the machine) loads. Takes
 * about half a second.
 */
export async function findProblem(folder: string, version: string): Promise<string | undefined> {
	const missing = await findMissingPackage(folder);
	if (missing !== undefined) return missing;

	const reported = await run(folder, [join(folder, 'node_modules/n8n/bin/n8n'), '--version']);
	if (reported.code !== 0 || reported.output.trim() !== version) {
		return `n8n --version printed "${reported.output.trim()}" instead of "${version}"`;
	}

	const sqlite = await run(folder, ['-e', 'require("sqlite3")']);
	if (sqlite.code !== 0) return "its database driver (sqlite3) doesn't load";

	return undefined;
}

/** Marks the installation in the folder as complete and verified. */
export async function markComplete(folder: string, version: string): Promise<void> {
	await writeFile(
		join(folder, MARKER),
		JSON.stringify({ n8n: version, verified: new Date().toISOString() }),
	);
}

export async function isMarkedComplete(folder: string): Promise<boolean> {
	return await exists(join(folder, MARKER));
}

async function findMissingPackage(folder: string): Promise<string | undefined> {
	// npm writes this list once everything is in place.
	const list = join(folder, 'node_modules/.package-lock.json');
	if (!(await exists(list))) return "npm didn't finish there";

	const paths = packagePaths(JSON.parse(await readFile(list, 'utf8')));
	const exist = await Promise.all(paths.map((path) => exists(join(folder, path, 'package.json'))));
	const missing = paths.find((_, index) => !exist[index]);
	return missing === undefined ? undefined : `"${missing}" is missing`;
}

function packagePaths(lockfile: unknown): string[] {
	if (typeof lockfile !== 'object' || lockfile === null || !('packages' in lockfile)) return [];
	const { packages } = lockfile;
	return typeof packages === 'object' && packages !== null ? Object.keys(packages) : [];
}

async function run(cwd: string, args: string[]): Promise<{ code: number | null; output: string }> {
	const { PATH, HOME } = process.env;
	const group = await startProcessGroup({
		command: process.execPath,
		args,
		cwd,
		env: { PATH, HOME },
	});
	const { code } = await group.ended;
	return { code, output: group.output() };
}
