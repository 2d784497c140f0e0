import { ManualExecutionCancelledError, TimeoutExecutionCancelledError } from 'n8n-workflow';
import type { INodeExecutionData, IPollFunctions, IRun } from 'n8n-workflow';

import { idOf } from '../../nodes/shared/events/idOf';
import { SeenEvents } from '../../nodes/shared/events/seenEvents';
import { runsElsewhere } from '../../nodes/shared/executions';
import { handOff } from '../../nodes/shared/systemLog/handOff';
import { flushPromises, ManualClock, MINUTE } from './fixtures/clock';
import { mfaEvent } from './fixtures/events';
import { itemsOf } from './fixtures/execution';

/** How n8n reports an execution's outcome to a poll. */
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

/** A poll that has found the events "a" and "b" and handed them off to n8n. */
function pollAndHandOff() {
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
		/** The progress of both events, or of each if they differ. */
		async progress() {
			await flushPromises();
			const [a, b] = ['a', 'b'].map(seen.progressOf(key));
			return a === b ? a : `${a}, ${b}`;
		},
	};
}

describe('A poll that hands off events', () => {
	it('starts one execution with all of them', () => {
		const { started } = pollAndHandOff();
		expect(started.map(({ data }) => data)).toEqual([[itemsOf('a', 'b')]]);
		expect(started[0].response).toBeUndefined();
	});

	it('keeps them pending until it knows that n8n has stored the execution', async () => {
		expect(await pollAndHandOff().progress()).toBe('pending');
	});

	it('has handed them off once the execution has run', async () => {
		const { run, progress } = pollAndHandOff();
		run.resolve(RUN);
		expect(await progress()).toBe('done');
	});

	it('leaves them to the next poll if n8n reports nothing about the execution', async () => {
		const { run, progress } = pollAndHandOff();
		run.resolve(undefined);
		expect(await progress()).toBe('new');
	});

	it.each([
		['a user canceled it', new ManualExecutionCancelledError('7')],
		['it took too long', new TimeoutExecutionCancelledError('7')],
	])('has handed them off if n8n didn’t run the execution because %s', async (_what, error) => {
		const { run, progress } = pollAndHandOff();
		run.reject(error);
		expect(await progress()).toBe('done');
	});

	it('has handed them off if a user deleted the execution while it was queued', async () => {
		// n8n doesn't export this class.
		class ExecutionNotFoundError extends Error {}
		const { run, progress } = pollAndHandOff();
		run.reject(new ExecutionNotFoundError('No active execution found'));
		expect(await progress()).toBe('done');
	});

	it.each([
		['an error', new Error('SQLITE_BUSY: database is locked')],
		['an error that mentions another', new Error('ExecutionNotFoundError')],
		['not an Error', 'ExecutionNotFoundError'],
		['nothing', undefined],
	])('leaves them to the next poll if n8n couldn’t store it: %s', async (_what, error) => {
		const { run, progress } = pollAndHandOff();
		run.reject(error);
		expect(await progress()).toBe('new');
	});

	it('leaves them to the next poll after half an hour without a report from n8n', async () => {
		const { clock, progress } = pollAndHandOff();
		await clock.pass(30 * MINUTE - 1);
		expect(await progress()).toBe('pending');
		await clock.pass(1);
		expect(await progress()).toBe('new');
	});

	it('still learns the outcome within that half hour', async () => {
		const { clock, run, progress } = pollAndHandOff();
		await clock.pass(29 * MINUTE);
		run.resolve(RUN);
		expect(await progress()).toBe('done');
		await clock.pass(60 * MINUTE);
		expect(await progress()).toBe('done');
	});
});

describe('What a poll learns about where executions run', () => {
	it('is that they run elsewhere if the execution ran but this process hasn’t seen it', async () => {
		const { key, run } = pollAndHandOff();
		expect(runsElsewhere(key)).toBe(false);
		run.resolve(RUN);
		await flushPromises();
		expect(runsElsewhere(key)).toBe(true);
	});

	it('is nothing if the execution didn’t run', async () => {
		const [unknown, canceled, failed] = [pollAndHandOff(), pollAndHandOff(), pollAndHandOff()];
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
