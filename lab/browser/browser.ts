import {
	type Browser,
	type BrowserContextOptions,
	type Page,
	chromium,
	selectors,
} from 'playwright-core';

import { exists } from '../n8n/files';

/** How long a page may take to show what is waited for: n8n and the browser share a small machine. */
const SHOWN_WITHIN_MS = 60_000;
const LOADED_WITHIN_MS = 120_000;

const VIEWPORT = { width: 1280, height: 800 };

/**
 * The browser program: `CHROMIUM`, else where Debian's package puts it.
 *
 * @throws when it is not there; the message says how to get it
 */
export async function findChromium(): Promise<string> {
	const path = process.env.CHROMIUM ?? '/usr/bin/chromium';
	if (await exists(path)) return path;
	throw new Error(
		`There is no browser at ${path}. On Debian: apt-get install chromium. Elsewhere, set CHROMIUM to the path of a Chromium or Chrome.`,
	);
}

/** Starts a browser without a window that sees nothing but 127.0.0.1. Whoever starts it closes it. */
export async function launchBrowser(): Promise<Browser> {
	selectors.setTestIdAttribute('data-test-id');
	return await chromium.launch({
		executablePath: await findChromium(),
		timeout: LOADED_WITHIN_MS,
		// Who started it cleans up at a signal, in its own order.
		handleSIGINT: false,
		handleSIGTERM: false,
		handleSIGHUP: false,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--no-proxy-server',
			'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
		],
	});
}

/** Opens an empty page with a profile of its own, as somebody who has never been here. */
export async function openPage(
	browser: Browser,
	options: BrowserContextOptions = {},
): Promise<Page> {
	const context = await browser.newContext({
		viewport: VIEWPORT,
		locale: 'en-US',
		timezoneId: 'UTC',
		...options,
	});
	context.setDefaultTimeout(SHOWN_WITHIN_MS);
	context.setDefaultNavigationTimeout(LOADED_WITHIN_MS);
	return await context.newPage();
}
