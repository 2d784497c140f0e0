import { mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { cacheRoot, n8nFolder } from './cache-folder';
import { withLock } from './cache-lock';
import { exists, namesIn } from './files';
import { installAdvice } from './install-advice';
import { npm, NpmError } from './npm';
import { findProblem, isMarkedComplete, markComplete } from './verify-install';

const NEEDED_BYTES = 4e9;
const COUNT_EVERY_MS = 2_000;

/** Receives the current progress, in plain words, each time it changes. */
export type Report = (text: string) => void;

export interface EnsureOptions {
	/** Aborts a running installation and removes what it wrote to the disk. */
	signal?: AbortSignal;
}

/**
 * Makes sure that this version of n8n is installed in the cache folder and usable.
 *
 * A working installation is reused. Otherwise, n8n is installed next to it and moved into place, so neither an
 * interruption nor a second process ever leaves half an installation there. That takes a few minutes, about 3 GB,
 * and a C++ compiler if there's no prebuilt sqlite3.
 *
 * @returns the folder that contains `node_modules`
 * @throws {InstallError} if that fails. The message says why and what to do
 */
export async function ensureN8n(
	version: string,
	report: Report,
	{ signal }: EnsureOptions = {},
): Promise<string> {
	const folder = n8nFolder(version);
	if ((await isMarkedComplete(folder)) && (await findProblem(folder, version)) === undefined)
		return folder;

	await mkdir(cacheRoot(), { recursive: true });
	const waiting = `Another process is installing n8n ${version}; waiting for it`;
	await withLock(`${folder}.lock`, { signal, onWait: () => report(waiting) }, async () => {
		await removeLeftovers(folder);
		if (await adopt(folder, version, report)) return;
		await install(folder, version, report, signal);
	});
	return folder;
}

/** n8n couldn't be installed. The message says why and what to do. */
export class InstallError extends Error {
	constructor(version: string, what: string, advice: string) {
		super(`n8n ${version} couldn't be installed: ${what}\n${advice}`);
		this.name = 'InstallError';
	}
}

/** Uses the existing installation if it works. Otherwise, removes it. */
async function adopt(folder: string, version: string, report: Report): Promise<boolean> {
	if (!(await exists(folder))) return false;
	const problem = await findProblem(folder, version);
	if (problem === undefined) {
		await markComplete(folder, version);
		return true;
	}
	report(`The n8n ${version} in the cache is broken (${problem}). Installing it again`);
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

		const problem = await findProblem(building, version);
		if (problem !== undefined) {
			throw new InstallError(version, `${problem}.`, 'Run the command again.');
		}
		await markComplete(building, version);
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
	report(`${title}: resolving packages`);
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

/** The folder's package.json. */
function manifest(version: string): object {
	return {
		private: true,
		dependencies: { n8n: version },
		// n8n 1.x gets this one from outside the registry.
		...(version.startsWith('1.') ? { overrides: { xlsx: '0.18.5' } } : {}),
	};
}

/** The packages unpacked so far. npm creates all folders first, so folders alone don't count. */
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
			`it needs about 3 GB, but ${cacheRoot()} has only ${(free / 1e9).toFixed(1)} GB free.`,
			'Free up space there, or set XDG_CACHE_HOME to a folder on another disk.',
		);
	}
}

/** Removes what killed processes left behind. Called with the lock held, so nothing uses it anymore. */
async function removeLeftovers(folder: string): Promise<void> {
	const prefixes = [`${basename(folder)}.installing-`, `${basename(folder)}.broken-`];
	for (const name of await namesIn(cacheRoot())) {
		if (prefixes.some((prefix) => name.startsWith(prefix))) {
			await rm(join(cacheRoot(), name), { recursive: true, force: true });
		}
	}
}

/** Moves the folder away before removing it, so other processes never see it half removed. */
async function discard(folder: string): Promise<void> {
	const away = `${folder}.broken-${process.pid}`;
	await rename(folder, away);
	await rm(away, { recursive: true, force: true, maxRetries: 3 });
}
