import { preparePackage } from '../../lab/n8n/prepare-package';
import { findChromium } from '../../lab/browser/browser';
import { N8N_VERSION } from '../../lab/browser/world';

export default async function setup(): Promise<void> {
	await findChromium();
	await preparePackage(N8N_VERSION);
}
