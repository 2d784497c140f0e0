import autocannon from 'autocannon';

import { waitFor } from '../../test/n8n/wait-for';
import { deliveryBody } from '../../test/unit/fixtures/events';
import { deliveredSignIn } from '../events';
import type { Contender, World } from './world';

/** For how long Okta waits for an answer, in ms. */
const OKTA_TIMEOUT_MS = 3_000;

const DRAIN_WITHIN_MS = 120_000;

/** What became of a number of deliveries, so many at a time. */
export interface LoadResult {
	deliveries: number;
	/** How long it took until the last was answered, in ms. */
	elapsed: number;
	/** How long each waited that was answered 2xx, in ms. */
	times: number[];
	/** How many executions had ended well when nothing was left to do. */
	executed: number;
}

/** One result of several. */
export function together(results: LoadResult[]): LoadResult {
	const sum = (of: (result: LoadResult) => number) =>
		results.reduce((total, result) => total + of(result), 0);
	return {
		deliveries: sum(({ deliveries }) => deliveries),
		elapsed: sum(({ elapsed }) => elapsed),
		times: results.flatMap(({ times }) => times),
		executed: sum(({ executed }) => executed),
	};
}

export function perSecond({ times, elapsed }: LoadResult): number {
	return (1_000 * times.length) / elapsed;
}

/** How many deliveries were answered 2xx before Okta would have given up. */
export function inTime({ times }: LoadResult): number {
	return times.filter((time) => time <= OKTA_TIMEOUT_MS).length;
}

/** Sends deliveries with one new event each, to the end of the given options. */
export async function send(
	{ url, secret }: Contender,
	options: Pick<autocannon.Options, 'amount' | 'connections' | 'duration'>,
	onResponse: (status: number, ms: number) => void = () => undefined,
): Promise<autocannon.Result> {
	// The tool puts an id of its own in the place of each `[<id>]`.
	const body = deliveryBody([deliveredSignIn('[<id>]')], { eventId: '[<id>]' });
	return await new Promise((resolve, reject) => {
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
			(error, result) => (error ? reject(error) : resolve(result)),
		);
		run.on('response', (_client, status, _bytes, ms) => onResponse(status, ms));
	});
}

/**
 * Sends a number of deliveries, and waits until n8n has run them all.
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
	const countSuccess = async () => (await executions(workflowId)).success ?? 0;
	const before = await countSuccess();
	const times: number[] = [];
	const begin = performance.now();
	let end = begin;
	const options = { connections: atATime, amount: deliveries };
	await send(contender, options, (status, ms) => {
		// The tool's own duration is in whole seconds.
		end = performance.now();
		if (status < 300) times.push(ms);
	});

	const expected = handsOn ? times.length : 0;
	const executed = await waitFor('all executions to end', DRAIN_WITHIN_MS, async () => {
		const done = (await countSuccess()) - before;
		return done >= expected ? done : undefined;
	}).catch(async () => (await countSuccess()) - before);
	return { deliveries, elapsed: end - begin, times, executed };
}
