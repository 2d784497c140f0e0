import { createServer } from 'node:net';

/** A TCP port that's currently free on 127.0.0.1, picked by the operating system. */
export async function freePort(): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => {
				if (address !== null && typeof address === 'object') resolve(address.port);
				else reject(new Error("The operating system didn't assign a port."));
			});
		});
	});
}
