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
	/** The body as it came. */
	text?: string;
}

export interface HookReceiver {
	readonly url: string;
	readonly requests: ReceivedRequest[];
	/** Answers for the requests to come, one each; then the well-behaved answer again. */
	readonly next: RequestHandler[];
	stop(): Promise<void>;
}

/** A well-behaved endpoint for event hooks: proves itself, and takes every delivery with a 204. */
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
		const answer = next.shift();
		if (answer) return answer(request, response, proceed);
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

/** An answer with this status and no body. */
export function answerWith(status: number, headers: Record<string, string> = {}): RequestHandler {
	return (_request, response) => {
		response.status(status).set(headers).end();
	};
}

/** No answer at all, until the other side gives up. */
export const neverAnswer: RequestHandler = () => {};
