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
	/** By how many ms the org's clock is behind. */
	clock: { behind: number };
}

const running: Array<{ stop(): Promise<void> }> = [];

const realNow = Date.now;
let leapt = 0;

/** Has `stopAll` stop it. */
export function stopLater(service: { stop(): Promise<void> }): void {
	running.push(service);
}

/** Stops whatever a test started, also when it failed, and lets time be as it is. */
export async function stopAll(): Promise<void> {
	jest.restoreAllMocks();
	leapt = 0;
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

/** The same, with the workflow published. */
export async function startActive(options: Partial<PollingEngineOptions> = {}): Promise<Setup> {
	const setup = await start(options);
	await setup.engine.activate();
	setup.org.clearRequests();
	return setup;
}

/** Signs that many people in, of whom Okta only keeps the log. Returns the events' `uuid`s. */
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

/** Logs an event some ms ago. */
export async function logEarlier(
	{ org, clock }: Setup,
	ago: number,
	kind: SignInKind = 'sms',
): Promise<string> {
	clock.behind = ago;
	const [uuid] = await logEvents(org, 1, kind);
	clock.behind = 0;
	return uuid;
}

/** Lets a moment pass, so that what comes next has a later time. */
export async function moment(): Promise<void> {
	await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Has time leap: n8n's, the org's, and the node's. Nothing happens meanwhile. */
export function leap(ms: number): void {
	leapt += ms;
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + leapt);
}

export function uuidsOf(engine: PollingEngine): unknown[] {
	return engine.items().map(({ uuid }) => uuid);
}

/** The queries that Okta was asked. */
export function queries(org: OktaOrg): URLSearchParams[] {
	return org
		.requests()
		.filter(({ path }) => path.startsWith(LOGS))
		.map(({ path }) => new URL(path, org.url).searchParams);
}

/** Lets so many calls for the log pass before the faults that are added after it. */
export function letPass(org: OktaOrg, times: number): void {
	org.faults.addFault({ path: LOGS, times });
}

/** The header that says when there are calls left again. */
export function resetIn(seconds: number): Record<string, string> {
	return { 'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + seconds) };
}

/** An answer with these events, in place of the stand-in's. */
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
	if (!(error instanceof Error)) throw new Error('It succeeded');
	return error.message;
}
