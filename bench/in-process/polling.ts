import { randomUUID } from 'node:crypto';

import type { Steps } from '../../lab/process/steps';
import { loggedSignIn } from '../shared/events';
import { formatRounds, printTable } from '../shared/report';
import { compareWithParse } from './compare-with-parse';
import { cycle } from './cycle';
import { openPollingPath } from './polling-path';

const SIZES = [1, 100, 1_000];

/** More than the node remembers, so when the pages start over, their events are new to it again. */
const EVENTS = 25_000;

function makePages(size: number): string[] {
	const page = () => Array.from({ length: size }, () => loggedSignIn(randomUUID()));
	return Array.from({ length: Math.ceil(EVENTS / size) }, () => JSON.stringify(page()));
}

/**
 * Measures how long a poll that finds one page takes, without the request. It reads the parameters, drops
 * repeats, filters, creates items, and moves the cursor. For comparison, it also measures `JSON.parse` of the page.
 */
export async function measurePollingPath(steps: Steps, rounds: number): Promise<void> {
	const poll = openPollingPath();
	// Fills the trigger's memory.
	for (const page of makePages(1_000).slice(0, 5)) await poll(JSON.parse(page) as unknown[]);
	const rows: string[][] = [];
	for (const size of SIZES) {
		const [parse, own] = await steps.run(`Pages of ${size}`, async () => {
			const texts = makePages(size);
			const textForPoll = cycle(texts);
			let page: unknown[] = [];
			const pollPage = {
				prepare() {
					page = JSON.parse(textForPoll()) as unknown[];
				},
				async run() {
					const items = await poll(page);
					if (items !== size)
						throw new Error(`The poll returned ${items} items instead of ${size}.`);
				},
			};
			return await compareWithParse(cycle(texts), [pollPage], rounds);
		});
		rows.push([
			String(size),
			formatRounds(parse),
			formatRounds(own),
			formatRounds(own.map((time, round) => time / parse[round])),
		]);
	}
	printTable(
		`Polling path: µs per page, all filters set, median of ${rounds} rounds (least–most)`,
		['events', 'JSON.parse', 'poll', 'poll ÷ JSON.parse'],
		rows,
	);
}
