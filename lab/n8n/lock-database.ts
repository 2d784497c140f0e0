import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { N8n } from './process';

/**
 * Locks the SQLite database of an n8n, so that n8n can neither read nor write.
 *
 * @returns a function that unlocks it
 */
export function lockDatabase({ userFolder }: N8n): () => void {
	const path = join(userFolder, '.n8n/database.sqlite');
	const database = new DatabaseSync(path, { timeout: 10_000 });
	database.exec('BEGIN EXCLUSIVE');
	return () => {
		database.exec('COMMIT');
		database.close();
	};
}
