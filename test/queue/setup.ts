import { preparePackage } from '../../lab/n8n/prepare-package';
import { checkQueuePrograms } from '../../lab/n8n/programs';

export default async function setup(): Promise<void> {
	await checkQueuePrograms();
	await preparePackage('2.41.1');
}
