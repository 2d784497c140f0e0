import type { NextFunction, Request, Response } from 'express';
import { setTimeout as wait } from 'node:timers/promises';
import { useUpProof } from './dpop';
import { sendApiError, usualError } from './errors';
import type { OrgState } from './state';
import type { Fault, Faults } from './types';

/** Answers that go wrong on purpose. */
export class Faultbox implements Faults {
	private readonly faults = new Set<Fault & { left: number }>();

	addFault(fault: Fault): () => void {
		const entry = { ...fault, left: fault.times ?? Infinity };
		this.faults.add(entry);
		return () => this.faults.delete(entry);
	}

	clearFaults(): void {
		this.faults.clear();
	}

	/** The fault that this call meets, if any; it counts as one of its `times`. */
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

/** Waits, unless the org stops meanwhile. */
export async function pause(milliseconds: number, stopped: AbortSignal): Promise<void> {
	if (milliseconds > 0) await wait(milliseconds, undefined, { signal: stopped });
}

/** Lets calls run into the faults that were added. */
export function faultInjection(org: OrgState) {
	return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
		const fault = org.faults.take(request.method, request.baseUrl + request.path);
		if (!fault) return next();

		try {
			await pause(fault.delay ?? 0, org.stopped.signal);
		} catch {
			request.socket.destroy();
			return;
		}
		if (fault.drop) {
			request.socket.destroy();
			return;
		}
		if (fault.status === undefined && fault.body === undefined) return next();

		const { status = 200, headers = {}, body } = fault;
		if (status === 429) {
			response.set('x-rate-limit-remaining', '0');
			useUpProof(org, request);
		}
		response.status(status).set(headers);
		const error = body === undefined ? usualError(status) : undefined;
		if (error) sendApiError(org, request, response, error, status);
		else if (body === undefined) response.end();
		else if (typeof body === 'string') response.send(body);
		else response.json(body);
	};
}
