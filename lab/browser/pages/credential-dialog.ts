import type { Locator, Page } from 'playwright-core';

/** n8n's dialog for one credential. */
export class CredentialDialog {
	private readonly dialog: Locator;

	private constructor(private readonly page: Page) {
		this.dialog = page.getByTestId('editCredential-modal');
	}

	/** Waits for the dialog to open. */
	static async opened(page: Page): Promise<CredentialDialog> {
		const opened = new CredentialDialog(page);
		await opened.dialog.getByTestId('credential-connection-parameter').first().waitFor();
		return opened;
	}

	/** @param fields the values by label, e.g. 'Client ID' */
	async fill(fields: Record<string, string>): Promise<void> {
		for (const [label, value] of Object.entries(fields)) {
			await this.dialog
				.getByTestId('credential-connection-parameter')
				.filter({ hasText: new RegExp(`^\\s*${label}`) })
				.getByRole('textbox')
				.fill(value);
		}
	}

	/** Selects another authentication instead of 'OAuth2', e.g. 'Service App'. */
	async chooseAuthentication(name: string): Promise<void> {
		await this.dialog.getByRole('button', { name: 'OAuth2', exact: true }).click();
		await this.page.getByRole('menuitem', { name }).click();
		await this.dialog.getByText(/Service App API$/).waitFor();
	}

	/** Saves the credential, which makes n8n test it. */
	async save(): Promise<void> {
		await this.dialog.getByRole('button', { name: 'Save' }).click();
	}

	/** Opens the details of "Couldn't connect with these settings". */
	async showDetails(): Promise<void> {
		await this.dialog.getByText('More details').click();
	}

	/** Clicks Connect. n8n may then open a pop-up. */
	async connect(): Promise<void> {
		await this.connectButton().click();
	}

	/** Clicks Connect and returns the pop-up. */
	async connectInPopup(): Promise<Page> {
		const [popup] = await Promise.all([this.page.waitForEvent('popup'), this.connect()]);
		return popup;
	}

	/** n8n closes the dialog by itself once the credential is connected. */
	async waitUntilClosed(): Promise<void> {
		await this.dialog.waitFor({ state: 'hidden' });
	}

	/** Waits until the dialog shows this text. */
	async waitForText(text: string): Promise<void> {
		await this.dialog.getByText(text).waitFor();
	}

	async close(): Promise<void> {
		await this.dialog.getByRole('button', { name: 'Close this dialog' }).click();
		await this.waitUntilClosed();
	}

	private connectButton(): Locator {
		return this.dialog.getByRole('button', { name: 'Connect', exact: true });
	}
}
