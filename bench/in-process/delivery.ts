import { randomUUID } from 'node:crypto';

import type { Steps } from '../../lab/process/steps';
import { deliveredSignIn, deliveryOf } from '../shared/events';
import { format, formatRounds, median, printTable } from '../shared/report';
import { compareWithParse } from './compare-with-parse';
import { openDeliveryPath } from './delivery-path';
import { cycle } from './cycle';

const SIZES = [1, 10, 100, 1_000, 10_000];

/** More than the node remembers, so when the deliveries start over, their events are new to it again. */
const EVENTS = 25_000;

/** Deliveries with no events in common. */
function makeDeliveries(size: number): string[] {
	const events = () => Array.from({ length: size }, () => deliveredSignIn(randomUUID()));
	return Array.from({ length: Math.ceil(EVENTS / size) }, () =>
		JSON.stringify(deliveryOf(events())),
	);
}

/**
 * Measures how long the trigger takes for a delivery, from n8n's call to the items. It checks the secret, reads
 * the parameters, drops repeats, filters, and creates items. For comparison, it also measures `JSON.parse` of the
 * same bytes, which n8n has to run in any case.
 */
export async function measureDeliveryPath(steps: Steps, rounds: number): Promise<void> {
	const paths = [openDeliveryPath(false), openDeliveryPath(true)];
	const rows: string[][] = [];
	for (const size of SIZES) {
		const [parse, ...own] = await steps.run(`Deliveries of ${size}`, async () => {
			const texts = makeDeliveries(size);
			// Both paths share one, because they also share what the node remembers.
			const textForNode = cycle(texts);
			const tasks = paths.map((path) => ({
				prepare: () => path.prepare(JSON.parse(textForNode())),
				async run() {
					const items = await path.handle();
					if (items !== size)
						throw new Error(`The trigger returned ${items} items instead of ${size}.`);
				},
			}));
			return await compareWithParse(cycle(texts), tasks, rounds);
		});
		rows.push([
			String(size),
			formatRounds(parse),
			...own.map((path) => formatRounds(path)),
			...own.map((path) => formatRounds(path.map((time, round) => time / parse[round]))),
			format((1_000 * median(own[1])) / size),
		]);
	}
	printTable(
		`Delivery path: µs per delivery, median of ${rounds} rounds (least–most)`,
		[
			'events',
			'JSON.parse',
			'trigger',
			'with all filters',
			'trigger ÷ JSON.parse',
			'with all filters ÷ JSON.parse',
			'with all filters, ns per event',
		],
		rows,
	);
}
