import type { Failure } from 'n8n-workflow';

export type Refused = Error & { failure?: Failure };

/** What was thrown, which is to be a text for people. */
export async function refusalOf(promise: Promise<unknown>): Promise<Refused> {
	const error: unknown = await promise.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof Error)) throw new Error('It was not refused');
	expect(error.message).not.toMatch(/[{}]|\n|undefined|\[object|The request to Okta failed/);
	return error;
}
