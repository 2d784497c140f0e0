import type { Failure } from 'n8n-workflow';

export type Rejection = Error & { failure?: Failure };

/** The error that a promise rejects with. Expects its message to be readable for users. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Rejection> {
	const error: unknown = await promise.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(error instanceof Error)) throw new Error('Expected an error');
	expect(error.message).not.toMatch(/[{}]|\n|undefined|\[object|The request to Okta failed/);
	return error;
}
