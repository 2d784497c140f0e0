import type { NextFunction, Request, Response } from 'express';
import { presentedToken } from './api-access';
import type { OrgState } from './state';
import type { RecordedRequest } from './types';

/** Records every call to the API and the OAuth endpoints, without tokens, codes, or secrets. */
export function requestLog(org: OrgState) {
	return (request: Request, response: Response, next: NextFunction): void => {
		const presented = presentedToken(request);
		const access = presented && org.tokens.accessToken(presented.token);
		const record: RecordedRequest = {
			method: request.method,
			// OAuth queries can contain codes and secrets. API queries can't.
			path:
				request.baseUrl === '/oauth2'
					? request.baseUrl + request.path
					: withoutToken(request.originalUrl),
			time: new Date(org.now()).toISOString(),
			scope: access?.state === 'valid' ? access.scope.join(' ') : undefined,
			userAgent: request.get('user-agent'),
			acceptLanguage: request.get('accept-language'),
		};
		org.requests.push(record);
		response.once('finish', () => {
			record.status = response.statusCode;
			const body: unknown = request.body;
			if (isRecord(body) && typeof body.grant_type === 'string') record.grantType = body.grant_type;
		});
		next();
	};
}

function withoutToken(path: string): string {
	return path.replace(/([?&]access_token=)[^&]*/g, '$1…');
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
