/** What a user reads if a trigger doesn't keep up with the System Log. Nothing is lost: it's only late. */
import {
	HOUR,
	LOGS,
	MINUTE,
	catchUp,
	credentialFor,
	logEvents,
	resetIn,
	skipTime,
	startActive,
	startOrg,
	stopAll,
	uuidsOf,
} from './polling-setup';
import type { Setup } from './polling-setup';

afterEach(stopAll);

/** With this, a poll reads one page of 1,000 events, and the next one finds them done. */
const ONE_PAGE = { budget: 0 };

/** Logs events right before each of these polls, one every ten minutes. */
async function pollWhileLogging({ org, engine }: Setup, polls: number, events: number) {
	const uuids: string[] = [];
	for (let poll = 0; poll < polls; poll += 1) {
		skipTime(10 * MINUTE);
		uuids.push(...(await logEvents(org, events)));
		await engine.poll();
	}
	return uuids;
}

describe('A polling trigger that reads fewer events than Okta logs', () => {
	it('reports that it falls behind, once a day, and starts with all events in the end', async () => {
		const setup = await startActive(ONE_PAGE);
		const { engine } = setup;
		const uuids = await pollWhileLogging(setup, 11, 1_500);
		expect(engine.failures()).toEqual([
			expect.stringMatching(
				/^n8n has read Okta's System Log only up to 20.* and isn't catching up, .* at most 5,000 new events\..*'Okta Events'/,
			),
		]);
		skipTime(24 * HOUR);
		uuids.push(...(await pollWhileLogging(setup, 8, 1_500)));
		expect(engine.failures()).toHaveLength(2);
		await catchUp(engine, 60);

		expect(uuidsOf(engine)).toEqual(uuids);
		expect(engine.failures()).toHaveLength(2);
		expect(engine.log()).toContainEqual('["info","n8n keeps up with the System Log again."]');
	});

	it('reports nothing while it catches up after it was unpublished for hours', async () => {
		const setup = await startActive(ONE_PAGE);
		const { org, engine } = setup;
		await pollWhileLogging(setup, 3, 600);
		for (let hour = 0; hour < 8; hour += 1) {
			skipTime(HOUR);
			await logEvents(org, 1_000);
		}
		await engine.activate('update');
		await pollWhileLogging(setup, 8, 100);

		expect(engine.failures()).toEqual([]);
	});

	it('reports nothing while it catches up in another org', async () => {
		const parameters = { options: { lookBackHours: 24 } };
		const setup = await startActive({ ...ONE_PAGE, parameters });
		const { engine } = setup;
		await pollWhileLogging(setup, 7, 1_500);
		expect(engine.failures()).toEqual([]);
		const clock = { behind: 0 };
		const org = await startOrg(clock);
		for (let hours = 8; hours > 0; hours -= 1) {
			clock.behind = hours * HOUR;
			await logEvents(org, 1_000);
		}
		clock.behind = 0;
		engine.setCredential(await credentialFor(org));
		skipTime(10 * MINUTE);
		await engine.activate('update');
		await pollWhileLogging({ ...setup, org }, 6, 100);

		expect(engine.failures()).toEqual([]);
	});

	it('reports nothing while it catches up after an outage of n8n', async () => {
		const setup = await startActive(ONE_PAGE);
		const { org, engine } = setup;
		for (let hour = 0; hour < 8; hour += 1) {
			skipTime(HOUR);
			await logEvents(org, 1_000);
		}
		await pollWhileLogging(setup, 8, 100);

		expect(engine.failures()).toEqual([]);
	});
});

describe('An exhausted rate limit', () => {
	it('that ends every poll early is reported', async () => {
		const { org, engine } = await startActive();
		skipTime(5 * HOUR);
		const beforeLastRead = Date.now();
		await engine.poll();
		await logEvents(org, 1);
		org.faults.addFault({ path: LOGS, status: 429, headers: resetIn(24 * 3_600) });
		for (let poll = 0; poll < 8; poll += 1) {
			skipTime(10 * MINUTE);
			await engine.poll();
		}

		expect(engine.failures()).toEqual([
			expect.stringMatching(
				/The last poll ended early: You've reached Okta's rate limit for the System Log/,
			),
		]);
		const [, readUpTo = ''] = /only up to (\S+)/.exec(engine.failures()[0]) ?? [];
		expect(Date.parse(readUpTo)).toBeGreaterThanOrEqual(beforeLastRead);
		org.faults.clearFaults();
		await engine.poll();
		expect(engine.items()).toHaveLength(1);
	});
});
