import type { LogCursor } from './cursor';

/** A trigger that reads the System Log, as this process knows it. Nothing of it outlives the process. */
export interface LogReader {
	/** How far it has read; undefined until it first did. */
	cursor: LogCursor | undefined;
	/** Whether it's reading. */
	isPolling: boolean;
	/** Whether n8n hasn't stored the cursor since it last changed. */
	isUnsaved: boolean;
}

/** By `nodeKeyOf`. */
const readers = new Map<string, LogReader>();

/** @param key `nodeKeyOf` */
export function readerOf(key: string): LogReader {
	let reader = readers.get(key);
	if (!reader) {
		reader = { cursor: undefined, isPolling: false, isUnsaved: false };
		readers.set(key, reader);
	}
	return reader;
}

/** @returns undefined if the trigger doesn't read the System Log, or not in this process */
export function knownReader(key: string): LogReader | undefined {
	return readers.get(key);
}

/** Forgets how far a trigger has read. */
export function forgetReader(key: string): void {
	readers.delete(key);
}
