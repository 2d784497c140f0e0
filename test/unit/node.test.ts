import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodePropertyOptions, IPollFunctions } from 'n8n-workflow';

import { OktaUserMfaTrigger } from '../../nodes/OktaUserMfaTrigger/OktaUserMfaTrigger.node';
import { isLogOnly } from '../../nodes/shared/okta/logOnlyEvents';
import { EVENTS } from '../../nodes/shared/userMfa/events';
import { ExecutedNode, itemsOf } from './fixtures/execution';

const ROOT = join(__dirname, '../..');
const FOLDER = join(ROOT, 'nodes/OktaUserMfaTrigger');

const { description, webhookMethods } = new OktaUserMfaTrigger();
const [setup, delivery] = description.webhooks ?? [];

function readJson(path: string): Record<string, unknown> {
	return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

const manifest = readJson(join(ROOT, 'package.json'));

/** Source files under a folder whose names have this ending, as they're built into dist. */
function builtFrom(folder: string, ending: string): string[] {
	return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith(ending))
		.map((path) => `dist/${folder}/${path.replace(/\.ts$/, '.js')}`)
		.sort();
}

describe('The node "Okta User MFA Trigger"', () => {
	it('has the names that workflows refer to', () => {
		expect(description.name).toBe('oktaUserMfaTrigger');
		expect(description.displayName).toBe('Okta User MFA Trigger');
		expect(description.defaults.name).toBe('Okta User MFA Trigger');
	});

	it('is version 2, since n8n handles requests to version 1 more slowly', () => {
		expect(description.version).toBe(2);
	});

	it('is a trigger: it starts a workflow and has no inputs', () => {
		expect(description.group).toEqual(['trigger']);
		expect(description.inputs).toEqual([]);
		expect(description.outputs).toEqual(['main']);
		expect(description).not.toHaveProperty('polling');
		expect(description).not.toHaveProperty('usableAsTool');
	});

	it('needs one of the Okta credentials', () => {
		const shownFor = (authentication: string) => ({ show: { authentication: [authentication] } });
		expect(description.credentials).toEqual([
			{ name: 'oktaOAuth2Api', required: true, displayOptions: shownFor('oAuth2') },
			{ name: 'oktaServiceAppApi', required: true, displayOptions: shownFor('serviceApp') },
		]);
	});

	it('has an icon for each theme', () => {
		const { light, dark } = description.icon as { light: string; dark: string };
		expect(light).not.toBe(dark);
		for (const icon of [light, dark]) {
			expect(icon).toMatch(/^file:.+\.svg$/);
			expect(readFileSync(join(FOLDER, icon.replace('file:', '')), 'utf8')).toContain('<svg');
		}
	});

	it('starts with a notice about what publishing does in Okta', () => {
		const [notice] = description.properties;
		expect(notice.type).toBe('notice');
		expect(notice.displayName).toBe(
			'Publishing this workflow creates an event hook in your Okta org. Unpublishing deletes it. Okta allows up to 25 active event hooks per org.',
		);
	});

	it('outputs event cards by default, or summaries or raw events', () => {
		const output = description.properties.find(({ name }) => name === 'output');
		expect(output).toMatchObject({
			type: 'options',
			default: 'eventCard',
			options: [{ value: 'eventCard' }, { value: 'summary' }, { value: 'rawEvent' }],
		});
	});

	it('has exactly these parameters', () => {
		const parameters = description.properties.filter(({ type }) => type !== 'notice');
		expect(parameters.map(({ name }) => name)).toEqual([
			'authentication',
			'events',
			'otherEvents',
			'outcomes',
			'factors',
			'otherFactors',
			'ignorePasswordVerifications',
			'users',
			'riskLevels',
			'behaviors',
			'otherBehaviors',
			'behaviorsMatch',
			'moreFilters',
			'catchUp',
			'output',
			'options',
			'pollTimes',
		]);
		const { options } = parameters.find(({ name }) => name === 'options')!;
		expect(options?.map(({ name }) => name)).toEqual([
			'filterInOkta',
			'filterExpression',
			'hookName',
			'oneExecutionPerDelivery',
			'repairHook',
		]);
	});

	it('reads the System Log only if the user turns that on, and names the scope it requires', () => {
		const catchUp = description.properties.find(({ name }) => name === 'catchUp');
		expect(catchUp).toMatchObject({
			displayName: 'Catch Up From System Log',
			type: 'boolean',
			noDataExpression: true,
			default: false,
			description: expect.stringContaining('okta.logs.read') as string,
		});
	});

	it('starts for every MFA sign-in by default', () => {
		const defaults = description.properties.map(({ name, default: value }) => [name, value]);
		expect(Object.fromEntries(defaults)).toMatchObject({
			events: ['user.authentication.auth_via_mfa'],
			otherEvents: '',
			outcomes: [],
			factors: [],
			otherFactors: '',
			ignorePasswordVerifications: false,
			users: '',
			options: {},
		});
	});

	it('lists the events first, and offers some only with "Catch Up From System Log"', () => {
		const [events] = description.properties.filter(
			({ name, type }) => type !== 'notice' && name !== 'authentication',
		);
		expect(events).toMatchObject({
			displayName: 'Okta Events',
			name: 'events',
			type: 'multiOptions',
		});
		const options = events.options as INodePropertyOptions[];
		expect(options.map(({ value }) => value)).toEqual([
			...EVENTS.map(({ value }) => value),
			'other',
		]);
		for (const { value, displayOptions } of options) {
			const shown = isLogOnly(String(value)) ? { show: { catchUp: [true] } } : undefined;
			expect([value, displayOptions]).toEqual([value, shown]);
		}
	});

	it('has no field named "Events", whose options n8n’s node picker would list as triggers', () => {
		const names = description.properties.map(({ displayName }) => displayName);
		expect(names).not.toContain('Events');
	});

	it('describes itself as waiting for the selected events', () => {
		const { triggerPanel, eventTriggerDescription, activationMessage } = description;
		expect(description.description).toMatch(/MFA.*other MFA-related events/);
		expect(eventTriggerDescription).toBe('Waiting for Okta to send an event');
		expect(activationMessage).toBe(
			'The workflow now starts when Okta sends one of the selected events.',
		);
		expect(triggerPanel).toMatchObject({
			header: 'Receive an event from Okta',
			executionsHelp: {
				inactive: expect.stringContaining('it starts for each selected event') as string,
				active: expect.stringContaining('it also starts for each selected event') as string,
			},
			activationHint: expect.stringContaining('start for each selected event') as string,
		});
	});

	it('offers the factors by their names in Okta, and a field for others last', () => {
		const factors = description.properties.find(({ name }) => name === 'factors');
		const options = factors?.options as Array<{ name: string; value: string; description: string }>;
		const others = options.pop();
		expect(options.length).toBeGreaterThan(10);
		expect(options.map(({ description }) => description)).toEqual(
			options.map(({ value }) => value),
		);
		expect(options.map(({ name }) => name)).toEqual(options.map(({ name }) => name).sort());
		const otherFactors = description.properties.find(({ name }) => name === 'otherFactors');
		expect(otherFactors?.displayOptions).toEqual({ show: { factors: [others?.value] } });
	});
});

