/**
 * Applies the rules of n8n's scanner for community packages, which n8n runs before it verifies a package, to
 * the source and to the tarball for npm.
 *
 *     npm run scan
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

import { packTarball } from '../lab/n8n/package-tarball';
import { findProgram, runProgram } from '../lab/n8n/programs';
import { Steps } from '../lab/process/steps';
import { runScript } from '../lab/process/script';

const ROOT = resolve(__dirname, '..');

/** The files in a tarball that n8n's scanner checks. */
const PACKED_FILES = ['**/*.js', 'package.json'];

/** @throws an error with the violations of n8n's rules */
async function scan(folder: string, files: string[]): Promise<void> {
	const { passed, message, details } = await analyzePackage(folder, files);
	if (!passed) throw new Error(`${message}\n${details ?? ''}`);
}

void runScript(async (cleanup, signal) => {
	const steps = new Steps(signal);
	await steps.run('Scanning the source', async () => await scan(ROOT, SOURCE_FILE_PATTERNS));

	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-scan-'));
	await cleanup.add(`Removing ${folder}`, async () => {
		await rm(folder, { recursive: true, force: true });
	});
	await steps.run('Scanning the tarball', async () => {
		const tarball = await packTarball(folder, { signal });
		const unpacked = join(folder, 'package');
		await mkdir(unpacked);
		await runProgram(
			await findProgram('tar'),
			['-xzf', tarball, '-C', unpacked, '--strip-components=1'],
			folder,
		);
		await scan(unpacked, PACKED_FILES);
	});
});
