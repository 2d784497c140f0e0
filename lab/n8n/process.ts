import { mkdir } from 'node:fs/promises';

import axios from 'axios';

import { n8nBin } from './cache-folder';
import { n8nEnvironment } from './environment';
import { exists } from './files';
import { freePort } from './free-port';
import { EXIT_WITH_PARENT, startProcessGroup, type ProcessGroup } from './process-group';
import { waitFor } from './wait-for';

const LINES_IN_ERROR = 30;
const GRACE_MS = 15_000;

export interface N8nOptions {
	/** Must be installed: `ensureN8n(version)`. */
	version: string;
	/** n8n's data goes to `.n8n` in this folder, which is created if necessary. */
	userFolder: string;
	/** Default: a free port. */
	port?: number;
	/** Additions to the environment. `undefined` removes a variable. */
	env?: NodeJS.ProcessEnv;
	/** The arguments of `n8n` on the command line. Default: `['start']`. */
	args?: string[];
	/** The path that returns JSON once n8n is ready. The default is for `start`. */
	readyPath?: string;
	/**
	 * What n8n has logged once it's ready. The default is for `start` with the log level `info` or `debug`. Use ''
	 * to skip this check.
	 */
	readyText?: string;
	/** How long a start can take, in milliseconds. */
	readyWithinMs?: number;
	/** Stops n8n if it fires during a start. */
	signal?: AbortSignal;
}

/** A real n8n, started and ready. */
export interface N8n {
	/** `http://127.0.0.1:PORT`, without a trailing slash; the same after every start. */
	readonly url: string;
	readonly port: number;
	readonly userFolder: string;
	readonly version: string;
	isRunning(): boolean;
	/** Resolves when the current run has ended, for whatever reason. */
	ended(): Promise<void>;
	/** n8n's output on stdout and stderr, from all its runs. */
	logs(): string;
	/** Sends SIGTERM, then SIGKILL if n8n hasn't exited within the grace time (15 s). */
	stop(graceMs?: number): Promise<void>;
	/** Sends SIGKILL to n8n and everything it spawned, as if the machine failed. */
	kill(): Promise<void>;
	/** Starts n8n again with the same folder and port, and with the same environment or another one. */
	start(env?: NodeJS.ProcessEnv): Promise<void>;
}

/**
 * Starts n8n and waits until it's ready. It exits with this process, however this process ends.
 *
 * @throws if n8n exits or isn't ready in time. The message has the last lines of its log
 */
export async function startN8n(options: N8nOptions): Promise<N8n> {
	const { version, userFolder, signal } = options;
	const { args = ['start'], readyPath = '/rest/settings', readyWithinMs = 120_000 } = options;
	// n8n responds before it has registered its active workflows, which would cause races.
	const { readyText = 'Editor is now accessible' } = options;
	const bin = n8nBin(version);
	if (!(await exists(bin))) throw new Error(`n8n ${version} isn't installed: couldn't find ${bin}`);
	await mkdir(userFolder, { recursive: true });

	const port = options.port ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;
	let env = options.env;
	let group: ProcessGroup | undefined;
	let earlierLogs = '';

	const start = async (newEnv?: NodeJS.ProcessEnv) => {
		if (group !== undefined && !group.hasEnded()) throw new Error('This n8n is already running.');
		earlierLogs += group?.output() ?? '';
		env = newEnv ?? env;
		const running = await startProcessGroup({
			command: process.execPath,
			args: ['--require', EXIT_WITH_PARENT, bin, ...args],
			// n8n reads a `.env` file in the current folder, so there must be none.
			cwd: userFolder,
			env: {
				...n8nEnvironment({ version, userFolder, port, brokerPort: await freePort() }),
				...env,
			},
			keepStdinOpen: true,
		});
		group = running;
		try {
			await waitFor('n8n to be ready', readyWithinMs, async () => {
				signal?.throwIfAborted();
				if (running.hasEnded()) throw new Error('n8n exited while starting.');
				const isReady =
					running.output().includes(readyText) && (await returnsJson(url + readyPath));
				return isReady ? true : undefined;
			});
		} catch (error) {
			await running.kill();
			signal?.throwIfAborted();
			throw withLog(error, running.output());
		}
	};

	await start();
	return {
		url,
		port,
		userFolder,
		version,
		ended: async () => void (await group?.ended),
		isRunning: () => group !== undefined && !group.hasEnded(),
		logs: () => earlierLogs + (group?.output() ?? ''),
		stop: async (graceMs = GRACE_MS) => void (await group?.stop(graceMs)),
		kill: async () => void (await group?.kill()),
		start,
	};
}

async function returnsJson(url: string): Promise<boolean> {
	try {
		const { status, headers } = await axios.get(url, {
			proxy: false,
			timeout: 5_000,
			validateStatus: () => true,
		});
		return status === 200 && String(headers['content-type']).includes('application/json');
	} catch {
		// Nothing is listening yet.
		return false;
	}
}

function withLog(error: unknown, log: string): Error {
	const reason = error instanceof Error ? error.message : String(error);
	return new Error(`${reason}\n${lastLines(log)}`, { cause: error });
}

/** The last lines of a log, for an error message. */
export function lastLines(log: string): string {
	const lines = log.trimEnd().split('\n').slice(-LINES_IN_ERROR);
	return `The last lines of its log:\n    ${lines.join('\n    ')}`;
}
