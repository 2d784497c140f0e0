import { preparePackage } from '../../lab/n8n/prepare-package';

export default async function setup(): Promise<void> {
	await preparePackage(process.env.N8N_VERSION ?? '2.41.1');
}
