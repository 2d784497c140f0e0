import { access, readdir } from 'node:fs/promises';

/** Whether there is something at this path that this process can see. */
export async function exists(path: string): Promise<boolean> {
	try {
		await access(path);
		return true;
	} catch {
		return false;
	}
}

/** The names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
	return (await exists(folder)) ? await readdir(folder) : [];
}
