import express, {
	urlencoded,
	type Express,
	type NextFunction,
	type Request,
	type Response,
} from 'express';
import { consolePage } from './console-page';
import type { Deliveries } from './delivery';
import { OktaApiError, sendApiError } from './errors';
import type { EventHooks } from './event-hooks';
import { eventHooksApi } from './event-hooks-api';
import { faultInjection } from './fault-injection';
import { pause } from './faults';
import { oktaId } from './ids';
import { oauthApi } from './oauth';
import { organizationMetadata } from './organization';
import { rateLimiting } from './rate-limiting';
import { requestLog } from './request-log';
import type { OrgState } from './state';
import { systemLogApi } from './system-log-api';

/** The endpoints for programs. The page for users isn't among them. */
const ENDPOINTS = ['/api', '/oauth2', '/.well-known'];

/** The Express app that serves the org's endpoints and its page. */
export function createApp(org: OrgState, hooks: EventHooks, deliveries: Deliveries): Express {
	const app = express();
	app.disable('x-powered-by');
	app.disable('etag');
	app.enable('case sensitive routing');

	app.use(ENDPOINTS, requestLog(org), (_request, response, next) => {
		response.set('x-okta-request-id', oktaId('req', 22));
		next();
	});
	app.use(['/api', '/oauth2'], rateLimiting(org));
	app.use(
		ENDPOINTS,
		async (request: Request, _response: Response, next: NextFunction) => {
			try {
				await pause(org.latency, org.stopped.signal);
			} catch {
				request.socket.destroy();
				return;
			}
			next();
		},
		faultInjection(org),
	);

	app.use('/.well-known', organizationMetadata(org));
	app.use('/oauth2/v1', oauthApi(org));
	app.use('/api/v1/eventHooks', eventHooksApi(org, hooks));
	app.use('/api/v1/logs', systemLogApi(org));
	app.use('/api', (request) => {
		throw new OktaApiError('E0000007', { subject: `Resource not found: ${request.originalUrl}` });
	});
	app.use('/', urlencoded({ extended: false }), consolePage(org, hooks, deliveries));

	app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
		// Express then closes the connection.
		if (response.headersSent) return next(error);
		if (org.stopped.signal.aborted) return void response.destroy();
		if (!(error instanceof OktaApiError)) console.error(error);
		const known = error instanceof OktaApiError ? error : new OktaApiError('E0000009');
		sendApiError(org, request, response, known);
	});

	return app;
}
