import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** The response to a request, as n8n hands it to a webhook. */
export type Response = ReturnType<IWebhookFunctions['getResponseObject']>;

/** n8n has nothing more to do: the node itself has answered. */
export const RESPONDED: IWebhookResponseData = { noWebhookResponse: true };

/** Answers a request with a status and an empty body. */
export function respond(response: Response, status: number): IWebhookResponseData {
	response.status(status).end();
	return RESPONDED;
}
