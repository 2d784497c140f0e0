import { Bench } from 'tinybench';

import { median } from '../shared/report';

const TURNS = 50;
const TURN_MS = 10;

/** A task whose `run` is timed, each time after `prepare`. */
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
			// Each turn starts with a different task, so that none is always first.
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
 * Times tasks and, for comparison, `JSON.parse`. They take short turns, so that changes in the machine's speed,
 * which happen within a second, affect all of them equally.
 *
 * @returns the medians of the rounds in µs, for `JSON.parse` first and then for each task
 * @throws what a task throws
 */
export async function compareWithParse(
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
	// n8n runs for weeks, so what counts is the speed after compilation.
	await timeInTurns(all);
	const medians = all.map((): number[] => []);
	for (let round = 0; round < rounds; round += 1) {
		for (const [index, samples] of (await timeInTurns(all)).entries()) {
			medians[index].push(1_000 * median(samples));
		}
	}
	return medians;
}
