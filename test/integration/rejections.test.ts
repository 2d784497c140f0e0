import { Agent, request } from 'node:http';

import { send } from './http';
import { secretOf, startClock, startPublished, stopAll } from './setup';

afterEach(stopAll);

const JSON_TYPE = ['Content-Type', 'application/json'];

const DELIVERY = JSON.stringify({
	data: { events: [{ uuid: 'u1', eventType: 'user.authentication.auth_via_mfa' }] },
});

const CAUSES: Array<[string, number, string[], string, string]> = [
	[
		'no Authorization header',
		401,
		[],
		DELIVERY,
		'it has no Authorization header. If it came from Okta, a reverse proxy removed the header',
	],
	[
		'a wrong secret',
		401,
		['Authorization', 'f'.repeat(64)],
		DELIVERY,
		"its Authorization header doesn't match the event hook's secret",
	],
	[
		'a made-up secret with a future timestamp',
		503,
		['Authorization', `9999999999999.${'f'.repeat(64)}`],
		DELIVERY,
		'its secret is newer than the credential that n8n last read. Okta will retry',
	],
	[
		'a made-up secret with a past timestamp',
		401,
		['Authorization', `1700000000000.${'f'.repeat(64)}`],
		DELIVERY,
		"its Authorization header doesn't match the event hook's secret",
	],
	[
		'two Authorization headers',
		401,
		['Authorization', 'a', 'Authorization', 'b'],
		DELIVERY,
		'it has more than one Authorization header',
	],
];

describe('A rejected request', () => {
	it.each(CAUSES)(
		'is logged with its workflow, node, hook, and cause: %s',
		async (_, status, headers, body, reason) => {
			const { org, engine } = await startPublished();
			const response = await send('POST', engine.webhookUrl, [...headers, ...JSON_TYPE], body);

			expect(response.status).toBe(status);
			expect(engine.log().map((line) => JSON.parse(line) as unknown)).toEqual([
				[
					'warn',
					`Rejected a request with ${status}: ${reason}.`,
					{
						workflowId: engine.workflowId,
						nodeName: 'Okta User MFA Trigger',
						hookId: org.hooks()[0].id,
					},
				],
			]);
		},
	);

	it('is logged if it is neither a delivery nor a verification', async () => {
		const { org, engine } = await startPublished();
		const authorized = ['Authorization', secretOf(org), ...JSON_TYPE];
		await send('POST', engine.webhookUrl, authorized, '{}');
		await send('GET', engine.webhookUrl);

		expect(engine.warnings()).toEqual([
			"Rejected a request with 400: its body isn't an event hook delivery.",
			'Rejected a request with 400: it has no Okta verification challenge.',
		]);
	});

	it('is logged once a minute per cause, with a count of the others', async () => {
		const clock = startClock();
		const { engine } = await startPublished();
		for (let count = 0; count < 5; count++) await send('POST', engine.webhookUrl, JSON_TYPE, '{}');
		expect(engine.warnings()).toHaveLength(1);
		clock.pass(60_000);
		await send('POST', engine.webhookUrl, JSON_TYPE, '{}');

		expect(engine.warnings()).toHaveLength(2);
		expect(engine.warnings()[1]).toContain('(4 more since this was last logged)');
	});

	it('never has its secret logged', async () => {
		const { engine } = await startPublished();
		const mistyped = `${Date.now()}.${'ab'.repeat(32)}`;
		await send('POST', engine.webhookUrl, ['Authorization', mistyped, ...JSON_TYPE], DELIVERY);

		expect(engine.log().join()).not.toContain(mistyped.slice(0, 20));
	});
});

describe('An accepted delivery', () => {
	it('is logged at debug level if not all of its events start an execution', async () => {
		const { org, engine } = await startPublished({}, { parameters: { outcomes: ['FAILURE'] } });
		await org.signIn('pushDenied');
		expect(engine.log()).toEqual([]);
		const { deliveries } = await org.signIn('pushApproved');

		expect(engine.log().map((line) => JSON.parse(line) as unknown)).toEqual([
			[
				'debug',
				`Delivery ${deliveries[0].eventId}: 1 events, 0 match, 0 new`,
				{ trigger: expect.stringMatching(/^wf\d+\//) },
			],
		]);
	});
});

describe('A burst of 10,000 rejected requests', () => {
	it('writes fewer than 20 lines to the log and makes no calls to Okta', async () => {
		const { org, engine } = await startPublished();
		const agent = new Agent({ keepAlive: true, maxSockets: 20 });
		const statuses = new Map<number, number>();
		const post = async (headers: string[]) =>
			await new Promise<void>((resolve, reject) => {
				const required = ['Host', 'n8n', 'Content-Length', String(DELIVERY.length), ...JSON_TYPE];
				request(
					engine.webhookUrl,
					{ agent, method: 'POST', headers: [...required, ...headers] },
					(response) => {
						const status = response.statusCode ?? 0;
						statuses.set(status, (statuses.get(status) ?? 0) + 1);
						response.resume().on('end', resolve);
					},
				)
					.on('error', reject)
					.end(DELIVERY);
			});
		await Promise.all(
			Array.from(
				{ length: 10_000 },
				async (_, count) => await post(CAUSES[count % CAUSES.length][2]),
			),
		);
		agent.destroy();

		expect([...statuses.values()].reduce((sum, count) => sum + count)).toBe(10_000);
		expect([...statuses.keys()].every((status) => [401, 503].includes(status))).toBe(true);
		expect(engine.log().length).toBeLessThan(20);
		expect(org.requests()).toEqual([]);
		expect(engine.executions()).toEqual([]);
	}, 30_000);
});
