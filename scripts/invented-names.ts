import type { Page } from 'playwright-core';

/**
 * Shows a page of n8n other texts than there are: ports and random ids would make each picture a
 * different one, and 127.0.0.1 is not what a reader has.
 *
 * @param names each real text with the invented one
 */
export async function showInvented(page: Page, names: Array<[string, string]>): Promise<void> {
	await page.route(/\/rest\/(settings|credentials|executions|workflows)\b/, async (route) => {
		if (route.request().method() !== 'GET') return await route.fallback();
		const response = await route.fetch();
		let body = await response.text();
		for (const [real, invented] of names) body = body.replaceAll(real, invented);
		await route.fulfill({ response, body });
	});
}
