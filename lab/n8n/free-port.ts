import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that operating systems assign, so no outgoing connection takes a free one in the meantime, and
 * above those that `fetch` refuses.
 */
const FIRST_PORT = 10_100;
const LAST_PORT = 32_000;

async function isFree(port: number): Promise<boolean> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'EADDRINUSE') resolve(false);
			else reject(error);
		});
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}

/** A TCP port that's currently free on 127.0.0.1. Random, so that tests running side by side don't share one. */
export async function freePort(): Promise<number> {
	const port = randomInt(FIRST_PORT, LAST_PORT);
	return (await isFree(port)) ? port : await freePort();
}
