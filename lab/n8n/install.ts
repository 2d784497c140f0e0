import { mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { cacheRoot, n8nFolder } from './cache-folder';
import { withLock } from './cache-lock';
import { exists, namesIn } from './files';
import { installAdvice } from './install-advice';
import { npm, NpmError } from './npm';
import { findFault, isMarked, mark } from './verify-install';

const NEEDED_BYTES = 4e9;
const COUNT_EVERY_MS = 2_000;

/** Takes what goes on at the moment, in plain words, each time it changes. */
export type Report = (text: string) => void;

export interface EnsureOptions {
	/** Ends a running installation and removes what it has put on the disk. */
	signal?: AbortSignal;
}

/**
 * Makes sure that this version of n8n is installed in the cache folder, and usable.
 *
 * A good installation is taken as it is. Otherwise n8n is installed beside it and moved into place, so
 * that neither an interruption nor a second process ever leaves a half one there. That takes some
 * minutes, about 3 GB and, where no compiled sqlite3 can be had, a C++ compiler.
 *
 * @returns the folder that holds `node_modules`
 * @throws {InstallError} which says what failed and what to do
 */
export async function ensureN8n(
	version: string,
	report: Report,
	{ signal }: EnsureOptions = {},
): Promise<string> {
	const folder = n8nFolder(version);
	if ((await isMarked(folder)) && (await findFault(folder, version)) === undefined) return folder;

	await mkdir(cacheRoot(), { recursive: true });
	const waiting = `Another process is installing n8n ${version}; waiting for it`;
	await withLock(`${folder}.lock`, { signal, onWait: () => report(waiting) }, async () => {
		await removeLeftovers(folder);
		if (await adopt(folder, version, report)) return;
		await install(folder, version, report, signal);
	});
	return folder;
}

/** n8n could not be installed; the message says why and what to do. */
export class InstallError extends Error {
	constructor(version: string, what: string, advice: string) {
		super(`n8n ${version} could not be installed: ${what}\n${advice}`);
		this.name = 'InstallError';
	}
}

/** Takes what is in place if it is sound; else removes it. */
async function adopt(folder: string, version: string, report: Report): Promise<boolean> {
	if (!(await exists(folder))) return false;
	const fault = await findFault(folder, version);
	if (fault === undefined) {
		await mark(folder, version);
		return true;
	}
	report(`The n8n ${version} in the cache is broken (${fault}); installing it anew`);
	await discard(folder);
	return false;
}

async function install(
	folder: string,
	version: string,
	report: Report,
	signal: AbortSignal | undefined,
): Promise<void> {
	await checkDiskSpace(version);
	const building = `${folder}.installing-${process.pid}`;
	await mkdir(building);
	try {
		await writeFile(join(building, 'package.json'), JSON.stringify(manifest(version)));
		await fetchPackages(building, version, report, signal);
		report(`Compiling the database driver (sqlite3) for n8n ${version}`);
		await npm(['rebuild', 'sqlite3'], { cwd: building, signal });

		const fault = await findFault(building, version);
		if (fault !== undefined) {
			throw new InstallError(version, `${fault}.`, 'Run the command once more.');
		}
		await mark(building, version);
		await rename(building, folder);
	} catch (error) {
		report(`Removing the unfinished n8n ${version}`);
		await rm(building, { recursive: true, force: true, maxRetries: 3 });
		if (!(error instanceof NpmError)) throw error;
		throw new InstallError(version, error.message, installAdvice(version, error.output));
	}
}

async function fetchPackages(
	folder: string,
	version: string,
	report: Report,
	signal: AbortSignal | undefined,
): Promise<void> {
	const title = `Fetching n8n ${version} (about 3 GB, only once)`;
	report(`${title}: finding out which packages it needs`);
	let isRunning = true;
	const counter = setInterval(async () => {
		const count = await countPackages(join(folder, 'node_modules'));
		if (count > 0 && isRunning) report(`${title}: ${count} packages so far`);
	}, COUNT_EVERY_MS);
	try {
		// Without scripts: one of n8n's dependencies wants to download a program at install.
		const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
		await npm(args, { cwd: folder, signal });
	} finally {
		isRunning = false;
		clearInterval(counter);
	}
}

/** What stands in the folder's package.json. */
function manifest(version: string): object {
	return {
		private: true,
		dependencies: { n8n: version },
		// n8n 1.x takes this one from outside the registry.
		...(version.startsWith('1.') ? { overrides: { xlsx: '0.18.5' } } : {}),
	};
}

/** Packages unpacked so far. npm makes all folders first, so that a folder alone says nothing. */
async function countPackages(folder: string): Promise<number> {
	const names = await namesIn(folder);
	const counts = await Promise.all(
		names.map(async (name) => {
			if (name.startsWith('@')) return await countPackages(join(folder, name));
			return (await exists(join(folder, name, 'package.json'))) ? 1 : 0;
		}),
	);
	return counts.reduce((sum, count) => sum + count, 0);
}

async function checkDiskSpace(version: string): Promise<void> {
	const { bavail, bsize } = await statfs(cacheRoot());
	const free = bavail * bsize;
	if (free < NEEDED_BYTES) {
		throw new InstallError(
			version,
			`it needs about 3 GB, and ${cacheRoot()} has ${(free / 1e9).toFixed(1)} GB free.`,
			'Make room there, or set XDG_CACHE_HOME to a folder on another disk.',
		);
	}
}

/** What killed processes left behind. Called under the lock: nobody is using it any more. */
async function removeLeftovers(folder: string): Promise<void> {
	const prefixes = [`${basename(folder)}.installing-`, `${basename(folder)}.broken-`];
	for (const name of await namesIn(cacheRoot())) {
		if (prefixes.some((prefix) => name.startsWith(prefix))) {
			await rm(join(cacheRoot(), name), { recursive: true, force: true });
		}
	}
}

/** Moves the folder away before removing it, so that it is never seen half removed. */
async function discard(folder: string): Promise<void> {
	const away = `${folder}.broken-${process.pid}`;
	await rename(folder, away);
	await rm(away, { recursive: true, force: true, maxRetries: 3 });
}
