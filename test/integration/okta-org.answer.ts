/** What the org answered. */
export interface Answer {
	status: number;
	headers: Headers;
	/** Empty if the body is no JSON. */
	json: Record<string, unknown>;
	text: string;
}

export async function readAnswer(response: Response): Promise<Answer> {
	const text = await response.text();
	const isJson = response.headers.get('content-type')?.includes('json') ?? false;
	return {
		status: response.status,
		headers: response.headers,
		json: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
		text,
	};
}
