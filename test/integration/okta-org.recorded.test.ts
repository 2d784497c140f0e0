/**
 * The fixtures describe, call by call, how real Okta orgs responded in recordings. The stand-in org
 * must respond the same way.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { startOktaOrg, type OktaOrg } from '../../lab/okta-org';
import { respondWith, startHookReceiver, type HookReceiver } from '../../lab/okta-org/receiver';
import { Caller, KEY_ID, type CallResult, type RecordedCall } from './fixtures/okta-call';

const calls = readFileSync(join(__dirname, 'fixtures/okta-responses.jsonl'), 'utf8')
	.split('\n')
	.filter((line) => line !== '')
	.map((line) => JSON.parse(line) as RecordedCall);

const scenarios = new Map<string, RecordedCall[]>();
for (const call of calls) {
	scenarios.set(call.scenario, [...(scenarios.get(call.scenario) ?? []), call]);
}

const START = Date.parse('2026-05-04T09:30:00.400Z');

/**
 * Replaces `{name}` with saved values.
 *
 * @throws {Error} if a name was not saved, which is a mistake in a fixture
 */
function fillIn<T>(value: T, saved: ReadonlyMap<string, string>): T {
	if (value === undefined) return value;
	const text = JSON.stringify(value).replace(/\{([a-zA-Z]+)\}/g, (_match, name: string) => {
		const found = saved.get(name);
		if (found === undefined) throw new Error(`Nothing was saved as ${name}`);
		return JSON.stringify(found).slice(1, -1);
	});
	return JSON.parse(text) as T;
}

/** `~…` stands for any text that matches the pattern. */
function toMatcher(value: unknown): unknown {
	if (typeof value === 'string' && value.startsWith('~')) {
		return expect.stringMatching(new RegExp(value.slice(1)));
	}
	if (Array.isArray(value)) return value.map(toMatcher);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toMatcher(entry)]));
}

function expectResponse({ note, response }: RecordedCall, actual: CallResult): void {
	// Includes the note and the body so that a failure shows them.
	const { status, body } = actual;
	expect({ note, status, body }).toEqual({
		note,
		status: response.status,
		body: response.body === undefined ? body : toMatcher(response.body),
	});
	if (response.has !== undefined) expect(body).toMatchObject(toMatcher(response.has) as object);
	for (const [name, expected] of Object.entries(response.headers ?? {})) {
		const lines = expected === null ? undefined : toMatcher([expected].flat());
		expect({ name, lines: actual.headers[name] }).toEqual({ name, lines });
	}
}

function savedFrom(call: RecordedCall, { headers, body }: CallResult): Array<[string, string]> {
	return Object.entries(call.save ?? {}).map(([name, from]) => {
		if ('property' in from) return [name, (body as Record<string, string>)[from.property]];
		const { header, pattern = '(.*)' } = from;
		return [name, new RegExp(pattern).exec(headers[header]?.join('\n') ?? '')?.[1] ?? ''];
	});
}

describe.each([...scenarios])('%s', (_scenario, lines) => {
	const { org: options, app } = lines[0];
	let now: number;
	let org: OktaOrg;
	let receiver: HookReceiver;
	let caller: Caller;
	const saved = new Map<string, string>();

	beforeAll(async () => {
		now = START;
		caller = await Caller.create();
		receiver = await startHookReceiver();
		org = await startOktaOrg({ now: () => now, ...options });
		const jwks = {
			keys: app?.hasKeys === false ? [] : [{ ...caller.publicJwk, kid: KEY_ID }],
		} as JSONWebKeySet;
		const client = org.addServiceApp({ scopes: ['okta.eventHooks.manage'], ...app, jwks });
		const { id, secret } = org.client;
		for (const [name, value] of Object.entries({
			org: org.url,
			endpoint: receiver.url,
			client,
			webClient: id,
			webSecret: secret,
		})) {
			saved.set(name, value);
		}
	});

	afterAll(async () => {
		await org.stop();
		await receiver.stop();
	});

	// Each line continues from the previous one, so they must run together.
	test.each(lines.map((line) => [line.note, line] as const))('%s', async (_note, line) => {
		const { wait = 0, signIns = [], adminRole, endpointStatus } = line.before ?? {};
		now += wait * 1000;
		if (adminRole !== undefined) org.setAdminRights(adminRole);
		for (const kind of signIns) await org.signIn(kind);
		if (endpointStatus !== undefined) {
			receiver.next.push(respondWith(endpointStatus), respondWith(endpointStatus));
		}

		const { scope } = line.request;
		if (scope !== undefined) saved.set('token', (await org.issueTokens(scope)).access_token);
		const request = fillIn(line.request, saved);
		if (scope !== undefined) request.headers = { authorization: `Bearer ${saved.get('token')}` };
		const response = await caller.call(org.url, request, now);
		for (const [name, value] of savedFrom(line, response)) saved.set(name, value);
		expectResponse(fillIn(line, saved), response);
	});
});

test('the lines of each scenario are adjacent, and each line has a unique note', () => {
	const order = calls.map(({ scenario }) => scenario);
	expect(order).toEqual([...scenarios].flatMap(([name, lines]) => lines.map(() => name)));
	expect(calls.filter(({ note }) => note.trim() === '')).toEqual([]);
	expect(new Set(calls.map(({ scenario, note }) => `${scenario}: ${note}`)).size).toBe(
		calls.length,
	);
});
