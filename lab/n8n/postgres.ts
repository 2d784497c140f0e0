import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from './free-port';
import type { ProcessGroup } from './process-group';
import { findProgram, runProgram } from './programs';
import { startService } from './service';

const GRACE_MS = 10_000;
const USER = 'n8n';
const DATABASE = 'postgres';

/** A PostgreSQL server with a data folder of its own. */
export interface Postgres {
	readonly port: number;
	/** A superuser without a password. */
	readonly user: string;
	readonly database: string;
	/** The contents of every table, as SQL. */
	dump(): Promise<string>;
	/** The result of a query: one line per row, with columns separated by `|`. */
	query(sql: string): Promise<string>;
	/** Stops the server and removes its data. */
	stop(): Promise<void>;
}

/** Starts a PostgreSQL server on 127.0.0.1. The caller must stop it. */
export async function startPostgres(): Promise<Postgres> {
	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-postgres-'));
	const port = await freePort();
	let service: ProcessGroup | undefined;
	const stop = async () => {
		await service?.stop(GRACE_MS);
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	};
	try {
		const prefix = await asServerUser(folder);
		const initdb = await findProgram('initdb');
		const data = join(folder, 'data');
		await run(folder, [
			...prefix,
			...[initdb, '-D', data, '-U', USER, '--auth=trust', '--encoding=UTF8', '--no-sync'],
		]);
		const settings = {
			listen_addresses: '127.0.0.1',
			port,
			unix_socket_directories: '',
			// Uses files in the data folder, so nothing is left elsewhere after a SIGKILL.
			dynamic_shared_memory_type: 'mmap',
			fsync: 'off',
		};
		const [program = '', ...args] = [
			...prefix,
			...[await findProgram('postgres'), '-D', data],
			...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		];
		service = await startService({
			program,
			args,
			cwd: folder,
			// Disconnects clients that are still connected.
			stopSignal: 'SIGINT',
			readyText: 'database system is ready to accept connections',
		});
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		port,
		user: USER,
		database: DATABASE,
		dump: async () =>
			await run(folder, [await findProgram('pg_dump'), ...login(port), '--data-only', DATABASE]),
		query: async (sql) =>
			await run(folder, [
				await findProgram('psql'),
				...login(port),
				...['--tuples-only', '--no-align', '--command', sql, DATABASE],
			]),
		stop,
	};
}

function login(port: number): string[] {
	return ['-h', '127.0.0.1', '-p', String(port), '-U', USER];
}

/**
 * PostgreSQL doesn't run as root. For root, this gives the folder to the user that Debian's package created.
 *
 * @returns the prefix for commands that must run as that user
 */
async function asServerUser(folder: string): Promise<string[]> {
	if (process.getuid?.() !== 0) return [];
	const id = async (flag: string) => Number(await run(folder, ['id', flag, 'postgres']));
	await chown(folder, await id('-u'), await id('-g'));
	const setpriv = await findProgram('setpriv');
	return [setpriv, '--reuid=postgres', '--regid=postgres', '--clear-groups', '--'];
}

async function run(cwd: string, [program = '', ...args]: string[]): Promise<string> {
	return await runProgram(program, args, cwd);
}
