import type { Problem } from '../problem';
import type { LogCursor } from './cursor';
import type { Lag } from './lag';

/** This process's state of a trigger that reads the System Log. It's lost when the process ends. */
export interface LogReader {
	/** How far the trigger has read; undefined until it first reads. */
	cursor: LogCursor | undefined;
	/** Whether a poll is in progress. */
	isPolling: boolean;
	/** Whether the cursor has changed since n8n last stored it. */
	isUnsaved: boolean;
	/** Undefined if the last poll reached the end of the log. */
	lag: Lag | undefined;
	/** The reported lag; undefined if there's nothing to report. */
	lagProblem: Problem | undefined;
}

/** By `nodeKeyOf`. */
const readers = new Map<string, LogReader>();

/** @param key `nodeKeyOf` */
export function readerOf(key: string): LogReader {
	let reader = readers.get(key);
	if (!reader) {
		reader = {
			cursor: undefined,
			isPolling: false,
			isUnsaved: false,
			lag: undefined,
			lagProblem: undefined,
		};
		readers.set(key, reader);
	}
	return reader;
}

/** @returns undefined if the trigger doesn't read the System Log in this process */
export function knownReader(key: string): LogReader | undefined {
	return readers.get(key);
}

/** Forgets how far a trigger has read. */
export function forgetReader(key: string): void {
	readers.delete(key);
}
