import {
	type Browser,
	type BrowserContextOptions,
	type Page,
	chromium,
	selectors,
} from 'playwright-core';

import { exists } from '../n8n/files';

/** How long to wait for something on a page. n8n and the browser may share a slow machine. */
const SHOWN_WITHIN_MS = 60_000;
const LOADED_WITHIN_MS = 120_000;

const VIEWPORT = { width: 1280, height: 800 };

/**
 * The path of the browser: `CHROMIUM`, or where Debian's package installs it.
 *
 * @throws if it doesn't exist. The message says how to install it
 */
export async function findChromium(): Promise<string> {
	const path = process.env.CHROMIUM ?? '/usr/bin/chromium';
	if (await exists(path)) return path;
	throw new Error(
		`Couldn't find a browser at ${path}. On Debian, run apt-get install chromium. Otherwise, set CHROMIUM to the path of Chromium or Chrome.`,
	);
}

/** Starts a headless browser that can only reach 127.0.0.1. The caller must close it. */
export async function launchBrowser(): Promise<Browser> {
	selectors.setTestIdAttribute('data-test-id');
	return await chromium.launch({
		executablePath: await findChromium(),
		timeout: LOADED_WITHIN_MS,
		// On a signal, the caller cleans up in its own order.
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

/** Opens an empty page with its own profile, as on a first visit. */
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
