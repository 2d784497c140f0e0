import type { Request, Response } from 'express';
import type { IWorkflowExecuteAdditionalData } from 'n8n-workflow';

import type { Credentials } from './credentials';

export interface Exchange {
	request: Request;
	response: Response;
}

/** @param baseUrl n8n's public URL, with a trailing slash */
export function additionalData(
	baseUrl: string,
	credentials: Credentials,
	exchange?: Exchange,
): IWorkflowExecuteAdditionalData {
	return {
		webhookBaseUrl: `${baseUrl}webhook`,
		webhookTestBaseUrl: `${baseUrl}webhook-test`,
		webhookWaitingBaseUrl: `${baseUrl}webhook-waiting`,
		formWaitingBaseUrl: `${baseUrl}form-waiting`,
		httpRequest: exchange?.request,
		httpResponse: exchange?.response,
		credentialsHelper: credentials.helper,
	} as unknown as IWorkflowExecuteAdditionalData;
}
