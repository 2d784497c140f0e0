import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { namesIn } from './files';
import { npm, type NpmOptions } from './npm';

const REPOSITORY = resolve(__dirname, '../..');

type Options = Pick<NpmOptions, 'signal'>;

/**
 * Builds this package and packs it as `npm publish` would.
 *
 * @param folder an empty folder, for the tarball
 * @returns the tarball's path
 */
export async function packTarball(folder: string, options: Options = {}): Promise<string> {
	await npm(['run', 'build'], { cwd: REPOSITORY, ...options });
	const args = ['pack', '--ignore-scripts', '--pack-destination', folder];
	await npm(args, { cwd: REPOSITORY, ...options });

	const tarballs = (await namesIn(folder)).filter((name) => name.endsWith('.tgz'));
	const [tarball] = tarballs;
	if (tarball === undefined || tarballs.length > 1) {
		throw new Error(`npm pack should leave one tarball in ${folder}, not ${tarballs.length}.`);
	}
	return join(folder, tarball);
}

/**
 * Installs the tarball in an n8n, the way a user installs a community package by hand. Must be called before n8n
 * starts.
 *
 * @param userFolder n8n's `N8N_USER_FOLDER`
 */
export async function installTarball(
	userFolder: string,
	tarball: string,
	options: Options = {},
): Promise<void> {
	const folder = join(userFolder, '.n8n/nodes');
	await mkdir(folder, { recursive: true });
	// As n8n itself creates it.
	const manifest = { name: 'installed-nodes', private: true, dependencies: {} };
	await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));

	const asN8nDoes = ['--audit=false', '--fund=false', '--bin-links=false', '--ignore-scripts'];
	// n8n has its own n8n-workflow. Otherwise, npm would install the peer dependency and everything it needs.
	const withoutPeers = '--legacy-peer-deps';
	await npm(['install', ...asN8nDoes, withoutPeers, tarball], { cwd: folder, ...options });
}