describe('The check of the event hook, and of the System Log', () => {
	const pollTimes = description.properties.find(({ name }) => name === 'pollTimes');
	const trigger = new OktaUserMfaTrigger();

	it('runs every five minutes, without a visible setting', () => {
		expect(pollTimes).toMatchObject({
			type: 'hidden',
			default: { item: [{ mode: 'everyX', value: 5, unit: 'minutes' }] },
		});
	});

	it('repairs the event hook unless the user turns that off', () => {
		const options = description.properties.find(({ name }) => name === 'options')?.options;
		const repairHook = options?.find(({ name }) => name === 'repairHook');
		expect(repairHook).toMatchObject({ type: 'boolean', default: true });
	});

	it('doesn’t evaluate an expression for an option that each delivery reads', () => {
		const options = description.properties.find(({ name }) => name === 'options')?.options;
		expect(options?.find(({ name }) => name === 'oneExecutionPerDelivery')).toMatchObject({
			noDataExpression: true,
		});
	});

	it('is called by n8n because the node has the method, although it isn’t a polling trigger', () => {
		expect(trigger.poll).toBeInstanceOf(Function);
		expect(trigger.webhook).toBeInstanceOf(Function);
		expect(description).not.toHaveProperty('polling');
	});

	it('starts no execution and does nothing for a trigger that this process hasn’t published', async () => {
		const refuse = () => {
			throw new Error('A trigger that isn’t published needs no call');
		};
		const context = {
			getWorkflow: () => ({ id: 'workflow of another process' }),
			getNode: () => ({ id: 'node', name: 'Okta User MFA Trigger' }),
			getMode: () => 'trigger',
			getCredentials: refuse,
			getNodeParameter: refuse,
			getWorkflowStaticData: refuse,
			__emitError: refuse,
		};
		expect(await trigger.poll.call(context as unknown as IPollFunctions)).toBeNull();
	});
});

