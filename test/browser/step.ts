import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

/**
 * Does one step of a person's way. When it fails, the error names the step and the pictures of what
 * the person saw, a file for each open page.
 *
 * @param page any page of the person
 * @param title what the person does, e.g. 'publishes the workflow'
 */
export async function step<T>(page: Page, title: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		const seen = await picturesOf(page).catch(() => ['no picture could be taken']);
		const lines = [`The person ${title}: ${messageOf(error)}`, 'What they saw:', ...seen];
		throw new Error(lines.join('\n'), { cause: error });
	}
}

async function picturesOf(page: Page): Promise<string[]> {
	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-browser-failure-'));
	const pictures: string[] = [];
	for (const [index, open] of page.context().pages().entries()) {
		const path = join(folder, `page-${index + 1}.png`);
		await open.screenshot({ path });
		pictures.push(`${path} (${new URL(open.url()).pathname})`);
	}
	return pictures;
}

/** Not `instanceof Error`: under jest, errors can be of another realm. */
function messageOf(error: unknown): string {
	const isErrorLike = typeof error === 'object' && error !== null && 'message' in error;
	return String(isErrorLike ? error.message : error);
}
