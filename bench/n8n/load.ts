import autocannon from 'autocannon';

import { waitFor } from '../../lab/n8n/wait-for';
import { deliveredSignIn, deliveryOf } from '../shared/events';
import { formatRounds, formatShare, quantile } from '../shared/report';
import type { Contender, World } from './world';

/** How long Okta waits for a response, in ms. */
export const OKTA_TIMEOUT_MS = 3_000;

const DRAIN_WITHIN_MS = 120_000;

/** The result of a number of deliveries. */
export interface LoadResult {
	deliveries: number;
	/** How long it took until the last response, in ms. */
	elapsed: number;
	/** How long each 2xx response took, in ms. */
	times: number[];
}

/** Combines several results into one. */
export function combine(results: LoadResult[]): LoadResult {
	const sum = (of: (result: LoadResult) => number) =>
		results.reduce((total, result) => total + of(result), 0);
	return {
		deliveries: sum(({ deliveries }) => deliveries),
		elapsed: sum(({ elapsed }) => elapsed),
		times: results.flatMap(({ times }) => times),
	};
}

/** The number of 2xx responses per second. */
export function perSecond({ times, elapsed }: LoadResult): number {
	return (1_000 * times.length) / elapsed;
}

/** The time within which this share of the 2xx responses arrived, in ms. */
export function percentile(share: number): (result: LoadResult) => number {
	return ({ times }) => quantile(times, share);
}

/** The columns of {@link describeLoads}. */
export const LOAD_COLUMNS = ['deliveries/s', 'p50 (ms)', 'p99 (ms)', 'within 3 s'];

/** The cells of a table row for some rounds. */
export function describeLoads(rounds: LoadResult[]): string[] {
	const { times, deliveries } = combine(rounds);
	return [
		...[perSecond, percentile(0.5), percentile(0.99)].map((of) => formatRounds(rounds.map(of))),
		formatShare(times.filter((time) => time <= OKTA_TIMEOUT_MS).length, deliveries),
	];
}

/**
 * Sends one delivery with one event.
 *
 * @returns the response status, or undefined if there was no response in time
 */
export async function deliver(
	{ url, secret }: Contender,
	uuid: string,
	withinMs?: number,
): Promise<number | undefined> {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', authorization: secret },
		body: JSON.stringify(deliveryOf([deliveredSignIn(uuid)])),
		signal: withinMs === undefined ? undefined : AbortSignal.timeout(withinMs),
	}).catch(() => undefined);
	return response?.status;
}

/** Sends deliveries with one new event each. */
async function send(
	{ url, secret }: Contender,
	options: Pick<autocannon.Options, 'amount' | 'connections'>,
	onResponse: (status: number, ms: number) => void,
): Promise<void> {
	// autocannon replaces each `[<id>]` with a unique ID.
	const body = { ...deliveryOf([deliveredSignIn('[<id>]')]), eventId: '[<id>]' };
	await new Promise<void>((resolve, reject) => {
		const run = autocannon(
			{
				url,
				method: 'POST',
				headers: { 'content-type': 'application/json', authorization: secret },
				body: JSON.stringify(body),
				idReplacement: true,
				timeout: 120,
				...options,
			},
			(error) => (error ? reject(error) : resolve()),
		);
		run.on('response', (_client, status, _bytes, ms) => onResponse(status, ms));
	});
}

/**
 * Sends a number of deliveries, and waits until n8n has run everything it acknowledged, so that nothing is left
 * to run during another trigger's turn.
 *
 * @param atATime number of concurrent deliveries. The next one is sent after a response.
 */
export async function load(
	{ executions }: Pick<World, 'executions'>,
	contender: Contender,
	atATime: number,
	deliveries: number,
): Promise<LoadResult> {
	const { workflowId, emits } = contender;
	const { items: before } = await executions.runs(workflowId);
	const times: number[] = [];
	const start = performance.now();
	let end = start;
	await send(contender, { connections: atATime, amount: deliveries }, (status, ms) => {
		// autocannon's own duration is in whole seconds.
		end = performance.now();
		if (status < 300) times.push(ms);
	});

	const expected = emits ? before + times.length : before;
	// If some never finish, the table shows it in the items.
	await waitFor('all items to be run', DRAIN_WITHIN_MS, async () =>
		(await executions.runs(workflowId)).items >= expected ? true : undefined,
	).catch(() => undefined);
	return { deliveries, elapsed: end - start, times };
}
