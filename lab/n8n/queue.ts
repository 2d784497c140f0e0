import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from './free-port';
import { installTarball } from './package-tarball';
import { startPostgres, type Postgres } from './postgres';
import { startN8n, type N8n } from './process';
import { startRedis, type Redis } from './redis';

/** Three processes start at the same time, possibly on two cores. */
const READY_WITHIN_MS = 180_000;
const READINESS = '/healthz/readiness';

export interface QueueOptions {
	/** Must be installed: `ensureN8n(version)`. */
	version: string;
	/** The community package to install in every process. */
	tarball: string;
	/** Additions to the environment of every process. */
	env?: NodeJS.ProcessEnv;
}

/** n8n in queue mode. Each process has its own folder, as on four machines. */
export interface Queue {
	/** The editor and the REST API. Does not serve production webhooks. */
	readonly main: N8n;
	/** Only serves production webhooks. */
	readonly webhook: N8n;
	readonly workers: readonly [N8n, N8n];
	/** All of them. */
	readonly processes: readonly N8n[];
	readonly redis: Redis;
	readonly postgres: Postgres;
	/** Stops everything, even if some of it fails to stop, and removes all data. */
	stop(): Promise<void>;
}

/** Starts n8n in queue mode with Redis and PostgreSQL. The caller must stop it. */
export async function startQueue(options: QueueOptions): Promise<Queue> {
	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-queue-'));
	const stops: Array<() => Promise<void>> = [
		async () => await rm(folder, { recursive: true, force: true, maxRetries: 5 }),
	];
	const stop = async () => await stopAll(stops);
	try {
		const redis = await startRedis();
		stops.push(redis.stop);
		const postgres = await startPostgres();
		stops.push(postgres.stop);

		const ports = { main: await freePort(), webhook: await freePort() };
		const env = { ...queueEnvironment(redis, postgres, ports), ...options.env };
		const start = async (name: string, role: Role) => {
			const userFolder = join(folder, name);
			await installTarball(userFolder, options.tarball);
			const port = role.port ?? (await freePort());
			const n8n = await startN8n({
				version: options.version,
				userFolder,
				port,
				readyWithinMs: READY_WITHIN_MS,
				...role.start,
				env: { ...env, ...role.env(port) },
			});
			stops.push(async () => await n8n.stop());
			return n8n;
		};
		// Starts alone, because it creates the tables.
		const main = await start('main', { ...MAIN, port: ports.main });
		const starts = [
			start('webhook', { ...WEBHOOK, port: ports.webhook }),
			start('worker-1', WORKER),
			start('worker-2', WORKER),
		] as const;
		// Even if one fails, waits for the others, so that `stop` knows all of them.
		await Promise.allSettled(starts);
		const [webhook, ...workers] = await Promise.all(starts);
		const processes = [main, webhook, ...workers];
		return { main, webhook, workers, processes, redis, postgres, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

interface Role {
	port?: number;
	start: { args?: string[]; readyPath?: string; readyText?: string };
	env(port: number): NodeJS.ProcessEnv;
}

const MAIN: Role = {
	start: {},
	env: () => ({ N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true' }),
};

const WEBHOOK: Role = {
	start: {
		args: ['webhook'],
		readyPath: READINESS,
		readyText: 'Webhook listener waiting for requests',
	},
	env: () => ({}),
};

const WORKER: Role = {
	start: { args: ['worker'], readyPath: READINESS, readyText: 'n8n worker is now ready' },
	env: (port) => ({
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(port),
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
	}),
};

function queueEnvironment(
	redis: Redis,
	postgres: Postgres,
	ports: { main: number; webhook: number },
): NodeJS.ProcessEnv {
	return {
		EXECUTIONS_MODE: 'queue',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_DATABASE: postgres.database,
		DB_POSTGRESDB_USER: postgres.user,
		WEBHOOK_URL: `http://127.0.0.1:${ports.webhook}/`,
		// Otherwise, OAuth would redirect to the webhook processor.
		N8N_EDITOR_BASE_URL: `http://127.0.0.1:${ports.main}/`,
	};
}

/** Stops everything in reverse order, even if some of it fails to stop. */
async function stopAll(stops: Array<() => Promise<void>>): Promise<void> {
	const failures: unknown[] = [];
	for (const stop of stops.splice(0).reverse()) {
		try {
			await stop();
		} catch (error) {
			failures.push(error);
		}
	}
	if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped.');
}
