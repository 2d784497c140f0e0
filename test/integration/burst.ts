/** Deliveries of an event hook that arrive faster than n8n stores executions. */
import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';

import type { OktaOrgOptions } from '../../lab/okta-org';
import { startEngine } from '../../lab/n8n-core/engine';
import type { Engine, EngineOptions } from '../../lab/n8n-core/engine-types';
import { send } from './http';
import { startPublished, stopAll, until } from './setup';
import type { Setup } from './setup';

/** Executions that n8n stores at the same time here, so that deliveries wait: more than it takes. */
export const MANY = 4;

/** What may wait, and what may be in one execution. */
export const MAX_WAITING = 100;
export const MAX_ITEMS = 100;

/** No delivery is to fail because the machine is busy. */
export const PATIENT: OktaOrgOptions = { deliveryTimeout: 30_000 };

export const ALONE = { options: { oneExecutionPerDelivery: true } };

const others: Engine[] = [];

/** Stops whatever a test started, also when it failed. */
export async function stopEverything(): Promise<void> {
	await stopAll();
	await Promise.all(others.splice(0).map(async (engine) => await engine.stop()));
}

/** One request that Okta sends. */
export interface Sent {
	/** The status of the answer, once it is there. */
	readonly status: number | undefined;
	/** Resolves with the status, or with undefined if the connection broke. */
	readonly answer: Promise<number | undefined>;
	/** Breaks the connection. */
	abort(): void;
}

export interface DeliveryInput {
	url?: string;
	headers?: Record<string, string>;
	/** What else is in the envelope. */
	envelope?: IDataObject;
}

export function mfaEvent(uuid: string, more: IDataObject = {}): IDataObject {
	return { uuid, eventType: 'user.authentication.auth_via_mfa', ...more };
}

function eventsOf(events: Array<string | IDataObject>): IDataObject[] {
	return events.map((event) => (typeof event === 'string' ? mfaEvent(event) : event));
}

/** Sends a delivery with these events, or the events with these ids. */
export function deliver(
	{ org, engine }: Setup,
	events: Array<string | IDataObject>,
	{ url = engine.webhookUrl, headers = {}, envelope = {} }: DeliveryInput = {},
): Sent {
	const hook = org.hooks().find(({ channel }) => channel.config.uri === url);
	const connection = new AbortController();
	let status: number | undefined;
	const answer = axios
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
		.then((response) => {
			status = response?.status;
			// n8n tells in its body what went wrong; a good answer has none.
			if (status === 204) expect(response?.data).toBe('');
			return status;
		});
	return {
		get status() {
			return status;
		},
		answer,
		abort: () => connection.abort(),
	};
}

/** Breaks the connection of a delivery, and waits until n8n has noticed. */
export async function hangUp({ engine }: Setup, sent: Sent): Promise<void> {
	const before = engine.openCount();
	sent.abort();
	expect(await sent.answer).toBeUndefined();
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

export async function answersOf(sent: Sent[]): Promise<Array<number | undefined>> {
	return await Promise.all(sent.map(async ({ answer }) => await answer));
}

/** An answer to each of these would have come by the time another request is answered. */
export async function expectUnanswered({ engine }: Setup, sent: Sent[]): Promise<void> {
	const headers = ['X-Okta-Verification-Challenge', 'proof'];
	expect((await send('GET', engine.webhookUrl, headers)).status).toBe(200);
	expect(sent.map(({ status }) => status)).toEqual(sent.map(() => undefined));
}

let fillers = 0;

/** Has n8n store so many executions of the hook that further deliveries wait. */
export async function fill(setup: Setup): Promise<{ sent: Sent[]; store: () => void }> {
	const { engine } = setup;
	const before = engine.heldCount();
	const store = engine.holdExecutions();
	engine.setParameters(ALONE);
	const sent = Array.from({ length: MANY }, () => deliver(setup, [`filler-${++fillers}`]));
	await until(() => engine.heldCount() === before + MANY);
	engine.setParameters({});
	return { sent, store };
}

/** Stores what n8n is busy with, and holds the executions that follow until it is told to store them. */
export async function storeAndHold({ engine }: Setup, store: () => void): Promise<() => void> {
	store();
	const storeNext = engine.holdExecutions();
	// Those that it was busy with are no longer held by then.
	await new Promise((resolve) => setImmediate(resolve));
	await until(() => engine.heldCount() > 0);
	return storeNext;
}

/** The ids of the events of each execution, without those that only kept n8n busy. */
export function executed(engine: Engine): string[][] {
	return engine
		.executions()
		.map((items) => items.map(({ uuid }) => String(uuid)))
		.filter((uuids) => !uuids[0].startsWith('filler-'));
}

/** The time for which deliveries wait, in the hands of a test. */
export interface Waits {
	/** How long the node wanted to wait, each time. */
	asked: number[];
	sleep: (ms: number) => Promise<void>;
	/** Has that time be over. */
	pass(): void;
}

function startWaits(): Waits {
	const asked: number[] = [];
	const sleepers: Array<() => void> = [];
	return {
		asked,
		sleep: async (ms) => {
			asked.push(ms);
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

/** A published workflow whose deliveries wait for as long as a test wants. */
export async function start(engineOptions: Partial<EngineOptions> = {}): Promise<StartedSetup> {
	const waits = startWaits();
	const setup = await startPublished(PATIENT, { sleep: waits.sleep, ...engineOptions });
	return { ...setup, waits };
}

/** Another workflow with the trigger, in the same n8n and for the same org. */
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

/** As many deliveries can wait as if none ever had, and all of them get through. */
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
	const answers = await answersOf(sent);
	expect(answers.filter((status) => status === 503)).toHaveLength(1);
	expect(answers.filter((status) => status === 204)).toHaveLength(MAX_WAITING);
	expect(
		executed(engine)
			.flat()
			.filter((uuid) => uuid.startsWith(name)),
	).toHaveLength(MAX_WAITING);
	await until(() => engine.openCount() === 0);
}
