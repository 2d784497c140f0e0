/**
 * Takes the screenshots in `docs/images` from a real n8n and a stand-in for the Okta org:
 *
 *     npm run screenshots
 */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Page } from 'playwright-core';

import { findChromium, openPage } from '../lab/browser/browser';
import { EditorPage } from '../lab/browser/pages/editor-page';
import { ExecutionsPage } from '../lab/browser/pages/executions-page';
import { SignInPage } from '../lab/browser/pages/sign-in-page';
import { N8N_VERSION, startWorld, type World } from '../lab/browser/world';
import { activate } from '../lab/n8n/activation';
import { waitForExecutions } from '../lab/n8n/executions';
import { ensureN8n } from '../lab/n8n/install';
import { mfaWorkflow, TRIGGER } from '../lab/n8n/mfa-workflow';
import { connectToOkta } from '../lab/n8n/okta-credential';
import { OWNER } from '../lab/n8n/owner';
import { packTarball } from '../lab/n8n/package-tarball';
import type { Cleanup } from '../lab/process/cleanup';
import { showInvented } from './invented-names';
import { Steps } from '../lab/process/steps';
import { runScript } from '../lab/process/script';

const FOLDER = resolve(__dirname, '../docs/images');
const MAX_BYTES = 200_000;
const THEMES = ['light', 'dark'] as const;

/** The org's clock is fixed, so that every picture shows the same times. */
const NOW = Date.parse('2026-03-02T08:41:27.318Z');
const CLIENT_ID = '0oa4example8n8nMFA5d7';
const EVENT_UUID = '5d0c6f9e-1607-11f1-9c1d-2b6f4f0f3a51';

/** What is unusual about the sign-in in the picture of a summary. */
const UNUSUAL = {
	risk: '{reasons=Anomalous Location, Anomalous Device, level=HIGH}',
	behaviors:
		'{New Geo-Location=POSITIVE, New Device=POSITIVE, New IP=POSITIVE, New State=POSITIVE, New Country=POSITIVE, Velocity=NEGATIVE, New City=POSITIVE}',
};

/** The subject of the pictures: two workflows that have run once. */
interface Scene {
	workflowId: string;
	/** The one whose trigger returns summaries. */
	summaryId: string;
	/** Real names and their replacements. */
	names: Array<[string, string]>;
}

async function takeScreenshots(steps: Steps, cleanup: Cleanup, signal: AbortSignal): Promise<void> {
	await findChromium();
	await steps.run(`Getting n8n ${N8N_VERSION}`, async (report) => {
		await ensureN8n(N8N_VERSION, report, { signal });
	});
	const tarball = await steps.run('Building and packing the package', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'okta-mfa-package-'));
		await cleanup.add(`Removing ${folder}`, async () => {
			await rm(folder, { recursive: true, force: true });
		});
		return await packTarball(folder, { signal });
	});
	const world = await steps.run('Starting n8n, a stand-in org and a browser', async () => {
		const org = { clientId: CLIENT_ID, now: () => NOW };
		return await startWorld(cleanup, { tarball, org, signal });
	});
	const scene = await steps.run('Running a workflow once', async () => await setScene(world));
	await mkdir(FOLDER, { recursive: true });
	for (const theme of THEMES) {
		await steps.run(`Taking the ${theme} pictures`, async () => {
			await takePictures(world, scene, theme);
		});
	}
}

async function setScene({ n8n, rest, org }: World): Promise<Scene> {
	const credential = await connectToOkta(rest, org);
	const { id } = await rest.createWorkflow(
		mfaWorkflow(credential, {
			parameters: { outcomes: ['FAILURE'], factors: ['OKTA_VERIFY_PUSH'] },
		}),
	);
	await activate(rest, id);
	const [delivery] = await org.publish([org.buildEvent('pushDenied', { uuid: EVENT_UUID })]);
	await waitForExecutions(rest, id, 1);

	const { id: summaryId } = await rest.createWorkflow(
		mfaWorkflow(credential, {
			parameters: { riskLevels: ['HIGH'], behaviors: ['New Country'], output: 'summary' },
		}),
	);
	await activate(rest, summaryId);
	await org.publish([
		org.buildEvent('pushApproved', { uuid: EVENT_UUID, debugContext: { debugData: UNUSUAL } }),
	]);
	await waitForExecutions(rest, summaryId, 1);
	return {
		workflowId: id,
		summaryId,
		names: [
			[n8n.url, 'https://n8n.example.com'],
			[org.url, 'https://example.okta.com'],
			[delivery.eventId, '0b7c3d52-83f1-4b0a-9d56-6f2f3f1c7e90'],
			[delivery.hookId, 'who3example7MFAhook5d7'],
		],
	};
}

async function takePictures(
	{ browser, n8n }: World,
	{ workflowId, summaryId, names }: Scene,
	theme: (typeof THEMES)[number],
): Promise<void> {
	const page = await openPage(browser, { colorScheme: theme, deviceScaleFactor: 1 });
	await page.addInitScript((name) => localStorage.setItem('N8N_THEME', name), theme);
	await showInvented(page, names);
	await new SignInPage(page, n8n.url).signIn(OWNER);

	const editor = new EditorPage(page);
	await editor.open(n8n.url, workflowId);
	const panel = await editor.openNode(TRIGGER);
	await picture(page, `node-panel-${theme}`);

	const { width = 0, height = 0 } = page.viewportSize() ?? {};
	// n8n scrolls a dialog of this length, but the picture should show all of it.
	await page.setViewportSize({ width, height: 1_160 });
	await page.addStyleTag({ content: '.el-dialog { --dialog--max-height: none !important; }' });
	const dialog = await panel.editCredential();
	await dialog.waitForText('Account connected');
	await picture(page, `credential-${theme}`);
	await dialog.close();
	await panel.close();
	await page.setViewportSize({ width, height });

	const executions = new ExecutionsPage(page);
	await executions.openFromEditor();
	await executions.openNewest();
	const output = await executions.openNode(TRIGGER);
	await output.showOutputAs('Schema');
	for (const field of ['admin', 'eventDetails', 'headers', 'debugContext']) {
		await output.collapse(field);
	}
	await picture(page, `execution-${theme}`);

	await editor.open(n8n.url, summaryId);
	await executions.openFromEditor();
	await executions.openNewest();
	const summary = await executions.openNode(TRIGGER);
	await summary.showOutputAs('Schema');
	// n8n scrolls a list of this length, but the picture should show most of it.
	await page.setViewportSize({ width, height: 1_800 });
	await picture(page, `summary-${theme}`);
	await page.context().close();
}

/** @throws if a notification covers the page or the file is too large for a README */
async function picture(page: Page, name: string): Promise<void> {
	const path = join(FOLDER, `${name}.png`);
	// n8n opens a checklist over the first published workflow, sometimes with a delay.
	const checklist = page.getByTestId('suggested-actions-close');
	if (await checklist.isVisible()) await checklist.click();
	// Nothing should look hovered.
	await page.mouse.move(0, 0);
	await page.locator('.el-notification').first().waitFor({ state: 'hidden' });
	await page.waitForFunction('document.fonts.status === "loaded"');
	await page.screenshot({ path, animations: 'disabled' });
	const { size } = await stat(path);
	if (size > MAX_BYTES) throw new Error(`${path} is ${size} bytes, more than ${MAX_BYTES}.`);
}

void runScript(async (cleanup, signal) => {
	await takeScreenshots(new Steps(signal), cleanup, signal);
});
