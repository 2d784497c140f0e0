import { join } from 'node:path';

import { startProcessGroup, type ProcessGroup } from './process-group';
import { lastLines } from './process';
import { waitFor } from './wait-for';

const HOST = join(__dirname, 'service-host.cjs');
const READY_WITHIN_MS = 60_000;

export interface ServiceOptions {
	/** The program's path. */
	program: string;
	args: string[];
	cwd: string;
	/** The signal that asks the program to shut down. Default: SIGTERM. */
	stopSignal?: NodeJS.Signals;
	/** What it has written once it's ready. */
	readyText: string;
}

/**
 * Starts a server program and waits until it's ready. It exits with this process, however this process ends.
 *
 * @throws if it exits or isn't ready in time. The message has the last lines of its log
 */
export async function startService(options: ServiceOptions): Promise<ProcessGroup> {
	const { program, args, cwd, stopSignal = 'SIGTERM' } = options;
	const group = await startProcessGroup({
		command: process.execPath,
		args: [HOST, stopSignal, program, ...args],
		cwd,
		env: { PATH: process.env.PATH, LC_ALL: 'C' },
		keepStdinOpen: true,
	});
	try {
		await waitFor(`"${program}" to be ready`, READY_WITHIN_MS, () => {
			if (group.hasEnded()) throw new Error(`"${program}" exited while starting.`);
			return group.output().includes(options.readyText) ? true : undefined;
		});
	} catch (error) {
		await group.kill();
		const reason = error instanceof Error ? error.message : String(error);
		throw new Error(`${reason}\n${lastLines(group.output())}`, { cause: error });
	}
	return group;
}
