import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Json, WorkflowNode } from './rest';

const MINUTE_MS = 60_000;

/** A feed on 127.0.0.1 that has a new item each time it's read. */
export interface RssFeed {
	readonly url: string;
	stop(): Promise<void>;
}

/** Starts the feed. The caller must stop it. */
export async function startRssFeed(): Promise<RssFeed> {
	let latest = Date.now();
	const server = createServer((_request, response) => {
		latest += MINUTE_MS;
		response
			.setHeader('Content-Type', 'application/rss+xml')
			.end(
				`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><title>News</title><pubDate>${new Date(latest).toUTCString()}</pubDate></item></channel></rss>`,
			);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/`,
		async stop() {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

/** n8n's own RSS Feed Trigger. */
export function rssTrigger(name: string, feedUrl: string, pollTimes: Json): WorkflowNode {
	return {
		id: randomUUID(),
		name,
		type: 'n8n-nodes-base.rssFeedReadTrigger',
		typeVersion: 1,
		position: [0, 240],
		parameters: { feedUrl, pollTimes },
	};
}
