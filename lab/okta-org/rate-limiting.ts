import type { NextFunction, Request, Response } from 'express';
import { markProofUsed } from './dpop';
import { OktaApiError } from './errors';
import type { OrgState } from './state';

/** Reports in every response how many calls are left, and rejects calls over the limit. */
export function rateLimiting(org: OrgState) {
	return (request: Request, response: Response, next: NextFunction): void => {
		const { limit, remaining, reset } = org.rateLimits.count(request.baseUrl + request.path);
		response.set({
			'x-rate-limit-limit': String(limit),
			'x-rate-limit-remaining': String(Math.max(remaining, 0)),
			'x-rate-limit-reset': String(reset),
		});
		if (remaining >= 0) return next();
		markProofUsed(org, request);
		throw new OktaApiError('E0000047');
	};
}
