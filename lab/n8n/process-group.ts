import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Preload it (`node --require`) into a Node.js program that must not outlive this one. Needs `keepStdinOpen`. */
export const EXIT_WITH_PARENT = join(__dirname, 'exit-with-parent.cjs');

export interface ProcessGroupOptions {
	command: string;
	args: string[];
	cwd: string;
	/** The whole environment: nothing is inherited. */
	env: NodeJS.ProcessEnv;
	/** Receives each piece of stdout and stderr as it arrives. */
	onOutput?: (text: string) => void;
	/**
	 * Keeps a pipe open as the program's stdin. The pipe closes when this process ends, however it ends, which
	 * `EXIT_WITH_PARENT` watches for.
	 */
	keepStdinOpen?: boolean;
}

export interface ProcessEnd {
	code: number | null;
	signal: NodeJS.Signals | null;
}

/** A running program and everything it spawned. They end together. */
export interface ProcessGroup {
	readonly pid: number;
	/** Stdout and stderr so far, in order of arrival. */
	output(): string;
	/** Resolves once the program has exited, the rest of its group is killed, and its output is complete. */
	readonly ended: Promise<ProcessEnd>;
	hasEnded(): boolean;
	/** Asks the program itself (not what it spawned) to exit, waits, and kills it if it takes too long. */
	stop(graceMs: number): Promise<ProcessEnd>;
	/** SIGKILL for the whole group. */
	kill(): Promise<ProcessEnd>;
}

/**
 * Starts a program as the leader of its own process group. When it ends, for whatever reason, the rest of its
 * group is killed.
 *
 * @throws if the program can't be started, e.g. because it doesn't exist
 */
export async function startProcessGroup(options: ProcessGroupOptions): Promise<ProcessGroup> {
	const child = spawn(options.command, options.args, {
		cwd: options.cwd,
		env: options.env,
		detached: true,
		stdio: [options.keepStdinOpen ? 'pipe' : 'ignore', 'pipe', 'pipe'],
	});
	// A child that has exited closes the pipe from its side. There's nothing to do.
	child.stdin?.on('error', () => undefined);

	let output = '';
	const collect = (text: string) => {
		output += text;
		options.onOutput?.(text);
	};
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8');
		stream?.on('data', collect);
	}

	await new Promise<void>((resolve, reject) => {
		child.once('spawn', resolve);
		child.once('error', reject);
	});
	const pid = child.pid;
	if (pid === undefined) throw new Error(`"${options.command}" was started without a process ID.`);

	let hasEnded = false;
	const ended = new Promise<ProcessEnd>((resolve) => {
		child.once('exit', () => {
			hasEnded = true;
			killGroup(pid);
		});
		child.once('close', (code, signal) => resolve({ code, signal }));
	});

	const kill = async () => {
		if (!hasEnded) killGroup(pid);
		return await ended;
	};
	const stop = async (graceMs: number) => {
		if (hasEnded) return await ended;
		child.kill('SIGTERM');
		const timer = setTimeout(() => killGroup(pid), graceMs);
		try {
			return await ended;
		} finally {
			clearTimeout(timer);
		}
	};

	return { pid, output: () => output, ended, hasEnded: () => hasEnded, stop, kill };
}

function killGroup(pid: number): void {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch (error) {
		// Not `instanceof Error`: in Jest, Node.js's own errors come from another realm.
		const isEmpty = (error as NodeJS.ErrnoException).code === 'ESRCH';
		if (!isEmpty) throw error;
	}
}
