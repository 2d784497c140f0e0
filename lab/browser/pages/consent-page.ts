import type { Page } from 'playwright-core';

/** The stand-in org's page in the pop-up that asks whether to give n8n access. */
export class ConsentPage {
	constructor(private readonly popup: Page) {}

	/** The page's text. */
	async text(): Promise<string> {
		await this.popup.getByRole('button', { name: 'Allow' }).waitFor();
		return await this.popup.locator('main').innerText();
	}

	/** Gives access, and waits until n8n closes the pop-up. */
	async allow(): Promise<void> {
		const closed = this.popup.waitForEvent('close');
		await this.popup.getByRole('button', { name: 'Allow' }).click();
		await closed;
	}

	/** Denies access, and returns the error that n8n shows in the pop-up, with its details. */
	async deny(): Promise<string> {
		await this.popup.getByRole('button', { name: 'Deny' }).click();
		await this.popup.getByText('More details').click();
		const text = await this.popup.locator('body').innerText();
		await this.popup.close();
		return text;
	}
}
