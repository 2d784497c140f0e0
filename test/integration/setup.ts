import type { IDataObject } from 'n8n-workflow';

import { startOktaOrg } from '../okta-org';
import type { OktaOrg, OktaOrgOptions } from '../okta-org';
import { startEngine } from './engine';
import type { Engine, EngineOptions } from './engine';

export interface Setup {
	org: OktaOrg;
	engine: Engine;
}

const running: Array<{ stop(): Promise<void> }> = [];

/** Stops whatever a test started, also when it failed. */
export async function stopAll(): Promise<void> {
	await Promise.all(running.splice(0).map(async (service) => await service.stop()));
}

/** An org, and an engine whose credential was connected to it by an OAuth sign-in. */
export async function startConnected(
	orgOptions: OktaOrgOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<Setup> {
	const org = await startOktaOrg(orgOptions);
	running.push(org);
	const tokens = await org.issueTokens('okta.eventHooks.manage offline_access');
	const engine = await startEngine({
		credential: { url: org.url, clientId: org.client.id, clientSecret: org.client.secret },
		oauthTokenData: { ...tokens } as IDataObject,
		...engineOptions,
	});
	running.push(engine);
	return { org, engine };
}

/** The same, with the workflow published. */
export async function startPublished(orgOptions: OktaOrgOptions = {}): Promise<Setup> {
	const setup = await startConnected(orgOptions);
	await setup.engine.publish();
	setup.org.clearRequests();
	return setup;
}

/** The secret of the one hook in the org. */
export function secretOf(org: OktaOrg): string {
	const [hook] = org.hooks();
	return org.secretOf(hook.id) ?? '';
}

/** "POST /api/v1/eventHooks" for each call, without ids. */
export function callsTo(org: OktaOrg): string[] {
	return org
		.requests()
		.map(({ method, path }) => `${method} ${path.replace(/\/who[A-Za-z\d]+/, '/{id}')}`);
}

/** Waits until the condition holds; the test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
