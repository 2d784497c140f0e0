/** Deliveries of an event hook that arrive faster than n8n stores executions. */
import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';

import type { OktaOrgOptions } from '../../lab/okta-org';
import { startEngine } from '../../lab/n8n-core/engine';
import type { Engine, EngineOptions } from '../../lab/n8n-core/engine-types';
import { send } from './http';
import { startPublished, stopAll, until } from './setup';
import type { Setup } from './setup';

/** How many executions keep n8n busy here. More than enough to make deliveries wait. */
export const MANY = 4;

/** How many deliveries can wait, and how many items an execution can have. */
export const MAX_WAITING = 100;
export const MAX_ITEMS = 100;

/** Keeps deliveries from failing on a busy machine. */
export const LONG_TIMEOUT: OktaOrgOptions = { deliveryTimeout: 30_000 };

export const ONE_PER_DELIVERY = { options: { oneExecutionPerDelivery: true } };

const others: Engine[] = [];

/** Stops everything a test started, even if the test failed. */
export async function stopEverything(): Promise<void> {
	await stopAll();
	await Promise.all(others.splice(0).map(async (engine) => await engine.stop()));
}

/** A request from Okta. */
export interface Sent {
	/** The status of the response, once it has arrived. */
	readonly status: number | undefined;
	/** Resolves with the status, or with undefined if the connection broke. */
	readonly response: Promise<number | undefined>;
	/** Breaks the connection. */
	abort(): void;
}

export interface DeliveryInput {
	url?: string;
	headers?: Record<string, string>;
	/** Additional fields of the envelope. */
	envelope?: IDataObject;
}

export function mfaEvent(uuid: string, more: IDataObject = {}): IDataObject {
	return { uuid, eventType: 'user.authentication.auth_via_mfa', ...more };
}

function eventsOf(events: Array<string | IDataObject>): IDataObject[] {
	return events.map((event) => (typeof event === 'string' ? mfaEvent(event) : event));
}

/** Sends a delivery with these events or event IDs. */
export function deliver(
	{ org, engine }: Setup,
	events: Array<string | IDataObject>,
	{ url = engine.webhookUrl, headers = {}, envelope = {} }: DeliveryInput = {},
): Sent {
	const hook = org.hooks().find(({ channel }) => channel.config.uri === url);
	const connection = new AbortController();
	let status: number | undefined;
	const response = axios
		.post(
			url,
			{ eventType: 'com.okta.event_hook', ...envelope, data: { events: eventsOf(events) } },
			{
				headers: { Authorization: org.secretOf(hook?.id ?? ''), ...headers },
				proxy: false,
				signal: connection.signal,
				validateStatus: () => true,
			},
		)
		.catch(() => undefined)
		.then((result) => {
			status = result?.status;
			// n8n puts errors in the body. A successful response has none.
			if (status === 204) expect(result?.data).toBe('');
			return status;
		});
	return {
		get status() {
			return status;
		},
		response,
		abort: () => connection.abort(),
	};
}

/** Breaks the connection of a delivery, and waits until n8n has noticed. */
export async function hangUp({ engine }: Setup, sent: Sent): Promise<void> {
	const before = engine.openCount();
	sent.abort();
	expect(await sent.response).toBeUndefined();
	await until(() => engine.openCount() < before);
}

/** Sends a delivery, and waits until it has arrived. */
export async function arrive(
	setup: Setup,
	events: Array<string | IDataObject>,
	input?: DeliveryInput,
): Promise<Sent> {
	const before = setup.engine.requestCount();
	const sent = deliver(setup, events, input);
	await until(() => setup.engine.requestCount() > before);
	return sent;
}

/** Sends deliveries with one event each, one after the other. */
export async function arriveEach(setup: Setup, uuids: string[]): Promise<Sent[]> {
	const sent: Sent[] = [];
	for (const uuid of uuids) sent.push(await arrive(setup, [uuid]));
	return sent;
}

export async function statusesOf(sent: Sent[]): Promise<Array<number | undefined>> {
	return await Promise.all(sent.map(async ({ response }) => await response));
}

