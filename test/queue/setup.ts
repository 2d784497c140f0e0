import setUpPackage from '../e2e/setup';
import { checkQueuePrograms } from '../n8n/programs';

/** Once: Redis and PostgreSQL are there, n8n is in the cache, and the package is packed. */
export default async function setup(): Promise<void> {
	await checkQueuePrograms();
	await setUpPackage();
}
