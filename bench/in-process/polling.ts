import { randomUUID } from 'node:crypto';

import type { Steps } from '../../lab/process/steps';
import { loggedSignIn } from '../shared/events';
import { formatRounds, printTable } from '../shared/report';
import { besideParse } from './beside-parse';
import { inTurns } from './in-turns';
import { openPollingPath } from './contexts';

const SIZES = [1, 100, 1_000];

/** More than the node remembers: when the pages start over, their events are new to it again. */
const EVENTS = 10_000;

function makePages(size: number): string[] {
	const page = () => Array.from({ length: size }, () => loggedSignIn(randomUUID()));
	return Array.from({ length: Math.ceil(EVENTS / size) }, () => JSON.stringify(page()));
}

/**
 * How long a poll takes that finds one page, without the request: it reads the parameters, drops repeats,
 * filters, makes items and moves the cursor. Beside it, `JSON.parse` of the page.
 */
export async function measurePollingPath(steps: Steps, rounds: number): Promise<void> {
	const poll = openPollingPath();
	// As much as it remembers at most.
	for (const page of makePages(1_000).slice(0, 5)) await poll(JSON.parse(page) as unknown[]);
	const rows: string[][] = [];
	for (const size of SIZES) {
		const [parse, own] = await steps.run(`Pages of ${size}`, async () => {
			const texts = makePages(size);
			const textForPoll = inTurns(texts);
			let page: unknown[] = [];
			const pollPage = {
				prepare() {
					page = JSON.parse(textForPoll()) as unknown[];
				},
				async run() {
					const items = await poll(page);
					if (items !== size) throw new Error(`${items} items came out, not ${size}.`);
				},
			};
			return await besideParse(inTurns(texts), [pollPage], rounds);
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
