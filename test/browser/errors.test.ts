import type { Page } from 'playwright-core';

import { Cleanup } from '../../lab/process/cleanup';
import { mfaWorkflow, TRIGGER } from '../../lab/n8n/mfa-workflow';
import { connectToOkta, serviceAppCredential } from '../../lab/n8n/okta-credential';
import { OWNER } from '../../lab/n8n/owner';
import type { Credential, CredentialInput } from '../../lab/n8n/rest';
import { openPage } from '../../lab/browser/browser';
import { ConsentPage } from '../../lab/browser/pages/consent-page';
import type { CredentialDialog } from '../../lab/browser/pages/credential-dialog';
import { EditorPage } from '../../lab/browser/pages/editor-page';
import { SignInPage } from '../../lab/browser/pages/sign-in-page';
import { dismissToast } from '../../lab/browser/pages/toasts';
import { step } from './step';
import { startWorld, type World } from '../../lab/browser/world';

const cleanup = new Cleanup();
let world: World;
let page: Page;
beforeAll(async () => {
	world = await startWorld(cleanup, { tarball: process.env.PACKAGE_TARBALL ?? '' });
});
beforeEach(async () => {
	world.org.clearRequests();
	page = await openPage(world.browser);
	await step(page, 'signs in to n8n', async () => {
		await new SignInPage(page, world.n8n.url).signIn(OWNER);
	});
});
afterEach(async () => {
	await page?.context().close();
	for (const { id } of await credentials()) await world.rest.deleteCredential(id);
});
afterAll(async () => expect(await cleanup.run()).toEqual([]));

async function credentials(): Promise<Credential[]> {
	return await world.rest.call('GET', '/rest/credentials');
}

async function fillInCredential(url: string): Promise<CredentialDialog> {
	const { id, secret } = world.org.client;
	return await step(page, 'fills in the credential', async () => {
		const editor = new EditorPage(page);
		await editor.create();
		await editor.searchFirstNode('okta');
		const dialog = await (await editor.addFoundNode(TRIGGER)).connectTo('Okta');
		await dialog.fill({ 'Client ID': id, 'Client Secret': secret, 'Okta Org URL': url });
		return dialog;
	});
}

async function isConnected(): Promise<boolean> {
	const [{ id }] = await credentials();
	return Boolean((await world.rest.credential(id)).data.oauthTokenData);
}

it.each(['http://your-org.okta.com', 'our Okta'])(
	'says how to enter the org URL if it is "%s"',
	async (url) => {
		const dialog = await fillInCredential(url);
		await step(page, 'connects and reads why it fails', async () => {
			await dialog.connect();
			const toast = await dismissToast(page, 'OAuth Authorization Error');
			expect(toast).toContain('enter-the-okta-org-url-like-https-your-org.okta.com');
			await dialog.waitForText('Connect your account to use this credential');
			expect(await isConnected()).toBe(false);
		});
	},
);

it('says that access was denied if the user denies it, and connects once the user allows it', async () => {
	const { org } = world;
	const dialog = await fillInCredential(org.url);
	await step(page, 'denies access', async () => {
		const failure = await new ConsentPage(await dialog.connectInPopup()).deny();
		expect(failure).toContain('Failed to connect. The window can be closed now.');
		expect(failure).toContain('access_denied');
		await dialog.waitForText('Connect your account to use this credential');
		expect(await isConnected()).toBe(false);
		expect(org.requests().filter(({ grantType }) => grantType !== undefined)).toEqual([]);
	});

	await step(page, 'allows access on the second attempt', async () => {
		await new ConsentPage(await dialog.connectInPopup()).allow();
		await dialog.waitUntilClosed();
		expect(await isConnected()).toBe(true);
	});
});

it('says what is wrong with a service app, and that it works once it is fixed', async () => {
	const { org } = world;
	const app = serviceAppCredential(org, { scopes: [] });
	const withoutRole = serviceAppCredential(org, { admin: false });
	const fieldsOf = ({ data }: CredentialInput) => ({
		'Okta Org URL': String(data.url),
		'Client ID': String(data.clientId),
		'Key ID': String(data.keyId),
		'Private Key': String(data.privateKey),
	});
	const [panel, dialog] = await step(page, 'fills in a wrong key ID', async () => {
		const editor = new EditorPage(page);
		await editor.create();
		await editor.searchFirstNode('okta');
		const openedPanel = await editor.addFoundNode(TRIGGER);
		const opened = await openedPanel.connectTo('Okta');
		await opened.chooseAuthentication('Service App');
		await opened.fill({ ...fieldsOf(app), 'Key ID': 'another-key' });
		return [openedPanel, opened];
	});

	await step(page, 'saves it and reads what is wrong', async () => {
		await dialog.save();
		await dialog.showDetails();
		await dialog.waitForText("has no active key with the ID 'another-key'. Compare 'Key ID'");
	});

	await step(page, 'fixes the key ID and reads that the app has no scope', async () => {
		await dialog.fill({ 'Key ID': fieldsOf(app)['Key ID'] });
		await dialog.save();
		await dialog.waitForText("hasn't been granted any scope that the nodes need");
		await dialog.waitForText("grant 'okta.eventHooks.manage' for the Okta User MFA Trigger");
	});

	await step(page, 'enters another app and reads that it has no admin role', async () => {
		await dialog.fill(fieldsOf(withoutRole));
		await dialog.save();
		await dialog.waitForText('but not the admin role for it. In the Okta Admin Console');
		await dialog.waitForText("'Admin roles' tab");
	});

	await step(page, 'enters the first app again, which now has the System Log scope', async () => {
		org.grantScopes(String(app.data.clientId), ['okta.logs.read']);
		await dialog.fill(fieldsOf(app));
		await dialog.save();
		await dialog.waitUntilClosed();
		const again = await panel.editCredential();
		await again.waitForText('Connection tested successfully');
	});
});

it("names WEBHOOK_URL if Okta can't reach n8n, and leaves no event hook behind", async () => {
	const { n8n, rest, org } = world;
	const credential = await connectToOkta(rest, org);
	const { id } = await rest.createWorkflow(mfaWorkflow(credential));
	await n8n.stop();
	// Nothing listens there. To Okta, an address that the internet can't reach looks the same.
	await n8n.start({ WEBHOOK_URL: 'http://127.0.0.1:9/' });

	await step(page, 'publishes the workflow and reads why it fails', async () => {
		const editor = new EditorPage(page);
		await editor.open(n8n.url, id);
		await editor.publish();
		const toast = await dismissToast(page, 'Workflow could not be published');
		expect(toast).toContain("Okta couldn't verify the webhook URL http://127.0.0.1:9/webhook/");
		expect(toast).toContain('Check WEBHOOK_URL');
	});
	expect(org.hooks()).toEqual([]);
});
