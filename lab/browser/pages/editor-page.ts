import type { Page } from 'playwright-core';

import { waitFor } from '../../n8n/wait-for';
import { NodePanel } from './node-panel';

const CREATED_WITHIN_MS = 60_000;
const RETRY_AFTER_MS = 10_000;

/** The workflow editor: canvas, node picker, publishing. */
export class EditorPage {
	constructor(private readonly page: Page) {}

	/** Creates a workflow from n8n's sidebar. */
	async create(): Promise<void> {
		await this.page.getByTestId('universal-add').click();
		const newWorkflow = this.page.getByRole('menuitem', { name: 'New workflow' });
		const firstStep = this.page.getByText('Add first step');
		await newWorkflow.click();
		// While n8n still renders its start page, the click can get lost, and the menu stays open.
		await waitFor('a new workflow', CREATED_WITHIN_MS, async () => {
			try {
				await firstStep.waitFor({ timeout: RETRY_AFTER_MS });
				return true;
			} catch {
				if (await newWorkflow.isVisible()) await newWorkflow.click();
				return undefined;
			}
		});
	}

	/** Opens a workflow by its URL. */
	async open(n8nUrl: string, workflowId: string): Promise<void> {
		await this.page.goto(`${n8nUrl}/workflow/${workflowId}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/** Opens the node picker of an empty workflow and searches for this text. */
	async searchFirstNode(text: string): Promise<void> {
		await this.page.getByTestId('canvas-plus-button').click();
		await this.page.getByTestId('node-creator-search-bar').fill(text);
	}

	/** The node picker's text about a node that it found. */
	async foundNode(name: string): Promise<string> {
		return await this.pickerItem(name).innerText();
	}

	/** Adds a node that the picker found, and returns its panel, which n8n opens. */
	async addFoundNode(name: string): Promise<NodePanel> {
		await this.pickerItem(name).click();
		// The picker shows details of community nodes before it adds them.
		await this.page.getByRole('button', { name: 'Add to workflow' }).click();
		return await NodePanel.opened(this.page);
	}

	async openNode(name: string): Promise<NodePanel> {
		await this.page.getByTestId('canvas-node').filter({ hasText: name }).dblclick();
		return await NodePanel.opened(this.page);
	}

	/** The text below a node's name on the canvas. */
	async subtitleOf(name: string): Promise<string> {
		const text = await this.page.getByTestId('canvas-node').filter({ hasText: name }).innerText();
		// A trigger also has the button to execute the workflow.
		return text.split(/\n+/).filter((line) => line !== name)[0];
	}

	/** Starts publishing the workflow, which n8n then does in the background. */
	async publish(): Promise<void> {
		await this.page.getByRole('button', { name: 'Publish', exact: true }).click();
		const dialog = this.page.getByRole('dialog').filter({ hasText: 'Publish workflow' });
		await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
	}

	/** Waits for n8n's confirmation that the workflow is published, closes it, and returns its text. */
	async confirmPublished(): Promise<string> {
		const dialog = this.page.getByRole('dialog').filter({ hasText: 'Workflow published' });
		const text = await dialog.innerText();
		await dialog.getByRole('button', { name: 'Got it' }).click();
		return text;
	}

	private pickerItem(name: string) {
		return this.page.getByTestId('node-creator-node-item').filter({ hasText: name });
	}
}
