import type { IDataObject } from 'n8n-workflow';

import { createKey } from '../n8n/service-app-key';
import type { KeyForm } from '../n8n/service-app-key';
import { startOktaOrg } from '../okta-org';
import type { OktaOrg, OktaOrgOptions, ServiceAppOptions } from '../okta-org';
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

/** Under which id Okta knows the public key of a service app. */
const KEY_ID = 'key-1';

export interface ServiceAppSetup extends Setup {
	/** The private key, as a person pastes it. */
	privateKey: string;
}

/** A service app, and how its credential was filled in. */
export interface ServiceAppInput extends Partial<Omit<ServiceAppOptions, 'jwks'>> {
	form?: KeyForm;
	/** What was entered otherwise. */
	entered?: IDataObject;
}

/**
 * An org with a service app, which has all rights and wants DPoP unless told otherwise, and an engine
 * with its credential.
 */
export async function startServiceApp(
	{ form = 'PKCS#8', entered = {}, ...app }: ServiceAppInput = {},
	orgOptions: OktaOrgOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<ServiceAppSetup> {
	const org = await startOktaOrg(orgOptions);
	running.push(org);
	const { publicJwk, privateKey } = createKey(form);
	const jwks = { keys: [{ ...publicJwk, kid: KEY_ID }] } as ServiceAppOptions['jwks'];
	const scopes = ['okta.eventHooks.manage', 'okta.logs.read'];
	const clientId = org.addServiceApp({ scopes, ...app, jwks });
	const engine = await startEngine({
		credential: { url: org.url, clientId, keyId: KEY_ID, privateKey, ...entered },
		parameters: { authentication: 'serviceApp' },
		...engineOptions,
	});
	running.push(engine);
	return { org, engine, privateKey };
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
