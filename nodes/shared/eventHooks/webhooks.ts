import type { IWebhookDescription } from 'n8n-workflow';

const PATH = 'webhook';

/**
 * The webhooks of an event hook trigger. n8n registers them in this order, and `create()` of the
 * second has Okta verify the URL: the GET that answers must be there by then. Without expressions, so
 * that n8n has nothing to evaluate for a request, and not shown in the panel: nobody enters them anywhere.
 */
export const eventHookWebhooks: IWebhookDescription[] = [
	{ name: 'setup', httpMethod: 'GET', responseMode: 'onReceived', path: PATH, ndvHideUrl: true },
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		// A number, against its type: n8n answers 500 to '204'.
		responseCode: 204 as unknown as string,
		responseData: 'noData',
		path: PATH,
		ndvHideUrl: true,
	},
];
