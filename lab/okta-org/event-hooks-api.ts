import { Router } from 'express';
import { requireScope } from './api-access';
import { OktaApiError } from './errors';
import type { EventHooks } from './event-hooks';
import { jsonBody } from './json-body';
import type { OrgState } from './state';

/**
 * `/api/v1/eventHooks`.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/
 */
export function eventHooksApi(org: OrgState, hooks: EventHooks): Router {
	const router = Router();
	const mayRead = requireScope(org, 'okta.eventHooks.read', 'okta.eventHooks.manage');
	const mayManage = requireScope(org, 'okta.eventHooks.manage');
	const rejectMethod = (): never => {
		throw new OktaApiError('E0000022');
	};

	router
		.route('/')
		.get(mayRead, (_request, response) => {
			response.json(hooks.list());
		})
		.post(mayManage, jsonBody, (request, response) => {
			response.json(hooks.create(request.body));
		})
		.all(rejectMethod);

	router
		.route('/:id')
		.get(mayRead, (request, response) => {
			response.json(hooks.get(request.params.id));
		})
		.put(mayManage, jsonBody, (request, response) => {
			response.json(hooks.replace(request.params.id, request.body));
		})
		.delete(mayManage, (request, response) => {
			hooks.delete(request.params.id);
			response.status(204).end();
		})
		.all(rejectMethod);

	router
		.route('/:id/lifecycle/verify')
		.post(mayManage, async (request, response) => {
			response.json(await hooks.verify(request.params.id));
		})
		.all(rejectMethod);

	router
		.route('/:id/lifecycle/activate')
		.post(mayManage, (request, response) => {
			response.json(hooks.activate(request.params.id));
		})
		.all(rejectMethod);

	router
		.route('/:id/lifecycle/deactivate')
		.post(mayManage, (request, response) => {
			response.json(hooks.deactivate(request.params.id));
		})
		.all(rejectMethod);

	return router;
}
