import { json, type NextFunction, type Request, type Response } from 'express';
import { OktaApiError } from './errors';

const parse = json({ limit: '1mb' });

/** Parses a JSON body. Rejects anything else the way Okta does. */
export function jsonBody(request: Request, response: Response, next: NextFunction): void {
	if (!request.is('application/json')) throw new OktaApiError('E0000021');
	parse(request, response, (error?: unknown) => {
		next(error === undefined ? undefined : new OktaApiError('E0000003'));
	});
}
