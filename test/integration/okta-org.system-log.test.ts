import { accessToken, call, MFA, org, restart, startOrgBeforeEach } from './okta-org.setup';

startOrgBeforeEach();

describe('The System Log', () => {
	let token: string;
	let now: number;

	beforeEach(async () => {
		now = Date.parse('2026-03-01T12:00:00Z');
		await restart({ now: () => now });
		token = await accessToken('okta.logs.read');
	});

	interface Page {
		uuids: string[];
		next?: string;
		events: Array<Record<string, unknown>>;
	}

	async function read(query: string): Promise<Page> {
		const path = query.startsWith('http') ? query : `/api/v1/logs?${query}`;
		const { status, headers, text } = await call(path, { token });
		expect(status).toBe(200);
		const events = JSON.parse(text) as Array<Record<string, unknown>>;
		return {
			events,
			uuids: events.map(({ uuid }) => String(uuid)),
			next: /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1],
		};
	}

	async function errorCodeOf(query: string): Promise<unknown> {
		const { status, json } = await call(`/api/v1/logs?${query}`, { token });
		expect(status).toBe(400);
		return json.errorCode;
	}

	async function signIns(count: number): Promise<string[]> {
		const uuids: string[] = [];
		for (let i = 0; i < count; i++) {
			now += 1000;
			uuids.push((await org.signIn('pushApproved')).event.uuid);
		}
		return uuids;
	}

	test('keeps nulls and the IP chain as in the API', async () => {
		await signIns(1);
		const [event] = (await read('')).events;
		expect(event).toMatchObject({
			outcome: { result: 'SUCCESS', reason: null },
			request: { ipChain: [{ source: null }] },
			client: { id: null },
		});
	});

	test('a polling query always has a next page, which returns new events', async () => {
		const first = await read('limit=2');
		expect(first.uuids).toEqual([]);

		const uuids = await signIns(3);
		const second = await read(first.next!);
		expect(second.uuids).toEqual(uuids.slice(0, 2));
		const third = await read(second.next!);
		expect(third.uuids).toEqual(uuids.slice(2));
		const fourth = await read(third.next!);
		expect(fourth.uuids).toEqual([]);
	});

	test('a polling query returns late events next, and a bounded one sorts them by time', async () => {
		const [early] = await signIns(1);
		const page = await read('');
		const late = org.buildEvent('sms', { published: '2026-03-01T11:59:00.000Z' });
		now += 1000;
		await org.publish([late]);

		expect((await read(page.next!)).uuids).toEqual([late.uuid]);
		const bounded = `since=2026-03-01T11:00:00Z&until=2026-03-01T13:00:00Z`;
		expect((await read(bounded)).uuids).toEqual([late.uuid, early]);
	});

	test('a bounded query has a last page in either order', async () => {
		const uuids = await signIns(5);
		const bounded = 'until=2026-03-01T13:00:00Z&limit=2';
		for (const [order, expected] of [
			['ASCENDING', uuids],
			['DESCENDING', [...uuids].reverse()],
		] as const) {
			const read1 = await read(`${bounded}&sortOrder=${order}`);
			const read2 = await read(read1.next!);
			const read3 = await read(read2.next!);
			expect([...read1.uuids, ...read2.uuids, ...read3.uuids]).toEqual(expected);
			expect(read3.next).toBeUndefined();
		}
	});

	test('since leaves out earlier events', async () => {
		const [, second] = await signIns(2);
		expect((await read(`since=${new Date(now).toISOString()}`)).uuids).toEqual([second]);
	});

	test('filters by type, outcome, and uuid, with and, or, and parentheses', async () => {
		const approved = (await org.signIn('pushApproved')).event.uuid;
		const denied = (await org.signIn('pushDenied')).event.uuid;
		const read1 = async (filter: string) =>
			(await read(`filter=${encodeURIComponent(filter)}`)).uuids;

		expect(await read1(`eventType eq "${MFA}"`)).toEqual([approved, denied]);
		expect(await read1('outcome.result eq "FAILURE"')).toEqual([denied]);
		expect(await read1(`eventType eq "other" or uuid eq "${approved}"`)).toEqual([approved]);
		expect(
			await read1(
				`eventType eq "${MFA}" and (outcome.result eq "SUCCESS" or outcome.result eq "DENY")`,
			),
		).toEqual([approved]);
	});

	test.each([
		['filter=eventType', 'E0000031'],
		['filter=eventType+co+"mfa"', 'E0000031'],
		['filter=eventType+eq+"a"+or', 'E0000031'],
		['filter=unknown+eq+"a"', 'E0000031'],
		['after=x', 'E0000001'],
		['limit=1001', 'E0000001'],
		['since=yesterday', 'E0000030'],
	])('rejects %s', async (query, errorCode) => {
		expect(await errorCodeOf(query)).toBe(errorCode);
	});
});
