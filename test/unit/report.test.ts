import type { IPollFunctions } from 'n8n-workflow';

import { apiError } from '../../nodes/shared/errors';
import type { Problem } from '../../nodes/shared/problem';
import { report } from '../../nodes/shared/report';
import { node } from './fixtures/node';

const NOW = Date.parse('2026-03-04T12:00:00.000Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const outage = apiError(node, 'Okta is unavailable.', {
	failure: { cause: 'temporarily-unavailable' },
});
const rateLimit = apiError(node, 'Too many requests.', { failure: { cause: 'rate-limited' } });
const noRole = apiError(node, 'A role is missing.', {
	failure: { cause: 'configuration-invalid' },
});
const noCredential = apiError(node, 'Connect it again.', {
	failure: { cause: 'credential-invalid' },
});

let failures: string[] = [];
let log: string[] = [];
let problem: Problem | undefined;

const context = {
	__emitError: ({ message }: Error) => failures.push(message),
	logger: { info: (message: string) => log.push(message) },
} as unknown as IPollFunctions;

/** A check that found this, so long after the first one. */
function check(error: typeof outage | undefined, after: number): void {
	problem = report({ context, now: NOW + after }, problem, error, 'It works again.');
}

beforeEach(() => {
	failures = [];
	log = [];
	problem = undefined;
});

describe('A problem that a check finds', () => {
	it('is reported at the second check and then once a day', () => {
		check(noRole, 0);
		expect(failures).toEqual([]);
		check(noRole, MINUTE);
		check(noRole, 2 * MINUTE);
		check(noRole, DAY);
		expect(failures).toEqual(['A role is missing.']);
		check(noRole, DAY + MINUTE);

		expect(failures).toEqual(['A role is missing.', 'A role is missing.']);
	});

	it('is reported only after half an hour if waiting can help', () => {
		for (const after of [0, 10, 20, 29]) check(outage, after * MINUTE);
		expect(failures).toEqual([]);
		check(outage, 30 * MINUTE);

		expect(failures).toEqual(['Okta is unavailable.']);
	});

	it('is reported after half an hour if waiting can help, whatever the reason is each time', () => {
		for (const after of [0, 10, 20, 30]) check(after % 20 ? outage : rateLimit, after * MINUTE);

		expect(failures).toEqual(['Okta is unavailable.']);
	});

	it('is reported separately from problems of other kinds', () => {
		for (const after of [0, 1]) check(noRole, after * MINUTE);
		for (const after of [2, 3]) check(noCredential, after * MINUTE);
		check(outage, 4 * MINUTE);

		expect(failures).toEqual(['A role is missing.', 'Connect it again.']);
	});

	it('is logged as resolved if it was reported', () => {
		check(noRole, 0);
		check(undefined, MINUTE);
		expect(log).toEqual([]);
		for (const after of [2, 3]) check(noRole, after * MINUTE);
		check(undefined, 4 * MINUTE);
		check(undefined, 5 * MINUTE);

		expect(log).toEqual(['It works again.']);
	});
});
