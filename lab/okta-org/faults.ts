import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, Faults } from './types';

/** Responses that fail on purpose. */
export class FaultRegistry implements Faults {
	private readonly faults = new Set<Fault & { left: number }>();

	addFault(fault: Fault): () => void {
		const entry = { ...fault, left: fault.times ?? Infinity };
		this.faults.add(entry);
		return () => this.faults.delete(entry);
	}

	clearFaults(): void {
		this.faults.clear();
	}

	/** The fault that affects this call, if any. Counts the call toward the fault's `times`. */
	take(method: string, path: string): Fault | undefined {
		for (const fault of this.faults) {
			if (fault.method && fault.method.toUpperCase() !== method) continue;
			if (typeof fault.path === 'string' ? fault.path !== path : path.search(fault.path) < 0) {
				continue;
			}
			if (--fault.left <= 0) this.faults.delete(fault);
			return fault;
		}
		return undefined;
	}
}

/** Waits. Rejects if the org stops in the meantime. */
export async function pause(milliseconds: number, stopped: AbortSignal): Promise<void> {
	if (milliseconds > 0) await wait(milliseconds, undefined, { signal: stopped });
}
