import type { Page } from 'playwright-core';

import { NodePanel } from './node-panel';

/** The executions list of the open workflow, and the execution that's selected in it. */
export class ExecutionsPage {
	constructor(private readonly page: Page) {}

	/** Opens the list from the editor. */
	async openFromEditor(): Promise<void> {
		await this.page.getByRole('radio', { name: 'Executions' }).click();
		await this.page.getByTestId('executions-sidebar').waitFor();
	}

	/** Waits for an execution that succeeded, and opens the newest one. */
	async openNewest(): Promise<void> {
		const list = this.page.getByTestId('current-executions-list');
		await list.getByText('Succeeded in').first().click();
		await this.page.getByTestId('canvas-node-status-success').first().waitFor();
	}

	/** How many executions have succeeded. */
	async count(): Promise<number> {
		return await this.page.getByTestId('current-executions-list').getByText('Succeeded in').count();
	}

	/** Opens a node of the selected execution. */
	async openNode(name: string): Promise<NodePanel> {
		await this.page.getByTestId('canvas-node').filter({ hasText: name }).dblclick();
		return await NodePanel.opened(this.page);
	}
}
