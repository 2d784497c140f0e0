import type { IDataObject } from 'n8n-workflow';

import { createKey } from '../../lab/n8n/service-app-key';
import type { KeyFormat } from '../../lab/n8n/service-app-key';
import { startOktaOrg } from '../../lab/okta-org';
import type { OktaOrg, OktaOrgOptions, ServiceAppOptions } from '../../lab/okta-org';
import { callsTo } from '../../lab/okta-org/calls-to';
import { startEngine } from '../../lab/n8n-core/engine';
import type { Engine, EngineOptions } from '../../lab/n8n-core/engine-types';
import { startProxy } from './proxy';
import type { Proxy } from './proxy';

export { callsTo };

export interface Setup {
	org: OktaOrg;
	engine: Engine;
}

const running: Array<{ stop(): Promise<void> }> = [];

/** Stops everything a test started, even if the test failed. */
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

/** The ID of a service app's public key in Okta. */
const KEY_ID = 'key-1';

export interface ServiceAppSetup extends Setup {
	/** The private key, as a user pastes it. */
	privateKey: string;
}

/** A service app and the values of its credential. */
export interface ServiceAppInput extends Partial<Omit<ServiceAppOptions, 'jwks'>> {
	form?: KeyFormat;
	/** Credential fields with other values. */
	entered?: IDataObject;
}

/**
 * An org with a service app and an engine with its credential. By default, the app has all
 * permissions and requires DPoP.
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

/** Like `startConnected()`, with the workflow published. */
export async function startPublished(
	orgOptions: OktaOrgOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<Setup> {
	const setup = await startConnected(orgOptions, engineOptions);
	await setup.engine.publish();
	setup.org.clearRequests();
	return setup;
}

export interface Clock {
	/** Moves the clock of n8n and Okta forward by this many milliseconds. */
	pass(ms: number): void;
}

/** Controls the clock of this process until `stopAll()`. */
export function startClock(): Clock {
	const now = Date.now;
	let passed = 0;
	const spy = jest.spyOn(Date, 'now').mockImplementation(() => now() + passed);
	running.push({ stop: async () => spy.mockRestore() });
	return {
		pass: (ms) => {
			passed += ms;
		},
	};
}

export interface WatchedSetup extends Setup {
	clock: Clock;
	/** Moves the clock forward until the trigger has polled this many times, every five minutes. */
	poll(times?: number): Promise<void>;
}

/** An org and an engine whose clock the test controls. */
export async function startWatchable(
	orgOptions: OktaOrgOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<WatchedSetup> {
	const clock = startClock();
	const setup = await startConnected(
		// Renewing tokens would add calls, so these outlive every test.
		{ now: () => Date.now(), accessTokenLifetime: 1_000_000, ...orgOptions },
		engineOptions,
	);
	return {
		...setup,
		clock,
		async poll(times = 1) {
			for (let count = 0; count < times; count++) {
				clock.pass(5 * 60_000);
				await setup.engine.poll();
			}
		},
	};
}

/** Like `startWatchable()`, with the workflow published and its hook checked once. */
export async function startWatched(
	orgOptions: OktaOrgOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<WatchedSetup> {
	const setup = await startWatchable(orgOptions, engineOptions);
	await setup.engine.publish();
	await setup.poll();
	setup.org.clearRequests();
	return setup;
}

/** Another n8n with the same workflow and credential, as from a backup, at its own address. */
export async function startCopy({ org, engine }: Setup): Promise<Engine> {
	const tokens = await org.issueTokens('okta.eventHooks.manage offline_access');
	const copy = await startEngine({
		credential: { url: org.url, clientId: org.client.id, clientSecret: org.client.secret },
		oauthTokenData: { ...tokens } as IDataObject,
		workflowId: engine.workflowId,
	});
	running.push(copy);
	copy.setStaticData(structuredClone(engine.staticData()));
	return copy;
}

/** n8n behind a reverse proxy, not published yet. */
export async function startBehindProxy(
	authorization: Proxy['authorization'],
): Promise<WatchedSetup & { proxy: Proxy }> {
	const proxy = await startProxy(authorization);
	running.push(proxy);
	const setup = await startWatchable({}, { webhookUrl: `${proxy.url}/` });
	proxy.target = setup.engine.address;
	return { ...setup, proxy };
}

/** The secret of the only hook in the org. */
export function secretOf(org: OktaOrg): string {
	const [hook] = org.hooks();
	return org.secretOf(hook.id) ?? '';
}

/** The calls to the org that change something in Okta. */
export function writesTo(org: OktaOrg): string[] {
	return callsTo(org).filter((call) => !call.startsWith('GET'));
}

/** Signs a user in and expects the only hook in the org to start the workflow for it. */
export async function expectDelivery({ org, engine }: Setup): Promise<void> {
	const before = engine.items().length;
	const { event, deliveries } = await org.signIn('pushApproved');
	expect(deliveries.map(({ status }) => status)).toEqual([204]);
	expect(engine.items().slice(before)).toMatchObject([{ uuid: event.uuid }]);
	expect(org.hooks()).toHaveLength(1);
}

/** Waits until the condition holds, for ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
	const started = performance.now();
	while (!condition()) {
		if (performance.now() - started > 10_000) throw new Error(`Waited in vain until ${condition}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
