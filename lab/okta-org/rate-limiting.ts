import type { NextFunction, Request, Response } from 'express';
import { useUpProof } from './dpop';
import { OktaApiError } from './errors';
import type { OrgState } from './state';

/** Every answer says how many calls are left; one call too many is refused. */
export function rateLimiting(org: OrgState) {
	return (request: Request, response: Response, next: NextFunction): void => {
		const { limit, remaining, reset } = org.rateLimits.count(request.baseUrl + request.path);
		response.set({
			'x-rate-limit-limit': String(limit),
			'x-rate-limit-remaining': String(Math.max(remaining, 0)),
			'x-rate-limit-reset': String(reset),
		});
		if (remaining >= 0) return next();
		useUpProof(org, request);
		throw new OktaApiError('E0000047');
	};
}
