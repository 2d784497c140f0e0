import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

/**
 * Runs one step of a user's journey. If it fails, the error names the step and the screenshots of what the user
 * saw, one for each open page.
 *
 * @param page any of the user's pages
 * @param title what the user does, e.g. 'publishes the workflow'
 */
export async function step<T>(page: Page, title: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		const screenshots = await screenshotsOf(page).catch(() => ["couldn't take any"]);
		const lines = [`The user ${title}: ${messageOf(error)}`, 'Screenshots:', ...screenshots];
		throw new Error(lines.join('\n'), { cause: error });
	}
}

async function screenshotsOf(page: Page): Promise<string[]> {
	const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-browser-failure-'));
	const screenshots: string[] = [];
	for (const [index, open] of page.context().pages().entries()) {
		const path = join(folder, `page-${index + 1}.png`);
		await open.screenshot({ path });
		screenshots.push(`${path} (${new URL(open.url()).pathname})`);
	}
	return screenshots;
}

/** Not `instanceof Error`: in Jest, errors can come from another realm. */
function messageOf(error: unknown): string {
	const isErrorLike = typeof error === 'object' && error !== null && 'message' in error;
	return String(isErrorLike ? error.message : error);
}