/** If n8n had responded to any of these, the responses would arrive before this request's. */
export async function expectNoResponse({ engine }: Setup, sent: Sent[]): Promise<void> {
	const headers = ['X-Okta-Verification-Challenge', 'proof'];
	expect((await send('GET', engine.webhookUrl, headers)).status).toBe(200);
	expect(sent.map(({ status }) => status)).toEqual(sent.map(() => undefined));
}

let fillers = 0;

/** Keeps n8n storing so many executions of the hook that further deliveries wait. */
export async function fill(setup: Setup): Promise<{ sent: Sent[]; store: () => void }> {
	const { engine } = setup;
	const before = engine.heldCount();
	const store = engine.holdExecutions();
	engine.setParameters(ONE_PER_DELIVERY);
	const sent = Array.from({ length: MANY }, () => deliver(setup, [`filler-${++fillers}`]));
	await until(() => engine.heldCount() === before + MANY);
	engine.setParameters({});
	return { sent, store };
}

/** Stores the current executions and holds the following ones until the returned function is called. */
export async function storeAndHold({ engine }: Setup, store: () => void): Promise<() => void> {
	store();
	const storeNext = engine.holdExecutions();
	// By then, the earlier executions are no longer held.
	await new Promise((resolve) => setImmediate(resolve));
	await until(() => engine.heldCount() > 0);
	return storeNext;
}

/** The event IDs of each execution, without the ones that only kept n8n busy. */
export function executed(engine: Engine): string[][] {
	return engine
		.executions()
		.map((items) => items.map(({ uuid }) => String(uuid)))
		.filter((uuids) => !uuids[0].startsWith('filler-'));
}

/** A timer that the test controls. */
export interface Waits {
	/** The wait times that the node requested, in ms. */
	requested: number[];
	sleep: (ms: number) => Promise<void>;
	/** Ends all waits. */
	pass(): void;
}

function startWaits(): Waits {
	const requested: number[] = [];
	const sleepers: Array<() => void> = [];
	return {
		requested,
		sleep: async (ms) => {
			requested.push(ms);
			await new Promise<void>((wake) => sleepers.push(wake));
		},
		pass() {
			for (const wake of sleepers.splice(0)) wake();
		},
	};
}

export interface StartedSetup extends Setup {
	waits: Waits;
}

/** A published workflow. The test controls how long its deliveries wait. */
export async function start(engineOptions: Partial<EngineOptions> = {}): Promise<StartedSetup> {
	const waits = startWaits();
	const setup = await startPublished(LONG_TIMEOUT, { sleep: waits.sleep, ...engineOptions });
	return { ...setup, waits };
}

/** Another workflow with the trigger, in the same n8n and org. */
export async function startSecondHook({ org, engine }: Setup): Promise<Setup> {
	const tokens = await org.issueTokens('okta.eventHooks.manage offline_access');
	const second = await startEngine({
		credential: { url: org.url, clientId: org.client.id, clientSecret: org.client.secret },
		oauthTokenData: { ...tokens } as IDataObject,
		sharesProcessWith: engine,
	});
	others.push(second);
	await second.publish();
	return { org, engine: second };
}

/** Expects the full limit of deliveries to be able to wait, and all of them to get through. */
export async function expectRoomForAll(setup: Setup): Promise<void> {
	const { engine } = setup;
	const name = `room-${++fillers}`;
	const { store } = await fill(setup);
	const before = engine.requestCount();
	const sent = Array.from({ length: MAX_WAITING + 1 }, (_, index) =>
		deliver(setup, [`${name}-${index}`]),
	);
	await until(() => engine.requestCount() === before + sent.length);
	store();
	const statuses = await statusesOf(sent);
	expect(statuses.filter((status) => status === 503)).toHaveLength(1);
	expect(statuses.filter((status) => status === 204)).toHaveLength(MAX_WAITING);
	expect(
		executed(engine)
			.flat()
			.filter((uuid) => uuid.startsWith(name)),
	).toHaveLength(MAX_WAITING);
	await until(() => engine.openCount() === 0);
}
