import type { IWebhookDescription } from 'n8n-workflow';

const PATH = 'webhook';

/**
 * The webhooks of an event hook trigger. n8n registers them in this order: `create()` of the second one has
 * Okta verify the URL, so the GET webhook must be registered by then. They contain no expressions, which n8n
 * would evaluate for every request. Their URLs are hidden in the panel, because users never need them.
 */
export const eventHookWebhooks: IWebhookDescription[] = [
	{ name: 'setup', httpMethod: 'GET', responseMode: 'onReceived', path: PATH, ndvHideUrl: true },
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		// A number despite its type, because n8n responds with 500 to '204'.
		responseCode: 204 as unknown as string,
		responseData: 'noData',
		path: PATH,
		ndvHideUrl: true,
	},
];
