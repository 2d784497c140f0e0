import autocannon from 'autocannon';

import { waitFor } from '../../lab/n8n/wait-for';
import { deliveredSignIn, deliveryOf } from '../shared/events';
import { formatRounds, formatShare, quantile } from '../shared/report';
import type { Contender, World } from './world';

/** For how long Okta waits for an answer, in ms. */
export const OKTA_TIMEOUT_MS = 3_000;

const DRAIN_WITHIN_MS = 120_000;

/** What became of a number of deliveries. */
export interface LoadResult {
	deliveries: number;
	/** How long it took until the last was answered, in ms. */
	elapsed: number;
	/** How long each waited that was answered 2xx, in ms. */
	times: number[];
}

/** One result of several. */
export function combine(results: LoadResult[]): LoadResult {
	const sum = (of: (result: LoadResult) => number) =>
		results.reduce((total, result) => total + of(result), 0);
	return {
		deliveries: sum(({ deliveries }) => deliveries),
		elapsed: sum(({ elapsed }) => elapsed),
		times: results.flatMap(({ times }) => times),
	};
}

/** How many deliveries were answered 2xx in a second. */
export function perSecond({ times, elapsed }: LoadResult): number {
	return (1_000 * times.length) / elapsed;
}

/** How long it took until this share of those that were answered 2xx had their answer, in ms. */
export function percentile(share: number): (result: LoadResult) => number {
	return ({ times }) => quantile(times, share);
}

/** What {@link describeLoads} tells. */
export const LOAD_COLUMNS = ['deliveries/s', 'p50 (ms)', 'p99 (ms)', 'within 3 s'];

/** The cells of a table's row for some rounds. */
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
 * @returns the status that n8n answered, if it did in time
 */
export async function deliver(
	{ url, secret }: Contender,
	uuid: string,
	withinMs?: number,
): Promise<number | undefined> {
	const answer = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', authorization: secret },
		body: JSON.stringify(deliveryOf([deliveredSignIn(uuid)])),
		signal: withinMs === undefined ? undefined : AbortSignal.timeout(withinMs),
	}).catch(() => undefined);
	return answer?.status;
}

/** Sends deliveries with one new event each. */
async function send(
	{ url, secret }: Contender,
	options: Pick<autocannon.Options, 'amount' | 'connections'>,
	onResponse: (status: number, ms: number) => void,
): Promise<void> {
	// The tool puts an id of its own in the place of each `[<id>]`.
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
 * Sends a number of deliveries, and waits until n8n has run what it acknowledged, so that nothing is left
 * to do when another trigger's turn comes.
 *
 * @param atATime concurrent deliveries: the next is sent when one is answered
 */
export async function load(
	{ executions }: Pick<World, 'executions'>,
	contender: Contender,
	atATime: number,
	deliveries: number,
): Promise<LoadResult> {
	const { workflowId, handsOn } = contender;
	const { items: before } = await executions.runs(workflowId);
	const times: number[] = [];
	const begin = performance.now();
	let end = begin;
	await send(contender, { connections: atATime, amount: deliveries }, (status, ms) => {
		// The tool's own duration is in whole seconds.
		end = performance.now();
		if (status < 300) times.push(ms);
	});

	const expected = handsOn ? before + times.length : before;
	// Where some never end, the table of items tells.
	await waitFor('all items to be run', DRAIN_WITHIN_MS, async () =>
		(await executions.runs(workflowId)).items >= expected ? true : undefined,
	).catch(() => undefined);
	return { deliveries, elapsed: end - begin, times };
}
