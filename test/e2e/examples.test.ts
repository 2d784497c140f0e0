import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { activate, deactivate } from '../n8n/activation';
import { waitForExecutions, waitForItems } from '../n8n/executions';
import { connectToOkta } from '../n8n/okta-credential';
import { OFTEN } from '../n8n/poll-times';
import type { Json, WorkflowInput } from '../n8n/rest';
import { waitFor } from '../n8n/wait-for';
import type { LogEvent, SignInKind } from '../okta-org';
import { IS_V1, startWorld } from './world';
import type { World } from './world';

let world: World;
beforeAll(async () => {
	// So that executions overlap more, as on a faster machine.
	world = await startWorld({}, { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' });
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

/** The examples with a table: n8n 1 has no node that makes one. */
const onN8n2 = IS_V1 ? describe.skip : describe;

onN8n2('An example that keeps a table', () => {
	let id: string;
	let deliveries = 0;

	async function begin(name: string): Promise<void> {
		deliveries = 0;
		id = await importExample(name);
		await activate(world.rest, id);
	}
	afterEach(async () => await deactivate(world.rest, id));

	function signIn(kind: SignInKind, person: string, minutesAgo = 0): LogEvent {
		const user = {
			id: `00u${person}`,
			type: 'User',
			alternateId: `${person}@example.com`,
			displayName: person,
			detailEntry: null,
		};
		const published = new Date(Date.now() - minutesAgo * 60_000).toISOString();
		return world.org.buildEvent(kind, { published, actor: user, target: [user] });
	}

	/** Delivers events one by one, or all at once, and returns what a node has put out for them. */
	async function itemsAfter(node: string, ...together: LogEvent[]): Promise<Json[]> {
		const attempts = await world.org.publish(together);
		expect(attempts.map(({ status }) => status)).toEqual([204]);
		deliveries += 1;
		const executions = await waitForExecutions(world.rest, id, deliveries);
		expect(executions.map(({ status, error }) => [status, error])).toEqual(
			executions.map(() => ['success', undefined]),
		);
		return executions.at(-1)?.itemsOf(node) ?? [];
	}

	/** Some people sign in at the same moment, right after the workflow was published. */
	async function signInAtOnce(kind: SignInKind): Promise<LogEvent[]> {
		const signIns = await Promise.all(
			Array.from({ length: 16 }, async () => await world.org.signIn(kind)),
		);
		expect(signIns.flatMap((each) => each.deliveries.map(({ status }) => status))).toEqual(
			signIns.map(() => 204),
		);
		return signIns.map(({ event }) => event);
	}

	it('instant-and-complete.json: hands each sign-in on once, also those that come at once or that Okta could not deliver', async () => {
		const { org, rest } = world;
		await begin('instant-and-complete.json');
		const pollsSoFar = () =>
			org.requests().filter(({ path }) => path.startsWith('/api/v1/logs')).length;
		const delivered = await signInAtOnce('sms');
		const [{ id: hookId }] = org.hooks();
		org.console.deactivateHook(hookId);
		const missed = await org.signIn('pushDenied');
		expect(missed.deliveries).toEqual([]);
		const polls = pollsSoFar();
		await waitFor('two more polls', 60_000, () => (pollsSoFar() >= polls + 2 ? true : undefined));
		await deactivate(rest, id);

		const triggers = ['Okta User MFA Trigger', 'Okta User MFA Polling Trigger'];
		const count = delivered.length + delivered.length + 1;
		const executions = await waitForItems(rest, id, triggers, count, 90_000);
		const uuids = (node: string) =>
			executions.flatMap((execution) => execution.itemsOf(node)).map(({ uuid }) => uuid);
		const all = [...delivered, missed.event].map(({ uuid }) => uuid);
		expect(uuids('Okta User MFA Trigger').toSorted()).toEqual(
			delivered.map(({ uuid }) => uuid).toSorted(),
		);
		expect(uuids('Okta User MFA Polling Trigger').toSorted()).toEqual(all.toSorted());
		expect(uuids('Each sign-in once').toSorted()).toEqual(all.toSorted());
	});

	it.each(['denied-pushes.json', 'new-factor.json', 'log-to-table.json'])(
		'%s: makes its table, also when the first sign-ins come at the same moment',
		async (name) => {
			await begin(name);
			const kind = name === 'denied-pushes.json' ? 'pushDenied' : 'sms';
			const events = await signInAtOnce(kind);
			const trigger = 'Okta User MFA Trigger';
			const executions = await waitForItems(world.rest, id, [trigger], events.length);
			expect(executions.map(({ status }) => status)).toEqual(executions.map(() => 'success'));
			const uuids = executions.flatMap(({ itemsOf }) => itemsOf(trigger)).map(({ uuid }) => uuid);
			expect(uuids.toSorted()).toEqual(events.map(({ uuid }) => uuid).toSorted());
		},
	);

	it('denied-pushes.json: alerts when one person has denied three pushes in ten minutes', async () => {
		await begin('denied-pushes.json');
		const denied = (person: string, minutesAgo = 0) => signIn('pushDenied', person, minutesAgo);
		expect(await itemsAfter('Alert', denied('ada', 25))).toEqual([]);
		expect(await itemsAfter('Alert', denied('ada', 1))).toEqual([]);
		expect(await itemsAfter('Alert', denied('bo'), denied('ada'))).toEqual([]);
		// Okta delivers in any order.
		expect(await itemsAfter('Alert', denied('ada', 9))).toEqual([
			expect.objectContaining({
				login: 'ada@example.com',
				text: expect.stringMatching(/^ada@example\.com denied 3 pushes in ten minutes/) as string,
			}),
		]);
	});

	it('new-factor.json: notifies when somebody uses a factor for the first time', async () => {
		await begin('new-factor.json');
		const texts = async (...together: LogEvent[]) =>
			(await itemsAfter('Notify', ...together)).map(({ text }) => text);
		expect(await texts(signIn('sms', 'ada'))).toEqual([
			'ada@example.com signed in with SMS_FACTOR for the first time.',
		]);
		expect(await texts(signIn('sms', 'ada'))).toEqual([]);
		expect(await texts(signIn('securityKey', 'ada'), signIn('sms', 'bo'))).toEqual([
			'ada@example.com signed in with FIDO_WEBAUTHN for the first time.',
			'bo@example.com signed in with SMS_FACTOR for the first time.',
		]);
	});

	it('log-to-table.json: writes a row for each sign-in', async () => {
		await begin('log-to-table.json');
		const events = [signIn('pushDenied', 'ada'), signIn('password', 'bo')];
		expect(await itemsAfter('Write it', ...events)).toEqual(
			events.map((event) =>
				expect.objectContaining({
					uuid: event.uuid,
					time: event.published,
					userId: event.actor.id,
					login: event.actor.alternateId,
					outcome: event.outcome.result,
					reason: event.outcome.reason,
					factor: event.debugContext.debugData.factor,
					ip: event.client.ipAddress,
					country: event.client.geographicalContext?.country,
				}),
			),
		);
	});
});
