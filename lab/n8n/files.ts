import { access, readdir } from 'node:fs/promises';

/** Whether something exists at this path that this process can access. */
export async function exists(path: string): Promise<boolean> {
	try {
		await access(path);
		return true;
	} catch {
		return false;
	}
}

/** The names in a folder. Empty if the folder doesn't exist. */
export async function namesIn(folder: string): Promise<string[]> {
	return (await exists(folder)) ? await readdir(folder) : [];
}
