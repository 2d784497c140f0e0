import type { Page } from 'playwright-core';

/** The stand-in org's own page, with its sign-in buttons. */
export class OrgPage {
	private constructor(private readonly page: Page) {}

	/** Opens the page in another tab. */
	static async open(other: Page, url: string): Promise<OrgPage> {
		const page = await other.context().newPage();
		await page.goto(url);
		return new OrgPage(page);
	}

	/** The text of the event hooks table. */
	async hooks(): Promise<string> {
		return await this.page.getByRole('region', { name: 'Event hooks' }).innerText();
	}

	/**
	 * Clicks a button.
	 *
	 * @returns what the page shows once the event is delivered
	 */
	async signIn(button: string): Promise<string> {
		await this.page.getByRole('button', { name: button, exact: true }).click();
		const outcome = this.page.getByRole('status').filter({ hasText: 'delivered to' });
		return await outcome.innerText();
	}

	async close(): Promise<void> {
		await this.page.close();
	}
}
