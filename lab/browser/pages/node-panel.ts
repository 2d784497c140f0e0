import type { Locator, Page } from 'playwright-core';

import { CredentialDialog } from './credential-dialog';

/** The panel of one node: its parameters, and its output when it has run. */
export class NodePanel {
	private readonly panel: Locator;

	private constructor(private readonly page: Page) {
		this.panel = page.getByTestId('ndv');
	}

	/** The panel that opens at the moment. */
	static async opened(page: Page): Promise<NodePanel> {
		const opened = new NodePanel(page);
		await opened.panel.getByTestId('node-parameters').waitFor();
		return opened;
	}

	/** The yellow note above the parameters. */
	async notice(): Promise<string> {
		return await this.panel.getByTestId('node-parameters').getByRole('alert').innerText();
	}

	/** The names of the parameters that are shown, without the note. */
	async parameters(): Promise<string[]> {
		const labels = this.panel.getByTestId('node-parameters').getByTestId('input-label');
		const texts = await labels.filter({ visible: true }).allInnerTexts();
		// Behind the name stands the switch between a fixed value and an expression.
		return texts.map((text) => text.split('\n')[0]);
	}

	/** Picks an option of a drop-down in which there may be several. */
	async choose(parameter: string, option: string): Promise<void> {
		const dropDown = this.dropDown(parameter);
		await dropDown.click();
		await this.page.getByRole('option', { name: option }).filter({ visible: true }).first().click();
		await dropDown.press('Escape');
	}

	/** What a drop-down shows as chosen. */
	async chosen(parameter: string): Promise<string> {
		return await this.dropDown(parameter).inputValue();
	}

	/** What a drop-down offers, each with its explanation. */
	async choices(parameter: string): Promise<string[]> {
		await this.dropDown(parameter).click();
		const options = this.page.getByRole('option').filter({ visible: true });
		await options.first().waitFor();
		const texts = await options.allInnerTexts();
		await this.dropDown(parameter).click();
		await options.first().waitFor({ state: 'hidden' });
		return texts;
	}

	/** Turns a switch on or off. */
	async toggle(parameter: string): Promise<void> {
		await this.item(parameter).locator('.el-switch').click();
	}

	/** Begins a first credential. */
	async connectTo(service: string): Promise<CredentialDialog> {
		await this.panel.getByRole('button', { name: `Connect to ${service}` }).click();
		return await CredentialDialog.opened(this.page);
	}

	/** Opens the chosen credential. */
	async editCredential(): Promise<CredentialDialog> {
		await this.panel.getByTestId('credential-edit-button').click();
		return await CredentialDialog.opened(this.page);
	}

	/** The first item of the output as a table: each field with what stands below it. */
	async outputTable(): Promise<Record<string, string>> {
		await this.showOutputAs('Table');
		const output = this.output();
		await output.getByRole('cell').first().waitFor();
		const fields = await output.getByRole('columnheader').allInnerTexts();
		const values = await output.getByRole('row').nth(1).getByRole('cell').allInnerTexts();
		const named = fields.map((field, index) => [field, values[index] ?? '']);
		return Object.fromEntries(named.filter(([field]) => field !== ''));
	}

	async showOutputAs(view: 'Schema' | 'Table' | 'JSON'): Promise<void> {
		await this.output().getByRole('radio', { name: view }).click();
	}

	/** Folds an object in the output's schema. */
	async fold(field: string): Promise<void> {
		const item = this.output()
			.getByTestId('run-data-schema-item')
			.filter({ has: this.page.locator(`[data-path=".${field}"]`) });
		await item.locator('.toggle').click();
		await item.locator('.collapse-icon.collapsed').waitFor();
	}

	async close(): Promise<void> {
		await this.panel.getByTestId('ndv-close-button').click();
		await this.panel.waitFor({ state: 'hidden' });
	}

	private output(): Locator {
		return this.panel.getByTestId('output-panel');
	}

	private item(parameter: string): Locator {
		return this.panel
			.getByTestId('parameter-item')
			.filter({ hasText: new RegExp(`^\\s*${parameter}`) });
	}

	private dropDown(parameter: string): Locator {
		return (
			this.item(parameter)
				// One for several options has a second one for what is chosen.
				.getByRole('combobox')
				.first()
		);
	}
}
