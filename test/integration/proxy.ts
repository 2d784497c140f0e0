import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy in front of n8n. */
export interface Proxy {
	readonly url: string;
	/** Where the requests go, as an origin. */
	target: string;
	/** What becomes of their Authorization header. */
	authorization: 'passed on' | 'removed' | 'replaced';
	stop(): Promise<void>;
}

export async function startProxy(authorization: Proxy['authorization']): Promise<Proxy> {
	const server = createServer((incoming, response) => {
		const headers = { ...incoming.headers };
		if (proxy.authorization === 'removed') delete headers.authorization;
		if (proxy.authorization === 'replaced') headers.authorization = 'Basic bjhuOnByb3h5';
		const { method, url } = incoming;
		const outgoing = request(`${proxy.target}${url}`, { method, headers }, (answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(response);
		});
		outgoing.on('error', () => response.destroy());
		incoming.pipe(outgoing);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const proxy: Proxy = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		target: '',
		authorization,
		async stop() {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
	return proxy;
}
