import { delimiter, join } from 'node:path';

import { exists, namesIn } from './files';
import { startProcessGroup } from './process-group';

/** Where Debian installs its PostgreSQL versions, which aren't on the PATH. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

const DEBIAN_PACKAGES = { redis: 'redis-server', postgres: 'postgresql' };

/**
 * Makes sure that Redis and PostgreSQL are installed.
 *
 * @throws if not. The message says how to install what's missing
 */
export async function checkQueuePrograms(): Promise<void> {
	const missing: string[] = [];
	if (!(await findAll(['redis-server', 'redis-cli']))) missing.push(DEBIAN_PACKAGES.redis);
	if (!(await findAll(['initdb', 'postgres', 'pg_dump']))) {
		missing.push(DEBIAN_PACKAGES.postgres);
	}
	if (missing.length === 0) return;
	throw new Error(
		`The queue mode tests need Redis and PostgreSQL. On Debian or Ubuntu, run apt-get update && apt-get install -y ${missing.join(' ')}`,
	);
}

/**
 * The path of an installed program. For PostgreSQL's programs, the newest version.
 *
 * @throws if it isn't installed
 */
export async function findProgram(name: string): Promise<string> {
	const path = await find(name);
	if (path === undefined) throw new Error(`"${name}" isn't installed.`);
	return path;
}

/**
 * Runs a program and waits until it exits.
 *
 * @returns its output
 * @throws if it exits with anything but 0
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
	if (code !== 0) throw new Error(`"${program}" exited with ${code}: ${group.output()}`);
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
