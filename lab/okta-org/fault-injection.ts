import type { NextFunction, Request, Response } from 'express';
import { markProofUsed } from './dpop';
import { sendApiError, defaultError } from './errors';
import { pause } from './faults';
import type { OrgState } from './state';

/** Applies the faults that were added to matching calls. */
export function faultInjection(org: OrgState) {
	return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
		const fault = org.faults.take(request.method, request.baseUrl + request.path);
		if (!fault) return next();

		try {
			await pause(fault.delay ?? 0, org.stopped.signal);
		} catch {
			request.socket.destroy();
			return;
		}
		if (fault.drop) {
			request.socket.destroy();
			return;
		}
		if (fault.status === undefined && fault.body === undefined) return next();

		const { status = 200, headers = {}, body } = fault;
		if (status === 429) {
			response.set('x-rate-limit-remaining', '0');
			markProofUsed(org, request);
		}
		response.status(status).set(headers);
		const error = body === undefined ? defaultError(status) : undefined;
		if (error) sendApiError(org, request, response, error, status);
		else if (body === undefined) response.end();
		else if (typeof body === 'string') response.send(body);
		else response.json(body);
	};
}
