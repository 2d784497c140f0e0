/** An event hook trigger that also catches up from the System Log. */
import type { IDataObject } from 'n8n-workflow';

import type { LogEvent, OktaOrg, OktaOrgOptions, SignInKind } from '../../lab/okta-org';
import type { Engine, EngineOptions } from '../../lab/n8n-core/engine-types';
import { callsTo, startWatchable } from './setup';
import type { Setup, WatchedSetup } from './setup';

export const CATCH_UP = { catchUp: true };

/** `new Date()` follows `Date.now()`, which `startClock()` moves. */
class MovedDate extends Date {
	constructor(...time: [] | [number | string]) {
		super(time.length === 0 ? Date.now() : time[0]);
	}
}

globalThis.Date = MovedDate as DateConstructor;

/** Reconnects the credential with these scopes. */
export async function connect({ org, engine }: Setup, ...scopes: string[]): Promise<void> {
	const tokens = await org.issueTokens(['okta.eventHooks.manage', ...scopes].join(' '));
	engine.setCredential({ oauthTokenData: { ...tokens } as IDataObject });
}

/** An org and an engine with this trigger, not published yet. */
export async function startCatchable(
	orgOptions: OktaOrgOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<WatchedSetup> {
	const setup = await startWatchable(orgOptions, { parameters: CATCH_UP, ...engineOptions });
	await connect(setup, 'okta.logs.read');
	return setup;
}

/** Like `startCatchable()`, with the workflow published and polled once. */
export async function startCatchingUp(
	orgOptions: OktaOrgOptions = {},
	engineOptions: Partial<EngineOptions> = {},
): Promise<WatchedSetup> {
	const setup = await startCatchable(orgOptions, engineOptions);
	await setup.engine.publish();
	await setup.poll();
	setup.org.clearRequests();
	return setup;
}

/** Signs a user in while n8n is unreachable, so that Okta's deliveries fail. */
export async function signInUndelivered(
	{ org, engine }: Setup,
	kind: SignInKind = 'pushApproved',
	overrides: Parameters<OktaOrg['signIn']>[1] = {},
): Promise<LogEvent> {
	engine.setReachable(false);
	const { event, deliveries } = await org.signIn(kind, overrides);
	engine.setReachable(true);
	expect(deliveries.filter(({ delivered }) => delivered)).toEqual([]);
	return event;
}

/** The IDs of the events that the trigger emitted, in order. */
export function arrivals(engine: Engine): string[] {
	return engine.items().map(({ uuid }) => String(uuid));
}

/** The calls that read the System Log. */
export function logReads(org: OktaOrg): string[] {
	return callsTo(org).filter((call) => call.startsWith('GET /api/v1/logs'));
}