describe('An execution of the node', () => {
	const { execute } = OktaUserMfaTrigger.prototype;

	it('has all events that n8n received', async () => {
		const executed = new ExecutedNode('node of an event hook');
		const events = itemsOf('a', 'b');
		for (let repeat = 0; repeat < 2; repeat += 1) {
			expect(await execute.call(executed.contextFor(events, 'webhook'))).toEqual([events]);
		}
		expect(executed.lookups).toEqual([]);
	});

	it('drops events that an earlier one had if the node catches up from the System Log', async () => {
		const executed = new ExecutedNode('node that catches up', { catchUp: true });
		await execute.call(executed.contextFor(itemsOf('a'), 'webhook'));
		const items = await execute.call(executed.contextFor(itemsOf('a', 'b'), 'trigger'));
		expect(items).toEqual([itemsOf('b')]);
	});

	it('has all events in the editor, even if the node catches up', async () => {
		const executed = new ExecutedNode('node in the editor', { catchUp: true });
		await execute.call(executed.contextFor(itemsOf('a'), 'webhook'));
		const items = await execute.call(executed.contextFor(itemsOf('a'), 'manual'));
		expect(items).toEqual([itemsOf('a')]);
	});
});

describe('The webhooks', () => {
	it('register Okta’s verification before its deliveries', () => {
		expect(description.webhooks?.map(({ name, httpMethod }) => [name, httpMethod])).toEqual([
			['setup', 'GET'],
			['default', 'POST'],
		]);
	});

	it('share one path because Okta sends both to one URL', () => {
		expect(setup.path).toBe(delivery.path);
		expect(setup.path).toMatch(/^[\w-]+$/);
		expect([setup.isFullPath, delivery.isFullPath]).toEqual([undefined, undefined]);
	});

	it('respond to a delivery with an empty 204 once n8n has stored the execution', () => {
		expect(delivery.responseMode).toBe('onReceived');
		expect(delivery.responseData).toBe('noData');
	});

	it('have the status as a number, since n8n responds with 500 to a string', () => {
		expect(delivery.responseCode).toBe(204);
	});

	it('contain no expression, which n8n would evaluate for every request', () => {
		const values = [setup, delivery].flatMap((webhook) => Object.values(webhook));
		expect(values.filter((value) => String(value).startsWith('='))).toEqual([]);
	});

	it('have all methods that n8n calls in an event hook’s lifecycle', () => {
		expect(Object.keys(webhookMethods)).toEqual(['default']);
		for (const method of ['checkExists', 'create', 'delete'] as const) {
			expect(webhookMethods.default[method]).toBeInstanceOf(Function);
		}
	});
});

describe('The codex file, which n8n uses to list the node', () => {
	const codex = readJson(join(FOLDER, 'OktaUserMfaTrigger.node.json'));

	it('names the node with the package, as n8n does', () => {
		expect(codex.node).toBe(`${String(manifest.name)}.${description.name}`);
	});

	it('has resources, without which n8n drops it', () => {
		expect(codex.resources).toEqual({
			primaryDocumentation: [{ url: expect.stringMatching(/^https:/) as string }],
			credentialDocumentation: [{ url: expect.stringMatching(/^https:/) as string }],
		});
	});

	it('makes it searchable by Okta and MFA', () => {
		expect(codex.alias).toEqual(expect.arrayContaining(['Okta', 'MFA']));
	});
});

describe('The package', () => {
	it('needs nothing at runtime except n8n', () => {
		expect(manifest).not.toHaveProperty('dependencies');
		expect(manifest).not.toHaveProperty('optionalDependencies');
		expect(manifest).not.toHaveProperty('bundledDependencies');
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('has the name and keyword of an n8n community package', () => {
		expect(manifest.name).toMatch(/^n8n-nodes-/);
		expect(manifest.keywords).toContain('n8n-community-node-package');
	});

	it('runs nothing when it is installed', () => {
		const scripts = Object.keys(manifest.scripts as object);
		const run = /^(?:pre|post)?(?:install|prepare|prepublish)$/;
		expect(scripts.filter((name) => run.test(name))).toEqual([]);
	});

	it('lists exactly the nodes and credentials that exist', () => {
		const { nodes, credentials } = manifest.n8n as { nodes: string[]; credentials: string[] };
		expect([...nodes].sort()).toEqual(builtFrom('nodes', '.node.ts'));
		expect([...credentials].sort()).toEqual(builtFrom('credentials', '.credentials.ts'));
	});

	it('has a codex file for every node', () => {
		for (const path of builtFrom('nodes', '.node.ts')) {
			const source = path.replace(/^dist\//, '').replace(/\.js$/, '.json');
			expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
		}
	});
});
