import { Bench } from 'tinybench';

import { median } from '../shared/report';

const TURNS = 50;
const TURN_MS = 10;

/** What is timed: `run`, each time after `prepare`. */
export interface Task {
	prepare(): void;
	run(): void | Promise<void>;
}

/** @returns how long each call of each task took, in ms */
async function timeInTurns(tasks: Task[]): Promise<number[][]> {
	const samples = tasks.map((): number[][] => []);
	for (let turn = 0; turn < TURNS; turn += 1) {
		const bench = new Bench({
			time: TURN_MS,
			iterations: 1,
			warmup: false,
			retainSamples: true,
			throws: true,
		});
		for (let place = 0; place < tasks.length; place += 1) {
			// Each turn begins with another task: none is always the first.
			const index = (turn + place) % tasks.length;
			const { prepare, run } = tasks[index];
			bench.add(String(index), run, { beforeEach: prepare });
		}
		for (const { name, result } of await bench.run()) {
			if ('latency' in result) samples[Number(name)].push(result.latency.samples ?? []);
		}
	}
	return samples.map((turns) => turns.flat());
}

/**
 * Times tasks beside `JSON.parse` of texts, in short turns: the machine's speed changes within a second,
 * and each of them is to meet the same changes.
 *
 * @returns for each task, that of `JSON.parse` first, the medians of the rounds in µs
 * @throws what a task throws
 */
export async function besideParse(
	nextText: () => string,
	tasks: Task[],
	rounds: number,
): Promise<number[][]> {
	let text = '';
	const parse: Task = {
		prepare() {
			text = nextText();
		},
		run: () => void JSON.parse(text),
	};
	const all = [parse, ...tasks];
	// n8n runs for weeks: what counts is how fast they are once compiled.
	await timeInTurns(all);
	const medians = all.map((): number[] => []);
	for (let round = 0; round < rounds; round += 1) {
		for (const [index, samples] of (await timeInTurns(all)).entries()) {
			medians[index].push(1_000 * median(samples));
		}
	}
	return medians;
}
