import type { OktaOrg } from './types';

/** "POST /api/v1/eventHooks" for each call, without ids. */
export function callsTo(org: OktaOrg): string[] {
	return org
		.requests()
		.map(({ method, path }) => `${method} ${path.replace(/\/who[A-Za-z\d]+/, '/{id}')}`);
}
