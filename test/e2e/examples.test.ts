import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { activate, deactivate } from '../n8n/activation';
import { waitForExecutions } from '../n8n/executions';
import { connectToOkta } from '../n8n/okta-credential';
import type { WorkflowInput } from '../n8n/rest';
import { waitFor } from '../n8n/wait-for';
import { OFTEN } from './poll-times';
import { startWorld } from './world';
import type { World } from './world';

let world: World;
beforeAll(async () => {
	world = await startWorld();
});
afterAll(async () => await world?.stop());

/** Imports an example and does what a person does then: chooses the credential. */
async function importExample(name: string): Promise<string> {
	const text = readFileSync(join(__dirname, '../../examples', name), 'utf8');
	const workflow = JSON.parse(text) as WorkflowInput;
	const scopes = 'okta.eventHooks.manage okta.logs.read offline_access';
	const { id, name: credentialName } = await connectToOkta(world.rest, world.org, scopes);
	for (const node of workflow.nodes) {
		if (!node.type.startsWith('n8n-nodes-okta-mfa.')) continue;
		node.credentials = { oktaOAuth2Api: { id, name: credentialName } };
		if ('pollTimes' in node.parameters) node.parameters.pollTimes = OFTEN;
	}
	return (await world.rest.createWorkflow(workflow)).id;
}

it('instant-and-complete.json: hands each sign-in on once, also one that Okta could not deliver', async () => {
	const { org, rest } = world;
	const id = await importExample('instant-and-complete.json');
	await activate(rest, id);
	const pollsSoFar = () =>
		org.requests().filter(({ path }) => path.startsWith('/api/v1/logs')).length;
	const delivered = await org.signIn('sms');
	expect(delivered.deliveries.map(({ status }) => status)).toEqual([204]);
	const [{ id: hookId }] = org.hooks();
	org.console.deactivateHook(hookId);
	const missed = await org.signIn('pushDenied');
	expect(missed.deliveries).toEqual([]);
	const polls = pollsSoFar();
	await waitFor('two more polls', 60_000, () => (pollsSoFar() >= polls + 2 ? true : undefined));
	await deactivate(rest, id);

	const executions = await waitForExecutions(rest, id, 2);
	const uuids = (node: string) =>
		executions.flatMap((execution) => execution.itemsOf(node)).map(({ uuid }) => uuid);
	expect(uuids('Okta User MFA Trigger')).toEqual([delivered.event.uuid]);
	expect(uuids('Okta User MFA Polling Trigger')).toEqual([delivered.event.uuid, missed.event.uuid]);
	expect(uuids('Each sign-in once')).toEqual([delivered.event.uuid, missed.event.uuid]);
});
