import type { Page } from 'playwright-core';

import { Cleanup } from '../../lab/process/cleanup';
import { TRIGGER } from '../../lab/n8n/mfa-workflow';
import { OWNER } from '../../lab/n8n/owner';
import { EVENT_CARD_KEYS } from '../../lab/fixtures/event-card-keys';
import { openPage } from '../../lab/browser/browser';
import { ConsentPage } from '../../lab/browser/pages/consent-page';
import { EditorPage } from '../../lab/browser/pages/editor-page';
import { ExecutionsPage } from '../../lab/browser/pages/executions-page';
import { OrgPage } from '../../lab/browser/pages/org-page';
import { SignInPage } from '../../lab/browser/pages/sign-in-page';
import { step } from './step';
import { startWorld, type World } from '../../lab/browser/world';

const cleanup = new Cleanup();
let world: World;
let page: Page;
beforeAll(async () => {
	world = await startWorld(cleanup, { tarball: process.env.PACKAGE_TARBALL ?? '' });
	page = await openPage(world.browser);
});
afterAll(async () => expect(await cleanup.run()).toEqual([]));

it('takes a user from signing in to n8n to the fields of the first event', async () => {
	const { n8n, org } = world;
	const editor = new EditorPage(page);

	await step(page, 'signs in to n8n and creates a workflow', async () => {
		await new SignInPage(page, n8n.url).signIn(OWNER);
		await editor.create();
	});

	const panel = await step(page, 'finds the trigger in the node picker and adds it', async () => {
		await editor.searchFirstNode('MFA');
		expect(await editor.foundNode(TRIGGER)).toContain('signs in to Okta with MFA');
		await editor.searchFirstNode('okta');
		return await editor.addFoundNode(TRIGGER);
	});

	await step(page, 'reads in the panel what the node does and returns', async () => {
		expect(await panel.notice()).toMatch(/^Publishing this workflow creates an event hook/);
		expect(await panel.parameters()).toEqual([
			'Okta Events',
			'Outcomes',
			'Factors',
			'Ignore Password Verifications',
			'Users',
			'Risk Levels',
			'Behaviors',
			'More Filters',
			'Catch Up From System Log',
			'Output',
			'Options',
		]);
		expect(await panel.chosen('Output')).toBe('Event Card');
		expect(await panel.choices('Output')).toEqual([
			expect.stringMatching(/^Event Card\s+The fields of /),
			expect.stringMatching(/^Summary\s+One flat object /),
			expect.stringMatching(/^Raw Event\s+The System Log event /),
		]);
	});

	await step(page, 'finds events that only the System Log has once Catch Up is on', async () => {
		const logOnly = /^Push Denied \(Classic Engine\)\s+.*within five minutes, from the System Log/;
		expect(await panel.choices('Okta Events')).toContainEqual(
			expect.stringMatching(/^Factor Reset\s/),
		);
		expect(await panel.choices('Okta Events')).not.toContainEqual(expect.stringMatching(logOnly));
		await panel.toggle('Catch Up From System Log');
		expect(await panel.choices('Okta Events')).toContainEqual(expect.stringMatching(logOnly));
		await panel.toggle('Catch Up From System Log');
	});

	await step(page, "sees 'Behaviors Match' only if behaviors are selected", async () => {
		await panel.choose('Behaviors', 'New Device');
		expect(await panel.parameters()).toContain('Behaviors Match');
		await panel.choose('Behaviors', 'New Device');
		expect(await panel.parameters()).not.toContain('Behaviors Match');
	});

	await step(page, 'creates the credential and connects it through the consent page', async () => {
		const dialog = await panel.connectTo('Okta');
		await dialog.fill({
			'Client ID': org.client.id,
			'Client Secret': org.client.secret,
			'Okta Org URL': org.url,
		});
		const consent = new ConsentPage(await dialog.connectInPopup());
		expect(await consent.text()).toContain('Create, change, and delete event hooks');
		await consent.allow();
		await dialog.waitUntilClosed();
	});

	await step(page, 'sees that it is connected', async () => {
		const dialog = await panel.editCredential();
		await dialog.waitForText('Account connected');
		await dialog.close();
	});

	await step(page, 'selects only failed pushes and sees the filters below the node', async () => {
		await panel.choose('Outcomes', 'Failure');
		await panel.choose('Factors', 'Okta Verify Push');
		await panel.close();
		expect(await editor.subtitleOf(TRIGGER)).toBe('Failure · Okta Verify Push');
	});

	await step(page, 'publishes the workflow', async () => {
		await editor.publish();
		expect(await editor.confirmPublished()).toContain(
			'The workflow now starts when Okta sends one of the selected events.',
		);
	});

	await step(page, "approves and denies a push on the org's page", async () => {
		const orgPage = await OrgPage.open(page, org.url);
		expect(await orgPage.hooks()).toMatch(/ACTIVE\s+VERIFIED/);
		expect(await orgPage.signIn('Push approved')).toBe('Push approved: delivered to 1 event hook');
		expect(await orgPage.signIn('Push denied')).toBe('Push denied: delivered to 1 event hook');
		await orgPage.close();
	});

	await step(page, 'opens the only execution and reads the fields', async () => {
		const executions = new ExecutionsPage(page);
		await executions.openFromEditor();
		await executions.openNewest();
		expect(await executions.count()).toBe(1);
		const output = await (await executions.openNode(TRIGGER)).outputTable();

		expect(Object.keys(output)).toEqual(EVENT_CARD_KEYS);
		expect(output).toMatchObject({
			message: 'Authentication of user via MFA',
			eventType: 'user.authentication.auth_via_mfa',
			oktaUser: expect.stringMatching(/mara\.lindt@example\.com\s+displayName:\s*Mara Lindt/),
			eventDetails: expect.stringMatching(/outcome\s+result:\s*FAILURE/),
			debugContext: expect.stringMatching(/factor:\s*OKTA_VERIFY_PUSH/),
		});
		const [{ id }] = org.hooks();
		expect(JSON.stringify(output)).not.toContain(org.secretOf(id));
	});
});
