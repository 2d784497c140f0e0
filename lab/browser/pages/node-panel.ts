import type { Locator, Page } from 'playwright-core';

import { CredentialDialog } from './credential-dialog';

/** The panel of one node, with its parameters, and its output if it has run. */
export class NodePanel {
	private readonly panel: Locator;

	private constructor(private readonly page: Page) {
		this.panel = page.getByTestId('ndv');
	}

	/** Waits for the panel to open. */
	static async opened(page: Page): Promise<NodePanel> {
		const opened = new NodePanel(page);
		await opened.panel.getByTestId('node-parameters').waitFor();
		return opened;
	}

	/** The text of the yellow notice above the parameters. */
	async notice(): Promise<string> {
		return await this.panel.getByTestId('node-parameters').getByRole('alert').innerText();
	}

	/** The names of the visible parameters, without the notice. */
	async parameters(): Promise<string[]> {
		const labels = this.panel.getByTestId('node-parameters').getByTestId('input-label');
		const texts = await labels.filter({ visible: true }).allInnerTexts();
		// The name is followed by the switch between a fixed value and an expression.
		return texts.map((text) => text.split('\n')[0]);
	}

	/** Selects or clears an option in a drop-down that allows several. */
	async choose(parameter: string, option: string): Promise<void> {
		const dropDown = this.dropDown(parameter);
		await dropDown.click();
		const options = this.page.getByRole('option').filter({ visible: true });
		// The description of another option can contain the name.
		await options.filter({ has: this.page.getByText(option, { exact: true }) }).click();
		await dropDown.press('Escape');
	}

	/** The value that a drop-down shows. */
	async chosen(parameter: string): Promise<string> {
		return await this.dropDown(parameter).inputValue();
	}

	/** The options of a drop-down, each with its description. */
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

	/** Opens the dialog for a first credential. */
	async connectTo(service: string): Promise<CredentialDialog> {
		await this.panel.getByRole('button', { name: `Connect to ${service}` }).click();
		return await CredentialDialog.opened(this.page);
	}

	/** Opens the selected credential. */
	async editCredential(): Promise<CredentialDialog> {
		await this.panel.getByTestId('credential-edit-button').click();
		return await CredentialDialog.opened(this.page);
	}

	/** The first item of the output, from the table view: the text of each field, by name. */
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

	/** Collapses an object in the output's schema. */
	async collapse(field: string): Promise<void> {
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
				// A drop-down for several options has a second one for the selected options.
				.getByRole('combobox')
				.first()
		);
	}
}
