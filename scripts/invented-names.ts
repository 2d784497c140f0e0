import type { Page } from 'playwright-core';

/**
 * Replaces names on an n8n page. Ports and random IDs would make every picture different, and readers don't
 * use 127.0.0.1.
 *
 * @param names each real name with its replacement
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
