import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy in front of n8n. */
export interface Proxy {
	readonly url: string;
	/** The origin that requests are forwarded to. */
	target: string;
	/** What happens to their Authorization header. */
	authorization: 'forwarded' | 'removed' | 'replaced';
	stop(): Promise<void>;
}

export async function startProxy(authorization: Proxy['authorization']): Promise<Proxy> {
	const server = createServer((incoming, response) => {
		const headers = { ...incoming.headers };
		if (proxy.authorization === 'removed') delete headers.authorization;
		if (proxy.authorization === 'replaced') headers.authorization = 'Basic bjhuOnByb3h5';
		const { method, url } = incoming;
		const outgoing = request(`${proxy.target}${url}`, { method, headers }, (upstream) => {
			response.writeHead(upstream.statusCode ?? 502, upstream.headers);
			upstream.pipe(response);
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
