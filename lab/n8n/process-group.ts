import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** To preload (`node --require`) into a Node program that must not outlive this process; needs `holdStdin`. */
export const END_WITH_PARENT = join(__dirname, 'end-with-parent.cjs');

export interface ProcessGroupOptions {
	command: string;
	args: string[];
	cwd: string;
	/** The whole environment: nothing is inherited. */
	env: NodeJS.ProcessEnv;
	/** Receives each piece of stdout and stderr as it arrives. */
	onOutput?: (text: string) => void;
	/**
	 * Keeps a pipe open as the program's stdin. It closes when this process is gone, however it ended:
	 * what `END_WITH_PARENT` watches for.
	 */
	holdStdin?: boolean;
}

export interface ProcessEnd {
	code: number | null;
	signal: NodeJS.Signals | null;
}

/** A running program and everything it spawned, which end together. */
export interface ProcessGroup {
	readonly pid: number;
	/** Stdout and stderr so far, as they came. */
	output(): string;
	/** Resolves once the program has ended, its leftovers are killed and its output is complete. */
	readonly ended: Promise<ProcessEnd>;
	hasEnded(): boolean;
	/** Asks the program itself (not what it spawned) to end, waits for it, and kills it if it lingers. */
	stop(graceMs: number): Promise<ProcessEnd>;
	/** SIGKILL for the whole group. */
	kill(): Promise<ProcessEnd>;
}

/**
 * Starts a program as the leader of a process group of its own. When it ends, by itself or not, the
 * rest of its group is killed.
 *
 * @throws when the program cannot be started, e.g. because it does not exist
 */
export async function startProcessGroup(options: ProcessGroupOptions): Promise<ProcessGroup> {
	const child = spawn(options.command, options.args, {
		cwd: options.cwd,
		env: options.env,
		detached: true,
		stdio: [options.holdStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
	});
	// A child that is gone closes the pipe from its side, which is no news here.
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
	if (pid === undefined) throw new Error(`"${options.command}" was started without a process id.`);

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
		// Not `instanceof Error`: under jest, Node's own errors are of another realm.
		const nobodyLeft = (error as NodeJS.ErrnoException).code === 'ESRCH';
		if (!nobodyLeft) throw error;
	}
}
