/** A response from the org. */
export interface OrgResponse {
	status: number;
	headers: Headers;
	/** Empty if the body isn't JSON. */
	json: Record<string, unknown>;
	text: string;
}

export async function readResponse(response: Response): Promise<OrgResponse> {
	const text = await response.text();
	const isJson = response.headers.get('content-type')?.includes('json') ?? false;
	return {
		status: response.status,
		headers: response.headers,
		json: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
		text,
	};
}
