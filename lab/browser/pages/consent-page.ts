import type { Page } from 'playwright-core';

/** The stand-in org's page in the pop-up that asks whether n8n may have access. */
export class ConsentPage {
	constructor(private readonly popup: Page) {}

	/** What the page says. */
	async text(): Promise<string> {
		await this.popup.getByRole('button', { name: 'Allow' }).waitFor();
		return await this.popup.locator('main').innerText();
	}

	/** n8n then closes the pop-up. */
	async allow(): Promise<void> {
		const closed = this.popup.waitForEvent('close');
		await this.popup.getByRole('button', { name: 'Allow' }).click();
		await closed;
	}

	/** n8n then says in the pop-up what went wrong. Returns that, with the details; closes the pop-up. */
	async refuse(): Promise<string> {
		await this.popup.getByRole('button', { name: 'Deny' }).click();
		await this.popup.getByText('More details').click();
		const text = await this.popup.locator('body').innerText();
		await this.popup.close();
		return text;
	}
}
