import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { OktaUserMfaPollingTrigger } from '../../nodes/OktaUserMfaPollingTrigger/OktaUserMfaPollingTrigger.node';
import { OktaUserMfaTrigger } from '../../nodes/OktaUserMfaTrigger/OktaUserMfaTrigger.node';
import { ExecutedNode, itemsOf } from './fixtures/execution';

const FOLDER = join(__dirname, '../../nodes/OktaUserMfaPollingTrigger');

const { description } = new OktaUserMfaPollingTrigger();
const hookTrigger = new OktaUserMfaTrigger().description;

function readJson(path: string): Record<string, unknown> {
	return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

describe('The node "Okta User MFA Polling Trigger"', () => {
	it('has the names that workflows refer to', () => {
		expect(description.name).toBe('oktaUserMfaPollingTrigger');
		expect(description.displayName).toBe('Okta User MFA Polling Trigger');
		expect(description.defaults.name).toBe('Okta User MFA Polling Trigger');
		expect(description.version).toBe(2);
	});

	it('is a polling trigger without a webhook', () => {
		expect(description.polling).toBe(true);
		expect(description.group).toEqual(['trigger']);
		expect(description.inputs).toEqual([]);
		expect(description.outputs).toEqual(['main']);
		expect(description).not.toHaveProperty('webhooks');
		expect(description).not.toHaveProperty('usableAsTool');
		expect(OktaUserMfaPollingTrigger.prototype.poll).toBeInstanceOf(Function);
		expect(OktaUserMfaPollingTrigger.prototype).not.toHaveProperty('webhook');
	});

	it('has the credentials, icon, and subtitle of the event hook trigger', () => {
		expect(description.credentials).toEqual(hookTrigger.credentials);
		expect(description.icon).toEqual(hookTrigger.icon);
		expect(description.subtitle).toBe(hookTrigger.subtitle);
		for (const icon of Object.values(description.icon as { light: string; dark: string })) {
			expect(existsSync(join(FOLDER, icon.replace('file:', '')))).toBe(true);
		}
	});

	it('has the parameters of the event hook trigger in the same order, except for catching up', () => {
		const parametersOf = ({ properties }: typeof description) =>
			properties.filter(
				({ name, type }) => !['notice', 'hidden'].includes(type) && name !== 'options',
			);
		const isEvents = ({ name }: INodeProperties) => name === 'events';
		const own = parametersOf(description);
		const others = parametersOf(hookTrigger).filter(({ name }) => name !== 'catchUp');
		expect(own.map(({ name }) => name)).toEqual(others.map(({ name }) => name));
		expect(own.filter((parameter) => !isEvents(parameter))).toEqual(
			others.filter((parameter) => !isEvents(parameter)),
		);
		expect({ ...own.find(isEvents), options: [] }).toEqual({
			...others.find(isEvents),
			options: [],
		});
		expect(description.properties.at(-1)?.name).toBe('options');
	});

	it('offers the same events unconditionally, since it reads the System Log', () => {
		const optionsOf = ({ properties }: typeof description) =>
			properties.find(({ name }) => name === 'events')?.options as INodePropertyOptions[];
		const own = optionsOf(description);
		const namesOf = (options: INodePropertyOptions[]) =>
			options.map(({ name, value }) => [name, value]);
		expect(namesOf(own)).toEqual(namesOf(optionsOf(hookTrigger)));
		expect(own.filter((option) => 'displayOptions' in option)).toEqual([]);
		const listed = own.filter(({ value }) => value !== 'other');
		expect(listed.map(({ description: text }) => text)).toEqual(listed.map(({ value }) => value));
	});

	it('starts with a notice about the scope that it requires and how to add it', () => {
		const [notice] = description.properties;
		expect(notice.type).toBe('notice');
		expect(notice.displayName).toMatch(/Okta can't reach/);
		expect(notice.displayName).toMatch(/okta\.logs\.read.*'Custom Scopes'/);
	});

	it('can start up to 90 days back, but doesn’t by default', () => {
		const { options, default: value } = description.properties.at(-1)!;
		expect(value).toEqual({});
		expect(options).toHaveLength(1);
		expect(options?.[0]).toMatchObject({
			name: 'lookBackHours',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 2160 },
		});
	});

	it('describes itself as starting for selected events in Okta’s System Log', () => {
		expect(description.description).toMatch(/MFA sign-in, or another selected event,.*System Log$/);
		expect(description.activationMessage).toBe(
			'The workflow now starts when one of the selected events appears in the Okta System Log.',
		);
	});
});

describe('An execution of the node', () => {
	const { execute } = OktaUserMfaPollingTrigger.prototype;

	it('drops events that an earlier one had', async () => {
		const executed = new ExecutedNode('node that polls');
		expect(await execute.call(executed.contextFor(itemsOf('a')))).toEqual([itemsOf('a')]);
		expect(await execute.call(executed.contextFor(itemsOf('a', 'b')))).toEqual([itemsOf('b')]);
	});

	it('keeps all its events when the user retries it', async () => {
		const executed = new ExecutedNode('node that is retried');
		await execute.call(executed.contextFor(itemsOf('a')));
		const items = await execute.call(executed.contextFor(itemsOf('a'), 'retry'));
		expect(items).toEqual([itemsOf('a')]);
	});
});

describe('Its codex file, which n8n uses to list the node', () => {
	const codex = readJson(join(FOLDER, 'OktaUserMfaPollingTrigger.node.json'));

	it('names the node with the package, as n8n does', () => {
		expect(codex.node).toBe(`n8n-nodes-okta-mfa.${description.name}`);
	});

	it('has resources, because n8n ignores a file without them', () => {
		expect(codex.resources).toEqual({
			primaryDocumentation: [{ url: expect.stringMatching(/^https:/) as string }],
			credentialDocumentation: [{ url: expect.stringMatching(/^https:/) as string }],
		});
	});

	it('makes it searchable by Okta, MFA, and System Log', () => {
		expect(codex.alias).toEqual(expect.arrayContaining(['Okta', 'MFA', 'System Log']));
	});
});
