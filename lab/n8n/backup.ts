import { cp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const DATABASE = '.n8n/database.sqlite';

/** How long to wait for n8n to finish a transaction, in ms. */
const BUSY_TIMEOUT_MS = 10_000;

function inDatabase(userFolder: string, work: (database: DatabaseSync) => void): void {
	const database = new DatabaseSync(join(userFolder, DATABASE), { timeout: BUSY_TIMEOUT_MS });
	try {
		work(database);
	} finally {
		database.close();
	}
}

/** Copies the folder of an n8n, which can be running, with its database as it currently is. */
export async function backUp(userFolder: string, backup: string): Promise<void> {
	await cp(userFolder, backup, {
		recursive: true,
		filter: (source) => !basename(source).startsWith('database.sqlite'),
	});
	inDatabase(userFolder, (database) => {
		database.prepare('VACUUM INTO ?').run(join(backup, DATABASE));
	});
}

/** Restores the database of a stopped n8n from a backup. */
export async function restoreDatabase(backup: string, userFolder: string): Promise<void> {
	for (const end of ['', '-wal', '-shm']) {
		await rm(join(userFolder, DATABASE + end), { force: true });
	}
	await cp(join(backup, DATABASE), join(userFolder, DATABASE));
}

/** Deletes a workflow's static data, whether n8n is running or not. */
export function wipeStaticData(userFolder: string, workflowId: string): void {
	inDatabase(userFolder, (database) => {
		database.prepare('UPDATE workflow_entity SET staticData = NULL WHERE id = ?').run(workflowId);
	});
}
