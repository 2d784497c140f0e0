import { createServer } from 'node:net';

/** A TCP port that is free on 127.0.0.1 at this moment; the operating system picks it. */
export async function freePort(): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => {
				if (address !== null && typeof address === 'object') resolve(address.port);
				else reject(new Error('The operating system gave no port.'));
			});
		});
	});
}
