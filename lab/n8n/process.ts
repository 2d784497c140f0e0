import { mkdir } from 'node:fs/promises';

import axios from 'axios';

import { n8nBin } from './cache-folder';
import { n8nEnvironment } from './environment';
import { exists } from './files';
import { freePort } from './free-port';
import { END_WITH_PARENT, startProcessGroup, type ProcessGroup } from './process-group';
import { waitFor } from './wait-for';

const LINES_IN_ERROR = 30;
const GRACE_MS = 15_000;

export interface N8nOptions {
	/** Must be installed: `ensureN8n(version)`. */
	version: string;
	/** n8n's data go to `.n8n` in here. Made when missing. */
	userFolder: string;
	/** A free one when left out. */
	port?: number;
	/** Additions to the environment; `undefined` takes a variable away. */
	env?: NodeJS.ProcessEnv;
	/** What follows `n8n` on the command line; `['start']` when left out. */
	args?: string[];
	/** The path that answers JSON once n8n is ready; the default is right for `start`. */
	readyPath?: string;
	/**
	 * What n8n has logged by then; the default is right for `start` with the log level `info` or
	 * `debug`. An empty text asks for none.
	 */
	readyText?: string;
	/** Milliseconds that a start may take. */
	readyWithinMs?: number;
	/** Ends n8n when it fires during a start. */
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
	/** Resolves when the present run has ended, in whatever way. */
	ended(): Promise<void>;
	/** All that n8n wrote to stdout and stderr, in all its runs. */
	logs(): string;
	/** SIGTERM, and SIGKILL when it has not ended after the grace time (15 s). */
	stop(graceMs?: number): Promise<void>;
	/** SIGKILL, for n8n and what it spawned: as when a machine fails. */
	kill(): Promise<void>;
	/** Starts it once more, on the same folder and port, with the same environment or another one. */
	start(env?: NodeJS.ProcessEnv): Promise<void>;
}

/**
 * Starts n8n and waits until it is ready. It ends together with this process, however that ends.
 *
 * @throws when n8n ends or is not ready in time; the message has the last lines of its log
 */
export async function startN8n(options: N8nOptions): Promise<N8n> {
	const { version, userFolder, signal } = options;
	const { args = ['start'], readyPath = '/rest/settings', readyWithinMs = 120_000 } = options;
	// n8n answers before it has registered its active workflows: what meets it then races with that.
	const { readyText = 'Editor is now accessible' } = options;
	const bin = n8nBin(version);
	if (!(await exists(bin))) throw new Error(`n8n ${version} is not installed: there is no ${bin}`);
	await mkdir(userFolder, { recursive: true });

	const port = options.port ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;
	let env = options.env;
	let group: ProcessGroup | undefined;
	let earlierLogs = '';

	const start = async (newEnv?: NodeJS.ProcessEnv) => {
		if (group !== undefined && !group.hasEnded()) throw new Error('This n8n is running already.');
		earlierLogs += group?.output() ?? '';
		env = newEnv ?? env;
		const running = await startProcessGroup({
			command: process.execPath,
			args: ['--require', END_WITH_PARENT, bin, ...args],
			// n8n reads a `.env` file from the current folder: there must be none.
			cwd: userFolder,
			env: {
				...n8nEnvironment({ version, userFolder, port, brokerPort: await freePort() }),
				...env,
			},
			holdStdin: true,
		});
		group = running;
		try {
			await waitFor('n8n to be ready', readyWithinMs, async () => {
				signal?.throwIfAborted();
				if (running.hasEnded()) throw new Error('n8n ended during its start.');
				const isReady =
					running.output().includes(readyText) && (await answersJson(url + readyPath));
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

async function answersJson(url: string): Promise<boolean> {
	try {
		const { status, headers } = await axios.get(url, {
			proxy: false,
			timeout: 5_000,
			validateStatus: () => true,
		});
		return status === 200 && String(headers['content-type']).includes('application/json');
	} catch {
		// Nobody listens yet.
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
	return `The end of its log:\n    ${lines.join('\n    ')}`;
}
