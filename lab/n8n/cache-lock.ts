import { open, rm, stat, utimes } from 'node:fs/promises';

const HEARTBEAT_MS = 2_000;
const ABANDONED_AFTER_MS = 30_000;

export interface LockOptions {
	/** Called once if another process holds the lock. */
	onWait?: () => void;
	/** Stops the wait. It then rejects with the signal's reason. */
	signal?: AbortSignal;
}

/**
 * Runs `work` while no other process holds the same lock file. A killed process doesn't block others for long,
 * because a running one touches the file every few seconds.
 */
export async function withLock<T>(
	file: string,
	options: LockOptions,
	work: () => Promise<T>,
): Promise<T> {
	await acquire(file, options);
	const heartbeat = setInterval(() => {
		const now = new Date();
		// If the file is gone, another process considered this one dead, and there's nothing to keep alive.
		utimes(file, now, now).catch(() => clearInterval(heartbeat));
	}, HEARTBEAT_MS);
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		await rm(file, { force: true });
	}
}

async function acquire(file: string, { onWait, signal }: LockOptions): Promise<void> {
	for (let tries = 0; ; tries++) {
		signal?.throwIfAborted();
		if (await create(file)) return;
		if (await isAbandoned(file)) {
			await rm(file, { force: true });
			continue;
		}
		if (tries === 0) onWait?.();
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
}

async function create(file: string): Promise<boolean> {
	try {
		const handle = await open(file, 'wx');
		await handle.close();
		return true;
	} catch (error) {
		if (hasCode(error, 'EEXIST')) return false;
		throw error;
	}
}

async function isAbandoned(file: string): Promise<boolean> {
	try {
		const { mtimeMs } = await stat(file);
		return Date.now() - mtimeMs > ABANDONED_AFTER_MS;
	} catch (error) {
		if (hasCode(error, 'ENOENT')) return true;
		throw error;
	}
}

function hasCode(error: unknown, code: string): boolean {
	return (error as NodeJS.ErrnoException).code === code;
}
