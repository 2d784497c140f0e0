import { randomUUID } from 'node:crypto';

import type { Steps } from '../../lab/process/steps';
import { deliveryOf, EVENT_TYPE } from '../shared/events';
import { format, printTable } from '../shared/report';
import { openDeliveryPath } from './delivery-path';

const PER_DELIVERY = 100;
const STEPS = [10_000, 100_000, 1_000_000];

function heapBytes(): number {
	if (!globalThis.gc) throw new Error('Run with --expose-gc.');
	globalThis.gc();
	return process.memoryUsage().heapUsed;
}

/** Measures the memory that the trigger retains after many events, in order to recognize repeats. */
export async function measureMemory(steps: Steps): Promise<void> {
	const path = openDeliveryPath(false);
	const deliver = async () => {
		const events = Array.from({ length: PER_DELIVERY }, () => ({
			uuid: randomUUID(),
			eventType: EVENT_TYPE,
		}));
		path.prepare(JSON.parse(JSON.stringify(deliveryOf(events))));
		await path.handle();
	};
	const before = heapBytes();
	let delivered = 0;
	let most = 0;
	const rows: string[][] = [];
	await steps.run('A million events', async () => {
		for (const step of STEPS) {
			for (; delivered < step; delivered += PER_DELIVERY) {
				await deliver();
				// Memory peaks just before the older half is forgotten.
				if ((delivered + PER_DELIVERY) % 10_000 === 9_900)
					most = Math.max(most, heapBytes() - before);
			}
			most = Math.max(most, heapBytes() - before);
			rows.push([String(step), format((heapBytes() - before) / 1e6), format(most / 1e6)]);
		}
	});
	printTable('Memory for recognizing repeats, in MB', ['events', 'now', 'at most so far'], rows);
}
