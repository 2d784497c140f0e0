import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Runs after all suites and removes the packed package. */
export default async function removePackage(): Promise<void> {
	const tarball = process.env.PACKAGE_TARBALL;
	if (tarball !== undefined) await rm(dirname(tarball), { recursive: true, force: true });
}
