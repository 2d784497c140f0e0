import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy on 127.0.0.1. */
export interface ReverseProxy {
	/** `http://127.0.0.1:PORT`, without a trailing slash. */
	readonly url: string;
	/** What it does with each request's Authorization header. Initially `keep`. */
	authorization: 'keep' | 'remove' | 'replace';
	stop(): Promise<void>;
}

/**
 * Starts a reverse proxy in front of a server. The caller must stop it.
 *
 * @param target the server's address, without a trailing slash
 * @param prefix the path that the proxy serves the server under, e.g. `/n8n`
 */
export async function startReverseProxy(target: string, prefix = ''): Promise<ReverseProxy> {
	function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
		const { method, url = '', headers: all } = incoming;
		if (!url.startsWith(prefix)) {
			outgoing.writeHead(404).end();
			return;
		}
		const { authorization, ...others } = all;
		const passed = { keep: authorization, remove: undefined, replace: 'Basic cHJveHk6cHJveHk=' };
		const value = passed[proxy.authorization];
		const headers = { ...others, ...(value !== undefined && { authorization: value }) };
		const forwarded = request(
			target + url.slice(prefix.length),
			{ method, headers },
			(response) => {
				outgoing.writeHead(response.statusCode ?? 502, response.headers);
				response.pipe(outgoing);
			},
		);
		forwarded.on('error', () => outgoing.headersSent || outgoing.writeHead(502).end());
		incoming.pipe(forwarded);
	}

	const server = createServer(forward);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const proxy: ReverseProxy = {
		url: `http://127.0.0.1:${port}`,
		authorization: 'keep',
		async stop() {
			if (!server.listening) return;
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
	return proxy;
}
