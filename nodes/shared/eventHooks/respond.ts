import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** The response object that n8n passes to a webhook. */
export type Response = ReturnType<IWebhookFunctions['getResponseObject']>;

/** Tells n8n that the node has already responded. */
export const RESPONDED: IWebhookResponseData = { noWebhookResponse: true };

/** Responds to a request with a status and an empty body. */
export function respond(response: Response, status: number): IWebhookResponseData {
	response.status(status).end();
	return RESPONDED;
}
