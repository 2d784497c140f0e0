import { delimiter, join } from 'node:path';

import { exists, namesIn } from './files';
import { startProcessGroup } from './process-group';

/** Where Debian puts the servers of its PostgreSQL versions: not on the PATH. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

const DEBIAN_PACKAGES = { redis: 'redis-server', postgres: 'postgresql' };

/**
 * Makes sure that Redis and PostgreSQL are installed.
 *
 * @throws an error that says how to install what is missing
 */
export async function checkQueuePrograms(): Promise<void> {
	const missing: string[] = [];
	if (!(await findAll(['redis-server', 'redis-cli']))) missing.push(DEBIAN_PACKAGES.redis);
	if (!(await findAll(['initdb', 'postgres', 'pg_dump']))) {
		missing.push(DEBIAN_PACKAGES.postgres);
	}
	if (missing.length === 0) return;
	throw new Error(
		`Queue mode is tested with a real Redis and PostgreSQL. On Debian or Ubuntu: apt-get update && apt-get install -y ${missing.join(' ')}`,
	);
}

/**
 * The path of an installed program; of PostgreSQL's, the newest version's.
 *
 * @throws when it is not installed
 */
export async function findProgram(name: string): Promise<string> {
	const path = await find(name);
	if (path === undefined) throw new Error(`"${name}" is not installed.`);
	return path;
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote
 * @throws when it ends with anything but 0
 */
export async function runProgram(
	program: string,
	args: string[],
	cwd: string,
	env: NodeJS.ProcessEnv = {},
): Promise<string> {
	const group = await startProcessGroup({
		command: program,
		args,
		cwd,
		env: { PATH: process.env.PATH, LC_ALL: 'C', ...env },
	});
	const { code } = await group.ended;
	if (code !== 0) throw new Error(`"${program}" ended with ${code}: ${group.output()}`);
	return group.output();
}

async function findAll(names: string[]): Promise<boolean> {
	for (const name of names) {
		if ((await find(name)) === undefined) return false;
	}
	return true;
}

async function find(name: string): Promise<string | undefined> {
	const versions = (await namesIn(DEBIAN_POSTGRES)).sort((a, b) => Number(b) - Number(a));
	const folders = [
		...(process.env.PATH ?? '').split(delimiter),
		...versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin')),
	];
	for (const folder of folders) {
		const path = join(folder, name);
		if (await exists(path)) return path;
	}
	return undefined;
}
