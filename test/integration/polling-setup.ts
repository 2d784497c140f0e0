import type { IDataObject } from 'n8n-workflow';

import { startOktaOrg } from '../../lab/okta-org';
import type { EventOverrides, OktaOrg, SignInKind } from '../../lab/okta-org';
import { createPollingEngine } from '../../lab/n8n-core/polling-engine';
import type { PollingEngine, PollingEngineOptions } from '../../lab/n8n-core/polling-engine-types';

export const LOGS = '/api/v1/logs';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface Setup {
	org: OktaOrg;
	engine: PollingEngine;
	/** How far the org's clock is behind, in ms. */
	clock: { behind: number };
}

const running: Array<{ stop(): Promise<void> }> = [];

const realNow = Date.now;
let skippedMs = 0;

/** Registers a service for `stopAll()`. */
export function stopLater(service: { stop(): Promise<void> }): void {
	running.push(service);
}

/** Stops everything a test started, even if the test failed, and restores the clock. */
export async function stopAll(): Promise<void> {
	jest.restoreAllMocks();
	skippedMs = 0;
	await Promise.all(running.splice(0).map(async (service) => await service.stop()));
}

export async function startOrg(clock = { behind: 0 }): Promise<OktaOrg> {
	const org = await startOktaOrg({ now: () => Date.now() - clock.behind });
	stopLater(org);
	return org;
}

export async function credentialFor(
	org: OktaOrg,
	scopes = 'okta.logs.read offline_access',
): Promise<IDataObject> {
	const oauthTokenData = { ...(await org.issueTokens(scopes)) } as IDataObject;
	return { url: org.url, clientId: org.client.id, clientSecret: org.client.secret, oauthTokenData };
}

export async function start(options: Partial<PollingEngineOptions> = {}): Promise<Setup> {
	const clock = { behind: 0 };
	const org = await startOrg(clock);
	const engine = createPollingEngine({ credential: await credentialFor(org), ...options });
	return { org, engine, clock };
}

/** Like `start()`, with the workflow published. */
export async function startActive(options: Partial<PollingEngineOptions> = {}): Promise<Setup> {
	const setup = await start(options);
	await setup.engine.activate();
	setup.org.clearRequests();
	return setup;
}

/** Logs this many sign-ins. Returns the events' `uuid`s. */
export async function logEvents(
	org: OktaOrg,
	count: number,
	kind: SignInKind = 'sms',
): Promise<string[]> {
	const events = Array.from({ length: count }, () => org.buildEvent(kind));
	await org.publish(events);
	return events.map(({ uuid }) => uuid);
}

export async function logEvent(org: OktaOrg, overrides: EventOverrides = {}): Promise<string> {
	return (await org.signIn('sms', overrides)).event.uuid;
}

/** Logs an event that happened this many ms ago. */
export async function logEarlier(
	{ org, clock }: Setup,
	agoMs: number,
	kind: SignInKind = 'sms',
): Promise<string> {
	clock.behind = agoMs;
	const [uuid] = await logEvents(org, 1, kind);
	clock.behind = 0;
	return uuid;
}

/** Waits briefly so that the next event has a later timestamp. */
export async function moment(): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Moves the clock of n8n, the org, and the node forward without running anything in between. */
export function skipTime(ms: number): void {
	skippedMs += ms;
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + skippedMs);
}

export function uuidsOf(engine: PollingEngine): unknown[] {
	return engine.items().map(({ uuid }) => uuid);
}

/** The queries of the System Log requests to Okta. */
export function queries(org: OktaOrg): URLSearchParams[] {
	return org
		.requests()
		.filter(({ path }) => path.startsWith(LOGS))
		.map(({ path }) => new URL(path, org.url).searchParams);
}

/** Lets this many log requests through before faults added later apply. */
export function letPass(org: OktaOrg, times: number): void {
	org.faults.addFault({ path: LOGS, times });
}

/** The header with the reset time of the rate limit. */
export function resetIn(seconds: number): Record<string, string> {
	return { 'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + seconds) };
}

/** Replaces the stand-in's next response with this body. */
export function respondWith(org: OktaOrg, body: unknown, link?: string): void {
	const headers = link === undefined ? undefined : { link };
	org.faults.addFault({ path: LOGS, status: 200, body, headers, times: 1 });
}

/** Polls until the trigger has caught up. */
export async function catchUp(engine: PollingEngine, polls = 4): Promise<void> {
	for (let poll = 0; poll < polls; poll += 1) await engine.poll();
}

export async function messageOf(promise: Promise<unknown>): Promise<string> {
	const error: unknown = await promise.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof Error)) throw new Error('Expected an error');
	return error.message;
}
