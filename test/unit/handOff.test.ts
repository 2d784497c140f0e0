import { ManualExecutionCancelledError, TimeoutExecutionCancelledError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions, IRun } from 'n8n-workflow';

import { idOf } from '../../nodes/shared/events/idOf';
import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import { runsElsewhere } from '../../nodes/shared/executions';
import { handOff } from '../../nodes/shared/systemLog/handOff';
import { flushPromises, ManualClock, MINUTE } from './fixtures/clock';
import { mfaEvent } from './fixtures/events';
import { itemsOf } from './fixtures/execution';

/** How n8n tells a poll what came of an execution. */
interface Run {
	promise: Promise<IRun | undefined>;
	resolve: (run: IRun | undefined) => void;
	reject: (error: unknown) => void;
}

const RUN = { finished: true } as IRun;

function createDeferredPromise(): Run {
	const deferred = {} as Run;
	deferred.promise = new Promise((resolve, reject) => {
		deferred.resolve = resolve;
		deferred.reject = reject;
	});
	return deferred;
}

let polls = 0;

/** A poll that has found the events "a" and "b", and handed them to n8n. */
function pollHandsOn() {
	polls += 1;
	const key = `workflow-1/polling-${polls}`;
	const clock = new ManualClock();
	const seen = new SeenEvents(10, clock);
	const started: Array<{ data: INodeExecutionData[][]; response: unknown; run: Run }> = [];
	const context = {
		helpers: { createDeferredPromise },
		__emit: (data: INodeExecutionData[][], response: unknown, run: Run) =>
			started.push({ data, response, run }),
	} as unknown as IPollFunctions;
	const events = ['a', 'b'].map((uuid) => mfaEvent({ uuid }));
	handOff(context, key, seen.claimPolled(key, events, idOf), itemsOf('a', 'b'));
	return {
		key,
		clock,
		started,
		run: started[0].run,
		/** How far the two have come, if both are equally far. */
		async progress() {
			await flushPromises();
			const [a, b] = ['a', 'b'].map(seen.progressOf(key));
			return a === b ? a : `${a}, ${b}`;
		},
	};
}

describe('A poll that hands on events', () => {
	it('starts one execution with all of them', () => {
		const { started } = pollHandsOn();
		expect(started.map(({ data }) => data)).toEqual([[itemsOf('a', 'b')]]);
		expect(started[0].response).toBeUndefined();
	});

	it('keeps them in hand until it knows that n8n has stored the execution', async () => {
		expect(await pollHandsOn().progress()).toBe('pending');
	});

	it('has handed them on once the execution has run', async () => {
		const { run, progress } = pollHandsOn();
		run.resolve(RUN);
		expect(await progress()).toBe('handed off');
	});

	it('leaves them to the next poll if n8n says nothing about the execution', async () => {
		const { run, progress } = pollHandsOn();
		run.resolve(undefined);
		expect(await progress()).toBe('new');
	});

	it.each([
		['a user canceled it', new ManualExecutionCancelledError('7')],
		['it took too long', new TimeoutExecutionCancelledError('7')],
	])('has handed them on if n8n didn’t run the execution because %s', async (_what, error) => {
		const { run, progress } = pollHandsOn();
		run.reject(error);
		expect(await progress()).toBe('handed off');
	});

	it('has handed them on if somebody deleted the execution while it waited for its turn', async () => {
		// n8n doesn't export this class.
		class ExecutionNotFoundError extends Error {}
		const { run, progress } = pollHandsOn();
		run.reject(new ExecutionNotFoundError('No active execution found'));
		expect(await progress()).toBe('handed off');
	});

	it.each([
		['an error', new Error('SQLITE_BUSY: database is locked')],
		['an error that tells of another', new Error('ExecutionNotFoundError')],
		['no error', 'ExecutionNotFoundError'],
		['nothing', undefined],
	])('leaves them to the next poll if n8n couldn’t store it: %s', async (_what, error) => {
		const { run, progress } = pollHandsOn();
		run.reject(error);
		expect(await progress()).toBe('new');
	});

	it('leaves them to the next poll after half an hour in which n8n says nothing', async () => {
		const { clock, progress } = pollHandsOn();
		await clock.pass(30 * MINUTE - 1);
		expect(await progress()).toBe('pending');
		await clock.pass(1);
		expect(await progress()).toBe('new');
	});

	it('still hears of it within that half an hour', async () => {
		const { clock, run, progress } = pollHandsOn();
		await clock.pass(29 * MINUTE);
		run.resolve(RUN);
		expect(await progress()).toBe('handed off');
		await clock.pass(60 * MINUTE);
		expect(await progress()).toBe('handed off');
	});
});

describe('What a poll learns about where executions run', () => {
	it('is that it’s elsewhere if the execution ran and this process hasn’t seen it', async () => {
		const { key, run } = pollHandsOn();
		expect(runsElsewhere(key)).toBe(false);
		run.resolve(RUN);
		await flushPromises();
		expect(runsElsewhere(key)).toBe(true);
	});

	it('is nothing if the execution didn’t run', async () => {
		const [unknown, canceled, failed] = [pollHandsOn(), pollHandsOn(), pollHandsOn()];
		unknown.run.resolve(undefined);
		canceled.run.reject(new ManualExecutionCancelledError('7'));
		failed.run.reject(new Error('SQLITE_BUSY: database is locked'));
		await flushPromises();
		expect([unknown, canceled, failed].map(({ key }) => runsElsewhere(key))).toEqual([
			false,
			false,
			false,
		]);
	});
});
