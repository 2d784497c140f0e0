import express, { type RequestHandler } from 'express';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeliveryBody } from './types';

export interface ReceivedRequest {
	method: string;
	path: string;
	headers: IncomingHttpHeaders;
	/** The parsed body of a delivery. */
	body?: DeliveryBody;
	/** The raw body. */
	text?: string;
}

export interface HookReceiver {
	readonly url: string;
	readonly requests: ReceivedRequest[];
	/** Handlers for the next requests, one each. After that, the well-behaved one is used again. */
	readonly next: RequestHandler[];
	stop(): Promise<void>;
}

/** Starts a well-behaved event hook endpoint: it passes verification and accepts deliveries with a 204. */
export async function startHookReceiver(): Promise<HookReceiver> {
	const requests: ReceivedRequest[] = [];
	const next: RequestHandler[] = [];

	const app = express();
	app.use(express.text({ type: 'application/json' }));
	app.use((request, response, proceed) => {
		const text = typeof request.body === 'string' ? request.body : undefined;
		requests.push({
			method: request.method,
			path: request.path,
			headers: request.headers,
			text,
			body: text === undefined ? undefined : (JSON.parse(text) as DeliveryBody),
		});
		const handler = next.shift();
		if (handler) return handler(request, response, proceed);
		if (request.method !== 'GET') return response.status(204).end();
		return response.json({ verification: request.get('x-okta-verification-challenge') });
	});

	const server = createServer(app).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		next,
		stop: async () => {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

/** Responds with this status and no body. */
export function respondWith(status: number, headers: Record<string, string> = {}): RequestHandler {
	return (_request, response) => {
		response.status(status).set(headers).end();
	};
}

/** Never responds, so the caller has to give up. */
export const neverRespond: RequestHandler = () => {};
