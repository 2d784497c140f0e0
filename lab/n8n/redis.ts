import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from './free-port';
import type { ProcessGroup } from './process-group';
import { findProgram } from './programs';
import { startService } from './service';

const GRACE_MS = 10_000;

/** A Redis server with a data folder of its own. */
export interface Redis {
	readonly port: number;
	/** Every command of every client so far: what was stored, published, and run by scripts. */
	traffic(): string;
	/** Stops the server and removes its data. */
	stop(): Promise<void>;
}

/** Starts a Redis server on 127.0.0.1. The caller must stop it. */
export async function startRedis(): Promise<Redis> {
	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-redis-'));
	const port = await freePort();
	const running: ProcessGroup[] = [];
	const stop = async () => {
		for (const service of running.splice(0).reverse()) await service.stop(GRACE_MS);
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	};
	try {
		const server = await startService({
			program: await findProgram('redis-server'),
			args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''],
			cwd: folder,
			readyText: 'Ready to accept connections',
		});
		running.push(server);
		const monitor = await startService({
			program: await findProgram('redis-cli'),
			args: ['-h', '127.0.0.1', '-p', String(port), 'monitor'],
			cwd: folder,
			readyText: 'OK',
		});
		running.push(monitor);
		return { port, traffic: () => monitor.output(), stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
