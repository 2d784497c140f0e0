import type { Page } from 'playwright-core';

/** Waits for the toast with this title, closes it, and returns its text. */
export async function dismissToast(page: Page, title: string): Promise<string> {
	const toast = page.locator('.el-notification').filter({ hasText: title }).first();
	const text = (await toast.innerText()).replace(/\s+/g, ' ').trim();
	await toast.locator('.el-notification__closeBtn').click();
	await toast.waitFor({ state: 'hidden' });
	return text;
}
