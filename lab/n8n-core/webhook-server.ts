import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import express from 'express';
import type { Request, Response } from 'express';
import type { IWebhookDescription } from 'n8n-workflow';

import { Gate } from './gate';
import { WEBHOOK_ID } from './node-workflow';

type Kind = 'webhook' | 'webhook-test';

/** n8n's HTTP server, with the webhooks of one node. */
export class WebhookServer {
	/** Whether requests get through. If not, their connections break. */
	isReachable = true;

	/** While closed, holds requests on their way to n8n. */
	readonly gate = new Gate();

	/** Whether the webhooks of the published workflow and of a test are registered. */
	readonly registered = { webhook: false, 'webhook-test': false };

	/** How many requests have reached a webhook. */
	requestCount = 0;

	/** How many of them have neither a response nor a broken connection. */
	openCount = 0;

	/** n8n's public URL, with a trailing slash. */
	baseUrl = '';

	private readonly app = express();

	private readonly server = createServer(this.app);

	/** The address that the server listens on, whatever its public URL: `http://127.0.0.1:PORT`. */
	get address(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** The URL of the production webhook for deliveries. */
	get webhookUrl(): string {
		return `${this.baseUrl}webhook/${WEBHOOK_ID}/webhook`;
	}

	/**
	 * @param respond makes the node respond to a request
	 * @param baseUrl default: the server's own address
	 */
	async start(
		webhooks: IWebhookDescription[],
		respond: (
			webhook: IWebhookDescription,
			request: Request,
			response: Response,
			isTest: boolean,
		) => Promise<void>,
		baseUrl?: string,
	): Promise<void> {
		await new Promise<void>((resolve) => {
			this.server.listen(0, '127.0.0.1', resolve);
		});
		this.baseUrl = baseUrl ?? `${this.address}/`;
		this.app.use(async (request, _response, next) => {
			await this.gate.pass();
			if (this.isReachable) next();
			else request.socket.destroy();
		});
		this.app.use((request, response, next) => {
			const path = new URL(this.baseUrl).pathname;
			if (request.url.startsWith(path)) request.url = `/${request.url.slice(path.length)}`;
			else return void response.status(404).end();
			next();
		});
		this.app.use(express.json({ limit: '16mb', strict: false }));
		this.app.use(express.text());
		for (const webhook of webhooks) {
			const method = webhook.httpMethod === 'GET' ? 'get' : 'post';
			this.app[method](`/:kind/:webhookId/${webhook.path}`, async (request, response) => {
				const kind: Kind = request.params.kind === 'webhook-test' ? 'webhook-test' : 'webhook';
				if (!this.registered[kind]) {
					response.status(404).end();
					return;
				}
				this.requestCount += 1;
				this.openCount += 1;
				response.once('close', () => (this.openCount -= 1));
				await respond(webhook, request, response, kind === 'webhook-test').catch(() => {
					if (!response.headersSent) response.status(500).end();
				});
			});
		}
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => {
			this.server.close(resolve);
		});
	}
}
